import { SECTOR_BYTES } from "../log/batch.ts";
import {
  BATCH_HEAD_BYTES,
  type BatchHead,
  type FileEnd,
  isBatchWhole,
  nextBatchAt,
  readBatchHead,
  readPrevious,
  recordsAt,
} from "../log/batch_format.ts";
import { BLOCK_HEAD_BYTES, type BlockHead, isBlockWhole, readBlockHead } from "../block.ts";
import type { Crc32 } from "../crc32.ts";
import { FIRST_BATCH_AT } from "../log/log_file.ts";
import type { Ranges } from "../ranges.ts";
import { viewOf } from "../record.ts";

/** Content of a file at an offset: a whole batch, whose records lie between two offsets; a gap; or the end. */
export type Walked =
  | {
    readonly kind: "batch";
    readonly offset: number;
    readonly start: number;
    readonly end: number;
    /** End of the file before this one, for the first batch of a journal file. */
    readonly previous: FileEnd | undefined;
  }
  /** Batches are broken from here up to the next whole one, which was written when they were on disk. */
  | { readonly kind: "gap"; readonly offset: number; readonly end: number; readonly batches: number }
  /** There is no more. `isTorn`: a batch was begun. */
  | { readonly kind: "end"; readonly offset: number; readonly isTorn: boolean };

/** Goes through the batches of a generation in a file's content, over broken ones too. */
export function* walkBatches(bytes: Uint8Array, generation: number, crc32: Crc32): Generator<Walked> {
  const view = viewOf(bytes);
  const wholeAt = (at: number): BatchHead | undefined => {
    const head = readBatchHead(view, at);
    return head?.generation === generation && isBatchWhole(bytes, at, head, crc32) ? head : undefined;
  };
  let index = 0;
  for (let at = FIRST_BATCH_AT;;) {
    const head = wholeAt(at);
    if (head?.index === index) {
      const payloadAt = at + BATCH_HEAD_BYTES;
      const end = payloadAt + head.payloadBytes;
      const previous = index === 0 ? readPrevious(view, payloadAt, end) : undefined;
      yield { kind: "batch", offset: at, start: recordsAt(payloadAt, previous), end, previous };
      at = nextBatchAt(at, head);
      index++;
      continue;
    }
    let next: number | undefined;
    let isGap = false;
    for (let later = at + SECTOR_BYTES; later + BATCH_HEAD_BYTES <= bytes.length && !isGap; later += SECTOR_BYTES) {
      const head = wholeAt(later);
      if (head === undefined || head.index < index) continue;
      next ??= later;
      isGap = head.followsSynced;
    }
    if (next === undefined || !isGap) {
      return yield { kind: "end", offset: at, isTorn: next !== undefined || hasHead(view, at, generation) };
    }
    const { index: nextIndex } = wholeAt(next)!;
    yield { kind: "gap", offset: at, end: next, batches: nextIndex - index };
    at = next;
    index = nextIndex;
  }
}

function hasHead(view: DataView, at: number, generation: number): boolean {
  return readBatchHead(view, at)?.generation === generation;
}

/** The highest generation of which there are whole batches in a file's content; 0 when there are none. */
export function highestGeneration(bytes: Uint8Array, crc32: Crc32): number {
  const view = viewOf(bytes);
  let highest = 0;
  for (let at = 0; at + BATCH_HEAD_BYTES <= bytes.length; at += SECTOR_BYTES) {
    const head = readBatchHead(view, at);
    if (head !== undefined && head.generation > highest && isBatchWhole(bytes, at, head, crc32)) {
      highest = head.generation;
    }
  }
  return highest;
}

/** Finds the whole blocks in a segment file's content by their heads, where the index does not tell. */
export function* findBlocks(bytes: Uint8Array, crc32: Crc32): Generator<BlockHead & { readonly offset: number }> {
  const view = viewOf(bytes);
  for (let at = 0; at + BLOCK_HEAD_BYTES <= bytes.length;) {
    const head = readBlockHead(view, at);
    if (head !== undefined && isBlockWhole(bytes, view, at, head.bytes, crc32)) {
      yield { ...head, offset: at };
      at += head.bytes;
    } else at++;
  }
}

/** A file that was read already. */
export class ReadFile implements Ranges {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  size(): Promise<number> {
    return Promise.resolve(this.#bytes.length);
  }

  read(at: number, into: Uint8Array): Promise<number> {
    const bytes = this.#bytes.subarray(at, at + into.length);
    into.set(bytes);
    return Promise.resolve(bytes.length);
  }
}
