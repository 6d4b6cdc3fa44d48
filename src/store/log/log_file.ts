import { SECTOR_BYTES } from "./batch.ts";
import {
  BATCH_HEAD_BYTES,
  BATCH_IN_FILE_BYTES_MAX,
  type BatchHead,
  type FileEnd,
  isBatchWhole,
  nextBatchAt,
  readBatchHead,
  readPrevious,
  recordsAt,
} from "./batch_format.ts";
import type { Crc32 } from "../crc32.ts";
import { checkVersion, FORMAT_VERSION } from "../format.ts";
import type { Ranges } from "../ranges.ts";

/**
 * A journal file: a head of one sector (magic, version, generation, checksum) and batches, each with the generation of the
 * file and its index in it. Files are made in advance and used again for one generation after the other, so that a sync
 * has nothing to write but the batch; what is left from older generations lies behind the last batch.
 */
export const JOURNAL_FILE_BYTES = 8 * 1024 * 1024;
/** Offset of the first batch. */
export const FIRST_BATCH_AT = SECTOR_BYTES;

const MAGIC = "HAREMQJL";
/** Size of one read of a file. In bytes. */
export const READ_BYTES = BATCH_IN_FILE_BYTES_MAX * 2;

const PREFIX = "journal-";
export const journalName = (slot: number): string => `${PREFIX}${slot}`;
/** The slot in a journal file's name; `undefined` for any other name. */
export const journalSlot = (name: string): number | undefined => {
  const slot = Number(name.slice(PREFIX.length));
  // A person may have put a copy beside it.
  return journalName(slot) === name ? slot : undefined;
};

/** Returns the head of a file, a sector long. */
export function journalHead(generation: number, crc32: Crc32): Uint8Array {
  const bytes = new Uint8Array(SECTOR_BYTES);
  new TextEncoder().encodeInto(MAGIC, bytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, FORMAT_VERSION, true);
  view.setUint32(12, generation, true);
  view.setUint32(16, crc32(bytes.subarray(0, 16)), true);
  return bytes;
}

/** Reads the generation of a file; `undefined` for one that was made and not used, or whose head is broken. */
export async function readJournalHead(file: Ranges, name: string, crc32: Crc32): Promise<number | undefined> {
  const bytes = new Uint8Array(SECTOR_BYTES);
  if (await file.read(0, bytes) < SECTOR_BYTES) return undefined;
  const view = new DataView(bytes.buffer);
  if (new TextDecoder().decode(bytes.subarray(0, 8)) !== MAGIC) return undefined;
  if (crc32(bytes.subarray(0, 16)) !== view.getUint32(16, true)) return undefined;
  checkVersion(name, view.getUint32(8, true));
  return view.getUint32(12, true);
}

/** A batch that was read. Its records lie between two offsets of `bytes`, which are valid until the next one is read. */
export interface BatchInFile {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
  /** End of the file before this one, for the first batch of a file. */
  readonly previous: FileEnd | undefined;
}

/**
 * Reads the batches of a generation from front to back, up to the first place where there is none. It never reads two at
 * once: memory stays flat, and waiting for the next one lets others have their turn.
 */
export class LogFileReader {
  readonly #file: Ranges;
  readonly #generation: number;
  readonly #crc32: Crc32;
  #bytes: Uint8Array;
  #view: DataView;
  #bufferAt = 0;
  #bufferEnd = 0;
  #hasReadAll = false;
  /** Offset of the next batch, or the end of the file's content when there is none. */
  offset = FIRST_BATCH_AT;
  /** Number of batches read. */
  count = 0;

  /** @param buffer memory to read into. Default: as much as it needs. */
  constructor(file: Ranges, generation: number, crc32: Crc32, buffer: Uint8Array = new Uint8Array(0)) {
    this.#file = file;
    this.#generation = generation;
    this.#crc32 = crc32;
    this.#bytes = buffer;
    this.#view = new DataView(buffer.buffer);
  }

  async next(): Promise<BatchInFile | undefined> {
    if (this.offset + BATCH_IN_FILE_BYTES_MAX > this.#bufferEnd && !this.#hasReadAll) {
      const neededBytes = this.#bytes.length < READ_BYTES ? Math.min(READ_BYTES, await this.#file.size()) : 0;
      if (this.#bytes.length < neededBytes) {
        this.#bytes = new Uint8Array(neededBytes);
        this.#view = new DataView(this.#bytes.buffer);
      }
      const length = await this.#file.read(this.offset, this.#bytes);
      this.#bufferAt = this.offset;
      this.#bufferEnd = this.offset + length;
      this.#hasReadAll = length < READ_BYTES;
    }
    const at = this.offset - this.#bufferAt;
    const length = this.#bufferEnd - this.#bufferAt;
    if (at + BATCH_HEAD_BYTES > length) return undefined;
    const bytes = this.#bytes.subarray(0, length);
    const head = readBatchHead(this.#view, at);
    if (head === undefined || head.generation !== this.#generation || head.index !== this.count) return undefined;
    if (!isBatchWhole(bytes, at, head, this.#crc32)) return undefined;
    this.count++;
    this.offset = this.#bufferAt + nextBatchAt(at, head);
    const payloadAt = at + BATCH_HEAD_BYTES;
    const end = payloadAt + head.payloadBytes;
    const previous = head.index === 0 ? readPrevious(this.#view, payloadAt, end) : undefined;
    return { bytes, view: this.#view, start: recordsAt(payloadAt, previous), end, previous };
  }
}

/** A whole batch found anywhere in a file. */
export interface FoundBatch {
  readonly offset: number;
  readonly head: BatchHead;
}

/** Finds whole batches at any sector from an offset on. */
export async function findBatches(file: Ranges, from: number, crc32: Crc32): Promise<FoundBatch[]> {
  const found: FoundBatch[] = [];
  const size = await file.size();
  const bytes = new Uint8Array(Math.max(0, Math.min(READ_BYTES, size - from)));
  const view = new DataView(bytes.buffer);
  // Steps overlap by the longest batch, so that each one is whole in one of them.
  for (let start = from; start < size; start += READ_BYTES - BATCH_IN_FILE_BYTES_MAX) {
    const length = await file.read(start, bytes);
    const end = length < READ_BYTES ? length : READ_BYTES - BATCH_IN_FILE_BYTES_MAX;
    for (let at = 0; at + BATCH_HEAD_BYTES <= end; at += SECTOR_BYTES) {
      const head = readBatchHead(view, at);
      if (head !== undefined && isBatchWhole(bytes.subarray(0, length), at, head, crc32)) {
        found.push({ offset: start + at, head });
      }
    }
    if (length < READ_BYTES) break;
  }
  return found;
}
