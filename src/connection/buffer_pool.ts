const BUFFER_BYTES = 64 * 1024;
/** Larger buffers are left to the garbage collector when they come back. */
const POOLED_MAX_BYTES = 1024 * 1024;
const POOLED_COUNT_MAX = 16;

/** Output buffers for connections that have something to say, so that idle ones hold none. */
export class BufferPool {
  readonly #free: Uint8Array[] = [];

  /** A buffer of at least {@linkcode BUFFER_BYTES} bytes with any content. */
  take(): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(BUFFER_BYTES);
  }

  give(buffer: Uint8Array): void {
    if (buffer.length > POOLED_MAX_BYTES || buffer.length < BUFFER_BYTES) return;
    if (this.#free.length < POOLED_COUNT_MAX) this.#free.push(buffer);
  }
}
