import type { SendingSlices } from "./kept_list.ts";

/** Time that it takes to compress a part of a list. In milliseconds. */
export const COMPRESSING_MS = 0.5;

/** Length of a part that is sent, but for the last one, whose pieces may come out of the compression in any length. In bytes. */
const PART_BYTES = 32 * 1024;

const NO_STEPS: Iterator<void, void> = { next: () => ({ done: true, value: undefined }) };

/**
 * The compressed text of a list, which is made once for all who read it. It is made in slices of time, while the first of
 * them reads, and the others read what there is.
 */
export class GzippedList {
  readonly #slices: SendingSlices;
  readonly #plain: Iterator<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #parts: Uint8Array[] = [];
  /** Resolves when all compressed bytes are in parts. */
  readonly #isRead: Promise<void>;
  readonly #onComplete: (length: number) => void;
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;
  #length = 0;
  #isComplete = false;
  #compressing: Promise<void> | undefined;

  /** @param onComplete called with the length of all compressed parts. In bytes. */
  constructor(slices: SendingSlices, plain: Iterable<Uint8Array>, onComplete: (length: number) => void) {
    this.#slices = slices;
    this.#plain = plain[Symbol.iterator]();
    this.#onComplete = onComplete;
    const { readable, writable } = new CompressionStream("gzip");
    this.#writer = writable.getWriter();
    this.#isRead = this.#readAll(readable.getReader());
  }

  /** Length of the whole, once it is known. In bytes. */
  get length(): number | undefined {
    return this.#isComplete ? this.#length : undefined;
  }

  /** Resolves with a part, by its number from 0; with `undefined` behind the last one. */
  async part(index: number): Promise<Uint8Array | undefined> {
    while (index >= this.#parts.length && !this.#isComplete) {
      this.#compressing ??= this.#compressNext().finally(() => this.#compressing = undefined);
      await this.#compressing;
    }
    return this.#parts[index];
  }

  async #compressNext(): Promise<void> {
    await this.#slices.run(NO_STEPS);
    const { value, done } = this.#plain.next();
    if (!done) {
      this.#slices.spend(COMPRESSING_MS);
      return await this.#writer.write(value as Uint8Array<ArrayBuffer>);
    }
    await Promise.all([this.#writer.close(), this.#isRead]);
    this.#endPart();
    this.#isComplete = true;
    this.#onComplete(this.#length);
  }

  async #readAll(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    for (let { value } = await reader.read(); value !== undefined; { value } = await reader.read()) {
      this.#pieces.push(value);
      this.#pieceBytes += value.length;
      if (this.#pieceBytes >= PART_BYTES) this.#endPart();
    }
  }

  /** Makes one part of the pieces that have come. */
  #endPart(): void {
    if (this.#pieceBytes === 0) return;
    const part = new Uint8Array(this.#pieceBytes);
    let at = 0;
    for (const piece of this.#pieces) {
      part.set(piece, at);
      at += piece.length;
    }
    this.#parts.push(part);
    this.#length += part.length;
    this.#pieces = [];
    this.#pieceBytes = 0;
  }
}
