import { phrase } from "../phrase/phrase.ts";
import type { Crc32 } from "./crc32.ts";
import { CorruptStoreError } from "./error.ts";
import { checkVersion, FORMAT_VERSION } from "./format.ts";
import type { Ranges } from "./ranges.ts";
import { getUint48, setUint48, viewOf } from "./record.ts";
import { type IndexEntry, segmentName } from "./segment.ts";
import { valueFilter } from "./value_filter.ts";
import { readSequenceId } from "./sequence.ts";

/**
 * A segment file holds blocks of many queues: what was live in a journal file when that was given up. It is written once,
 * from front to back: a head of 32 bytes, the blocks, the index (52 bytes a block), what the messages of each
 * block of a stream can be found by, and 32 bytes that say where the index is.
 *
 * One file for all queues, not one for each: a thousand queues then cost one sync and not a thousand
 * (0.4 ms a file on the disk this was measured on).
 */
const MAGIC = "HAREMQSG";
const INDEX_MAGIC = 0x49514d48; // "HMQI"
export const SEGMENT_HEAD_BYTES = 32;
const INDEX_ENTRY_BYTES = 52;
/** Of a block of a stream; and of one that has messages without a value. */
const [HAS_VALUES, HAS_MESSAGES_WITHOUT] = [1, 2];
const TAIL_BYTES = 32;

/** The first bytes of a segment. */
export function segmentHead(id: number, crc32: Crc32): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEAD_BYTES);
  new TextEncoder().encodeInto(MAGIC, bytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, FORMAT_VERSION, true);
  view.setUint32(12, id, true);
  view.setUint32(16, crc32(bytes.subarray(0, 16)), true);
  return bytes;
}

/** The last bytes of a segment, from an offset on. */
export function segmentIndex(id: number, entries: readonly IndexEntry[], offset: number, crc32: Crc32): Uint8Array {
  const valuesBytes = entries.reduce((sum, { values }) => sum + (values?.bits.length ?? 0), 0);
  const bytes = new Uint8Array(entries.length * INDEX_ENTRY_BYTES + valuesBytes + TAIL_BYTES);
  const view = new DataView(bytes.buffer);
  let valuesAt = entries.length * INDEX_ENTRY_BYTES;
  entries.forEach((entry, index) => {
    const at = index * INDEX_ENTRY_BYTES;
    view.setUint32(at, entry.queueId, true);
    view.setUint32(at + 4, entry.offset, true);
    view.setUint32(at + 8, entry.bytes, true);
    view.setUint32(at + 12, entry.count, true);
    setUint48(view, at + 16, entry.first);
    setUint48(view, at + 22, entry.last);
    view.setUint32(at + 28, entry.bodyBytes, true);
    view.setFloat64(at + 32, entry.firstTime, true);
    view.setFloat64(at + 40, entry.lastTime, true);
    const { values } = entry;
    if (values === undefined) return;
    view.setUint16(at + 48, values.bits.length, true);
    view.setUint16(at + 50, HAS_VALUES | (values.hasMessagesWithout ? HAS_MESSAGES_WITHOUT : 0), true);
    bytes.set(values.bits, valuesAt);
    valuesAt += values.bits.length;
  });
  const tail = valuesAt;
  view.setUint32(tail, INDEX_MAGIC, true);
  view.setUint32(tail + 4, id, true);
  view.setUint32(tail + 8, offset, true);
  view.setUint32(tail + 12, entries.length, true);
  view.setUint32(tail + 16, crc32(bytes.subarray(0, tail + 16)), true);
  return bytes;
}

/** Reads the index of a segment. Throws {@linkcode CorruptStoreError}. */
export async function readSegmentIndex(segment: Ranges, id: number, crc32: Crc32): Promise<readonly IndexEntry[]> {
  const name = segmentName(id);
  const size = await segment.size();
  const head = await readAt(segment, 0, SEGMENT_HEAD_BYTES);
  if (size < SEGMENT_HEAD_BYTES + TAIL_BYTES || decoder.decode(head.subarray(0, 8)) !== MAGIC) {
    throw new CorruptStoreError(name, 0, phrase`it does not begin as a segment file does`);
  }
  if (crc32(head.subarray(0, 16)) !== viewOf(head).getUint32(16, true)) {
    throw new CorruptStoreError(name, 0, phrase`the checksum of its head is wrong`);
  }
  checkVersion(name, viewOf(head).getUint32(8, true));
  const tail = viewOf(await readAt(segment, size - TAIL_BYTES, TAIL_BYTES));
  const offset = tail.getUint32(8, true);
  const count = tail.getUint32(12, true);
  const isTail = tail.getUint32(0, true) === INDEX_MAGIC && tail.getUint32(4, true) === id &&
    offset + count * INDEX_ENTRY_BYTES + TAIL_BYTES <= size;
  if (!isTail) throw new CorruptStoreError(name, Math.max(0, size - TAIL_BYTES), phrase`its index does not end there`);
  const index = await readAt(segment, offset, size - offset);
  if (crc32(index.subarray(0, index.length - TAIL_BYTES + 16)) !== tail.getUint32(16, true)) {
    throw new CorruptStoreError(name, offset, phrase`the checksum of its index is wrong`);
  }
  const view = viewOf(index);
  let valuesAt = count * INDEX_ENTRY_BYTES;
  return Array.from({ length: count }, (_, i) => {
    const at = i * INDEX_ENTRY_BYTES;
    const bits = index.slice(valuesAt, valuesAt += view.getUint16(at + 48, true));
    const flags = view.getUint16(at + 50, true);
    return {
      queueId: readSequenceId(view, at),
      offset: view.getUint32(at + 4, true),
      bytes: view.getUint32(at + 8, true),
      count: view.getUint32(at + 12, true),
      first: getUint48(view, at + 16),
      last: getUint48(view, at + 22),
      bodyBytes: view.getUint32(at + 28, true),
      firstTime: view.getFloat64(at + 32, true),
      lastTime: view.getFloat64(at + 40, true),
      values: (flags & HAS_VALUES) === 0 ? undefined : valueFilter(bits, (flags & HAS_MESSAGES_WITHOUT) !== 0),
    };
  });
}

/** Reads what is at an offset: less than the length where there is no more. */
export async function readAt(ranges: Ranges, at: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const count = await ranges.read(at, bytes);
  return count === length ? bytes : bytes.subarray(0, count);
}

const decoder = new TextDecoder();
