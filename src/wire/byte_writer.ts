const encoder = new TextEncoder();

/** Gathers AMQP's elementary types (§4.2.1) in a growing buffer. For the control plane, not for hot loops. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  /** Number of bytes written. */
  length = 0;

  constructor(initialBytes = 128) {
    this.#bytes = new Uint8Array(initialBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /**
   * Makes room for `count` bytes, moves past them and returns where they begin. It may replace `#bytes` and `#view`, so
   * it must return before either of them is read.
   */
  #advance(count: number): number {
    const start = this.length;
    this.length = start + count;
    if (this.length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, start));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return start;
  }

  octet(value: number): void {
    const start = this.#advance(1);
    this.#bytes[start] = value;
  }
  short(value: number): void {
    const start = this.#advance(2);
    this.#view.setUint16(start, value);
  }
  long(value: number): void {
    const start = this.#advance(4);
    this.#view.setUint32(start, value);
  }
  longlong(value: bigint): void {
    const start = this.#advance(8);
    this.#view.setBigUint64(start, value);
  }
  float(value: number): void {
    const start = this.#advance(4);
    this.#view.setFloat32(start, value);
  }
  double(value: number): void {
    const start = this.#advance(8);
    this.#view.setFloat64(start, value);
  }
  bytes(value: Uint8Array): void {
    const start = this.#advance(value.length);
    this.#bytes.set(value, start);
  }

  /** Writes a short string. Throws `RangeError` when it takes more than 255 bytes. */
  shortstr(value: string): void {
    const start = this.#advance(1);
    const length = this.#text(value);
    if (length > 255) {
      this.length = start;
      throw new RangeError(`A short string takes 255 bytes at most: received ${length} bytes, "${value}"`);
    }
    this.#bytes[start] = length;
  }

  longstr(value: string | Uint8Array): void {
    const start = this.#advance(4);
    if (typeof value !== "string") this.bytes(value);
    const length = typeof value === "string" ? this.#text(value) : value.length;
    this.#view.setUint32(start, length);
  }

  /** Writes a text as UTF-8 and returns its size in bytes. Most texts are short and plain ASCII. */
  #text(value: string): number {
    const { length } = value;
    const start = this.#advance(length);
    const bytes = this.#bytes;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) {
        this.length = start;
        const encoded = encoder.encode(value);
        this.bytes(encoded);
        return encoded.length;
      }
      bytes[start + i] = code;
    }
    return length;
  }

  /** Overwrites two bytes that were written before. */
  patchShort(at: number, value: number): void {
    this.#view.setUint16(at, value);
  }

  /** Overwrites four bytes that were written before. */
  patchLong(at: number, value: number): void {
    this.#view.setUint32(at, value);
  }

  /** Calls `write`, and puts the number of bytes that it writes in front of them, as a long. */
  lengthPrefixed(write: () => void): void {
    const start = this.#advance(4);
    write();
    this.#view.setUint32(start, this.length - start - 4);
  }

  /** All of the memory, of which the first {@linkcode length} bytes are written; valid until the next write. */
  get memory(): Uint8Array {
    return this.#bytes;
  }

  /** Returns the written bytes, as a view that is valid until the next write. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}
