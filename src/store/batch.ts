import type { Crc32 } from "./crc32.ts";

/** Batches begin at multiples of a disk's sector, so that writing one never touches another. */
export const SECTOR_BYTES = 512;
/**
 * The most that a batch takes, with its head and what fills its last sector. It is small enough to be one message of a
 * replicated log, and large enough that a sync of it costs little more than the writing.
 */
export const BATCH_BYTES_MAX = 1024 * 1024;
export const BATCH_HEAD_BYTES = 32;
/** What may be touched behind the last byte by a copy in whole words. */
const SLACK_BYTES = 4;

const MAGIC = 0x42514d48; // "HMQB"
const AT_PAYLOAD_BYTES = 4;
const AT_CRC = 8;
/** The checksum is of everything from here on. */
const AT_CHECKED = 12;
const AT_GENERATION = 12;
const AT_INDEX = 16;
const AT_FLAGS = 20;

/** The batches before this one in its file were on disk when it was written: what breaks them is no power loss. */
const FLAG_FOLLOWS_SYNCED = 1;

export const sectorAligned = (bytes: number): number => Math.ceil(bytes / SECTOR_BYTES) * SECTOR_BYTES;

/**
 * Records that are written, and become safe, together. On disk: a head (magic, bytes of payload, checksum, generation of
 * the file, index in the file, flags) and the records, up to the end of a sector. All numbers are little-endian.
 */
export class Batch {
  readonly capacity: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView;
  /** Where the next record goes. */
  length = BATCH_HEAD_BYTES;
  /** The number of its last record. */
  lastRecord = 0;
  /** The file that it belongs into. */
  generation = 0;

  /** @param capacity the most that it takes, with its head. In bytes. */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.bytes = new Uint8Array(capacity + SLACK_BYTES);
    this.view = new DataView(this.bytes.buffer);
  }

  get isEmpty(): boolean {
    return this.length === BATCH_HEAD_BYTES;
  }

  hasRoomFor(bytes: number): boolean {
    return this.length + bytes <= this.capacity;
  }

  clear(): void {
    this.length = BATCH_HEAD_BYTES;
  }

  /** Writes its head, and returns what is to be written to disk. */
  seal(crc32: Crc32, index: number, followsSynced: boolean): Uint8Array {
    const { view, bytes, length } = this;
    view.setUint32(0, MAGIC, true);
    view.setUint32(AT_PAYLOAD_BYTES, length - BATCH_HEAD_BYTES, true);
    view.setUint32(AT_GENERATION, this.generation, true);
    view.setUint32(AT_INDEX, index, true);
    view.setUint32(AT_FLAGS, followsSynced ? FLAG_FOLLOWS_SYNCED : 0, true);
    view.setUint32(24, 0, true);
    view.setUint32(28, 0, true);
    view.setUint32(AT_CRC, crc32(bytes.subarray(AT_CHECKED, length)), true);
    const end = sectorAligned(length);
    bytes.fill(0, length, end);
    return bytes.subarray(0, end);
  }
}

/** The head of a batch as it was read. */
export interface BatchHead {
  readonly payloadBytes: number;
  readonly crc: number;
  readonly generation: number;
  readonly index: number;
  readonly followsSynced: boolean;
}

/** Reads the head at an offset; `undefined` where there is none. */
export function readBatchHead(view: DataView, at: number): BatchHead | undefined {
  if (at + BATCH_HEAD_BYTES > view.byteLength || view.getUint32(at, true) !== MAGIC) return undefined;
  const payloadBytes = view.getUint32(at + AT_PAYLOAD_BYTES, true);
  if (payloadBytes > BATCH_BYTES_MAX - BATCH_HEAD_BYTES) return undefined;
  return {
    payloadBytes,
    crc: view.getUint32(at + AT_CRC, true),
    generation: view.getUint32(at + AT_GENERATION, true),
    index: view.getUint32(at + AT_INDEX, true),
    followsSynced: (view.getUint32(at + AT_FLAGS, true) & FLAG_FOLLOWS_SYNCED) !== 0,
  };
}

/** Whether the batch at an offset is as it was written. Its bytes must be there, or it is not. */
export function isBatchWhole(bytes: Uint8Array, at: number, head: BatchHead, crc32: Crc32): boolean {
  const end = at + BATCH_HEAD_BYTES + head.payloadBytes;
  return end <= bytes.length && crc32(bytes.subarray(at + AT_CHECKED, end)) === head.crc;
}

/** Where the batch behind one begins. */
export const nextBatchAt = (at: number, { payloadBytes }: BatchHead): number =>
  sectorAligned(at + BATCH_HEAD_BYTES + payloadBytes);
