import { Batch } from "./log/batch.ts";
import { writeBufferBytes } from "./segment_writer.ts";
import type { StoreSizes } from "./sizes.ts";

/**
 * Memory that the work behind the scenes reuses. New memory for each section of the log would be freed late, and a busy
 * broker would take much more of it.
 */
export class Scratch {
  readonly #sizes: StoreSizes;
  #write: Uint8Array | undefined;
  #batch: Batch | undefined;

  constructor(sizes: StoreSizes) {
    this.#sizes = sizes;
  }

  /** Buffer for assembling a segment. */
  get write(): Uint8Array {
    return this.#write ??= new Uint8Array(writeBufferBytes(this.#sizes.blockBytes));
  }
  /** Batch for assembling a snapshot. */
  get batch(): Batch {
    this.#batch ??= new Batch(this.#sizes.batchBytes);
    this.#batch.clear();
    return this.#batch;
  }
}
