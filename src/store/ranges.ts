/** Bytes that can be read in ranges, as those of a file. */
export interface Ranges {
  /** In bytes. */
  size(): Promise<number>;
  /** Reads what is at an offset until `into` is full or there is no more, and resolves to how many bytes that were. */
  read(at: number, into: Uint8Array): Promise<number>;
}
