/**
 * Size of a small buffer, which holds a few methods: in one turn a thousand connections may write one each. In bytes.
 */
const SMALL_BYTES = 1024;
const LARGE_BYTES = 64 * 1024;
/** Size above which a returned buffer is left to the garbage collector. In bytes. */
const POOLED_MAX_BYTES = 1024 * 1024;
const SMALL_COUNT_MAX = 1024;
const LARGE_COUNT_MAX = 16;

/** Lends output buffers to connections with output, so that idle connections hold none. */
export class BufferPool {
  readonly #small: Uint8Array[] = [];
  readonly #large: Uint8Array[] = [];

  /** Returns a buffer of at least `bytes` bytes; its content is undefined. */
  take(bytes: number): Uint8Array {
    if (bytes <= SMALL_BYTES) return this.#small.pop() ?? new Uint8Array(SMALL_BYTES);
    if (bytes > LARGE_BYTES) return new Uint8Array(bytes);
    return this.#large.pop() ?? new Uint8Array(LARGE_BYTES);
  }

  give(buffer: Uint8Array): void {
    const { length } = buffer;
    if (length === SMALL_BYTES && this.#small.length < SMALL_COUNT_MAX) this.#small.push(buffer);
    else if (length >= LARGE_BYTES && length <= POOLED_MAX_BYTES && this.#large.length < LARGE_COUNT_MAX) {
      this.#large.push(buffer);
    }
  }
}
