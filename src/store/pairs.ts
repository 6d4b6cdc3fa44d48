/** Size of the longest pair: two numbers of 48 bits, seven bits a byte. In bytes. */
const PAIR_BYTES_MAX = 14;
/** Length of the first buffer. Most queues of a broker with many have no pairs, and need none. In bytes. */
const BUFFER_BYTES = 256;
const NO_BYTES = new Uint8Array(0);

/** Writes pairs of numbers of up to 48 bits, seven bits a byte, as parts of limited length. */
export class PairWriter {
  readonly #bytesMax: number;
  readonly #parts: Uint8Array[] = [];
  #bytes = NO_BYTES;
  #length = 0;

  /** @param bytesMax maximum size of a part, in bytes; at least that of a pair. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** True when the next pair begins another part. */
  get isFull(): boolean {
    return this.#length + PAIR_BYTES_MAX > this.#bytesMax;
  }

  put(first: number, second: number): void {
    if (this.isFull) this.#endPart();
    if (this.#length + PAIR_BYTES_MAX > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, BUFFER_BYTES));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#number(first);
    this.#number(second);
  }

  #number(number: number): void {
    for (; number >= 0x80; number = Math.floor(number / 0x80)) this.#bytes[this.#length++] = number % 0x80 | 0x80;
    this.#bytes[this.#length++] = number;
  }

  #endPart(): void {
    if (this.#length > 0) this.#parts.push(this.#bytes.slice(0, this.#length));
    this.#length = 0;
  }

  /** Returns all parts; none of them is empty. */
  finish(): readonly Uint8Array[] {
    this.#endPart();
    return this.#parts;
  }
}

/** Reads a part written by {@linkcode PairWriter}. */
export function* readPairs(bytes: Uint8Array, from: number, end: number): Generator<readonly [number, number]> {
  let at = from;
  const number = (): number => {
    let value = 0;
    for (let factor = 1;; factor *= 0x80) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < end) yield [number(), number()];
}
