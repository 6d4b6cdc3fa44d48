import { BATCH_BYTES_MAX } from "./log/batch.ts";
import { BLOCK_BYTES } from "./block.ts";
import { JOURNAL_FILE_BYTES } from "./log/log_file.ts";
import { SEGMENT_BYTES } from "./arena.ts";

/** Sizes of what a store writes. Tests choose smaller ones, to get more of each. In bytes. */
export interface StoreSizes {
  /** A batch with what the log puts before it; no more than the default. */
  readonly batchBytes: number;
  /** A section of the log, and a journal file; at least a sector more than a batch. */
  readonly journalFileBytes: number;
  /** Size of what is gathered for one segment. */
  readonly segmentBytes: number;
  /** A block ends with the message that makes it this long. */
  readonly blockBytes: number;
}

/** The sizes of a store for which no others were chosen. */
export const STORE_SIZES: StoreSizes = {
  batchBytes: BATCH_BYTES_MAX,
  journalFileBytes: JOURNAL_FILE_BYTES,
  segmentBytes: SEGMENT_BYTES,
  blockBytes: BLOCK_BYTES,
};
