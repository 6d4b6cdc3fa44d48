import type { Crc32 } from "../crc32.ts";
import { type Batch, HEADROOM_BYTES, sectorAligned } from "./batch.ts";

/**
 * A batch in a file: a head (magic, bytes of payload, checksum, generation of the file, index in the file, flags) and the
 * payload, up to the end of a sector. All numbers are little-endian.
 */
export const BATCH_HEAD_BYTES = 32;
/** Maximum size of a batch in a file, with its head and the rest of its last sector. In bytes. */
export const BATCH_IN_FILE_BYTES_MAX = 1024 * 1024;
/**
 * Type of the log's own record, the first one in a file: length in bytes, type, and the end of the file before it. Records
 * that are appended must not have this type.
 */
export const FILE_STARTED_TYPE = 6;
const FILE_STARTED_BYTES = 16;
const AT_TYPE = 4;
const AT_PREVIOUS_GENERATION = 8;
const AT_PREVIOUS_END = 12;

const MAGIC = 0x42514d48; // "HMQB"
const AT_PAYLOAD_BYTES = 4;
const AT_CRC = 8;
/** Offset from which on everything is in the checksum. */
const AT_CHECKED = 12;
const AT_GENERATION = 12;
const AT_INDEX = 16;
const AT_FLAGS = 20;

/** Flag: the batches before this one in its file were on disk when it was written, so no power loss can break them. */
const FLAG_FOLLOWS_SYNCED = 1;

/** The end of a file's content. */
export interface FileEnd {
  readonly generation: number;
  readonly end: number;
}

/** Writes the head of a batch into its headroom. Returns the bytes for the file. */
export function sealBatch(
  batch: Batch,
  crc32: Crc32,
  generation: number,
  index: number,
  followsSynced: boolean,
): Uint8Array {
  return seal(batch, HEADROOM_BYTES, crc32, generation, index, followsSynced);
}

/** Seals the first batch of a file, which tells the end of the file before it. */
export function sealFirstBatch(
  batch: Batch,
  crc32: Crc32,
  generation: number,
  previous: FileEnd | undefined,
  followsSynced: boolean,
): Uint8Array {
  const at = HEADROOM_BYTES - FILE_STARTED_BYTES;
  batch.view.setUint32(at, FILE_STARTED_BYTES, true);
  batch.view.setUint32(at + AT_TYPE, FILE_STARTED_TYPE, true);
  batch.view.setUint32(at + AT_PREVIOUS_GENERATION, previous?.generation ?? 0, true);
  batch.view.setUint32(at + AT_PREVIOUS_END, previous?.end ?? 0, true);
  return seal(batch, at, crc32, generation, 0, followsSynced);
}

function seal(
  { view, bytes, length }: Batch,
  payloadAt: number,
  crc32: Crc32,
  generation: number,
  index: number,
  followsSynced: boolean,
): Uint8Array {
  const at = payloadAt - BATCH_HEAD_BYTES;
  view.setUint32(at, MAGIC, true);
  view.setUint32(at + AT_PAYLOAD_BYTES, length - payloadAt, true);
  view.setUint32(at + AT_GENERATION, generation, true);
  view.setUint32(at + AT_INDEX, index, true);
  view.setUint32(at + AT_FLAGS, followsSynced ? FLAG_FOLLOWS_SYNCED : 0, true);
  view.setUint32(at + 24, 0, true);
  view.setUint32(at + 28, 0, true);
  view.setUint32(at + AT_CRC, crc32(bytes.subarray(at + AT_CHECKED, length)), true);
  const end = at + sectorAligned(length - at);
  if (end - at > BATCH_IN_FILE_BYTES_MAX || end > bytes.length) throw new RangeError(`a batch takes ${end - at} bytes`);
  bytes.fill(0, length, end);
  return bytes.subarray(at, end);
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
  if (payloadBytes > BATCH_IN_FILE_BYTES_MAX - BATCH_HEAD_BYTES) return undefined;
  return {
    payloadBytes,
    crc: view.getUint32(at + AT_CRC, true),
    generation: view.getUint32(at + AT_GENERATION, true),
    index: view.getUint32(at + AT_INDEX, true),
    followsSynced: (view.getUint32(at + AT_FLAGS, true) & FLAG_FOLLOWS_SYNCED) !== 0,
  };
}

/** Returns whether the batch at an offset is as it was written. */
export function isBatchWhole(bytes: Uint8Array, at: number, head: BatchHead, crc32: Crc32): boolean {
  const end = at + BATCH_HEAD_BYTES + head.payloadBytes;
  return end <= bytes.length && crc32(bytes.subarray(at + AT_CHECKED, end)) === head.crc;
}

/** Returns the offset of the batch behind one. */
export const nextBatchAt = (at: number, { payloadBytes }: BatchHead): number =>
  sectorAligned(at + BATCH_HEAD_BYTES + payloadBytes);

/** Reads from the first batch of a file where the file before it ends; `undefined` for other batches. */
export function readPrevious(view: DataView, payloadAt: number, payloadEnd: number): FileEnd | undefined {
  const isFirst = payloadEnd - payloadAt >= FILE_STARTED_BYTES &&
    view.getUint8(payloadAt + AT_TYPE) === FILE_STARTED_TYPE;
  if (!isFirst) return undefined;
  return {
    generation: view.getUint32(payloadAt + AT_PREVIOUS_GENERATION, true),
    end: view.getUint32(payloadAt + AT_PREVIOUS_END, true),
  };
}

/** Returns the offset of the records of a batch. */
export const recordsAt = (payloadAt: number, previous: FileEnd | undefined): number =>
  previous === undefined ? payloadAt : payloadAt + FILE_STARTED_BYTES;
