import { Batch } from "./batch.ts";
import { READ_BYTES } from "./journal_file.ts";
import { writeBufferBytes } from "./segment.ts";
import type { StoreSizes } from "./sizes.ts";

/**
 * Memory that the work behind the scenes uses again. Taken anew for each journal file, it would be freed late, and a busy
 * broker take much more of it.
 */
export class Scratch {
  readonly #sizes: StoreSizes;
  #read: Uint8Array | undefined;
  #write: Uint8Array | undefined;
  #batch: Batch | undefined;

  constructor(sizes: StoreSizes) {
    this.#sizes = sizes;
  }

  /** Buffer for reading a journal file. */
  get read(): Uint8Array {
    return this.#read ??= new Uint8Array(Math.min(READ_BYTES, this.#sizes.journalFileBytes));
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
