/** Bytes that can be read in ranges, as those of a file. */
export interface Ranges {
  /** Resolves to the number of bytes. */
  size(): Promise<number>;
  /** Reads from an offset until `into` is full or the bytes end. Resolves to the number of bytes read. */
  read(at: number, into: Uint8Array): Promise<number>;
}
