import { streamFilterValue } from "../wire/stream_filter_value.ts";
import {
  BLOCK_HEAD_BYTES,
  type BlockHead,
  isBlockWhole,
  messageBodyBytesAt,
  messageBytesAt,
  messagePositionAt,
  messageTimeAt,
  readBlockHead,
  readMessageHead,
  writeBlockHead,
} from "./block.ts";
import type { Crc32 } from "./crc32.ts";
import { CorruptStoreError } from "./error.ts";
import type { File, Files } from "./files.ts";
import { checkVersion, FORMAT_VERSION } from "./format.ts";
import { getUint48, setUint48, viewOf } from "./record.ts";
import { type ValueFilter, valueFilter, ValueFilterBuilder } from "./value_filter.ts";

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
const HEAD_BYTES = 32;
const INDEX_ENTRY_BYTES = 52;
/** Of a block of a stream; and of one that has messages without a value. */
const [HAS_VALUES, HAS_MESSAGES_WITHOUT] = [1, 2];
const TAIL_BYTES = 32;
/** Blocks are gathered to writes of about this size. */
const WRITE_BYTES = 512 * 1024;

const PREFIX = "segment-";
export const segmentName = (id: number): string => `${PREFIX}${String(id).padStart(10, "0")}`;
/** The id in a segment's name; `undefined` for any other name. */
export const segmentId = (name: string): number | undefined => {
  const id = Number(name.slice(PREFIX.length));
  // A person may have put a copy beside it.
  return segmentName(id) === name ? id : undefined;
};

/** A segment file. */
export class Segment {
  readonly id: number;
  /** Size of its blocks. In bytes. */
  readonly bytes: number;
  /** Number of blocks that still have messages. */
  blockCount = 0;
  /** Number of reads in progress. */
  readerCount = 0;

  constructor(id: number, entries: readonly IndexEntry[]) {
    this.id = id;
    this.bytes = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get name(): string {
    return segmentName(this.id);
  }
}

/** A block, where it is, and what to know of it without reading it. */
export interface IndexEntry extends BlockHead {
  readonly offset: number;
  /** Size of the bodies of its messages. In bytes. */
  readonly bodyBytes: number;
  /** When the broker took its first message, and the last one of which that is kept; 0 where it is not. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** Filter values of a stream's messages. */
  readonly values: ValueFilter | undefined;
}

/** Messages in the form that they have in blocks, gathered in any order of queues. */
export interface Gathered {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** By queue: where its messages lie, in the order of their positions; a negative number ends a block. */
  readonly queues: ReadonlyMap<number, readonly number[]>;
}

/** Ends a block in the list of a queue's messages. */
export const END_OF_BLOCK = -1;

/** What {@linkcode writeSegment} puts blocks of such a length together in. In bytes. */
export const writeBufferBytes = (blockBytes: number): number => WRITE_BYTES + blockBytes * 2;

/** Writes and syncs a segment file, and returns its blocks. Lets other turns happen in between. */
export async function writeSegment(
  files: Files,
  id: number,
  gathered: Gathered,
  crc32: Crc32,
  blockBytes: number,
  isStream: (queueId: number) => boolean,
  buffer: Uint8Array = new Uint8Array(writeBufferBytes(blockBytes)),
): Promise<readonly IndexEntry[]> {
  const file = await files.open(segmentName(id), { create: true });
  try {
    const entries: IndexEntry[] = [];
    let out = new Output(buffer);
    out.bytes.set(headOf(id, crc32));
    out.length = HEAD_BYTES;
    let writtenBytes = 0;
    for (const [queueId, offsets] of gathered.queues) {
      let at = 0;
      while (at < offsets.length) {
        const start = at;
        let bytes = BLOCK_HEAD_BYTES;
        while (at < offsets.length && offsets[at] !== END_OF_BLOCK && bytes < blockBytes) {
          bytes += messageBytesAt(gathered.view, offsets[at++]);
        }
        const end = at;
        if (offsets[at] === END_OF_BLOCK) at++;
        if (end === start) continue;
        if (out.length + bytes > out.bytes.length) {
          await file.write(writtenBytes, out.bytes.subarray(0, out.length));
          writtenBytes += out.length;
          if (bytes > out.bytes.length) out = new Output(new Uint8Array(bytes));
          out.length = 0;
        }
        const block = out.block(queueId, gathered, offsets, start, end, bytes, writtenBytes, crc32);
        const values = isStream(queueId) ? valuesOf(gathered, offsets, start, end) : undefined;
        entries.push({ ...block, values });
      }
    }
    await file.write(writtenBytes, out.bytes.subarray(0, out.length));
    writtenBytes += out.length;
    await file.write(writtenBytes, indexOf(id, entries, writtenBytes, crc32));
    await file.sync();
    await file.close();
    return entries;
  } catch (error) {
    await file.close().catch(() => {});
    // What is left of it would take room where there is none.
    await files.remove(segmentName(id)).catch(() => {});
    throw error;
  }
}

class Output {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  length = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  block(
    queueId: number,
    { bytes, view }: Gathered,
    offsets: readonly number[],
    start: number,
    end: number,
    blockBytes: number,
    fileOffset: number,
    crc32: Crc32,
  ): Omit<IndexEntry, "values"> {
    const at = this.length;
    let to = at + BLOCK_HEAD_BYTES;
    let bodyBytes = 0;
    for (let i = start; i < end; i++) {
      // Neighbours are copied together: with one queue, that is the whole block.
      const from = offsets[i];
      let until = from + messageBytesAt(view, from);
      bodyBytes += messageBodyBytesAt(view, from);
      while (i + 1 < end && offsets[i + 1] === until) {
        bodyBytes += messageBodyBytesAt(view, until);
        until += messageBytesAt(view, offsets[++i]);
      }
      this.bytes.set(bytes.subarray(from, until), to);
      to += until - from;
    }
    this.length = to;
    const first = messagePositionAt(view, offsets[start]);
    const last = messagePositionAt(view, offsets[end - 1]);
    const head = { bytes: blockBytes, queueId, first, last, count: end - start };
    writeBlockHead(this.bytes, this.view, at, head, crc32);
    const firstTime = messageTimeAt(view, offsets[start]);
    let lastTime = 0;
    for (let i = end - 1; i >= start && lastTime === 0; i--) lastTime = messageTimeAt(view, offsets[i]);
    return { ...head, offset: fileOffset + at, bodyBytes, firstTime, lastTime };
  }
}

/** What the messages of a block can be found by. */
function valuesOf({ bytes, view }: Gathered, offsets: readonly number[], start: number, end: number): ValueFilter {
  const message = { bytes, offset: 0, addressBytes: 0, headerBytes: 0, bodyBytes: 0, time: 0, hasDied: false };
  const builder = new ValueFilterBuilder();
  for (let i = start; i < end; i++) {
    readMessageHead(view, offsets[i], message);
    builder.add(streamFilterValue(bytes, message.offset + message.addressBytes));
  }
  return builder.built();
}

function headOf(id: number, crc32: Crc32): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES);
  new TextEncoder().encodeInto(MAGIC, bytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, FORMAT_VERSION, true);
  view.setUint32(12, id, true);
  view.setUint32(16, crc32(bytes.subarray(0, 16)), true);
  return bytes;
}

function indexOf(id: number, entries: readonly IndexEntry[], offset: number, crc32: Crc32): Uint8Array {
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
export async function readSegmentIndex(file: File, id: number, crc32: Crc32): Promise<readonly IndexEntry[]> {
  const name = segmentName(id);
  const size = await file.size();
  const head = await readAt(file, 0, HEAD_BYTES);
  if (size < HEAD_BYTES + TAIL_BYTES || decoder.decode(head.subarray(0, 8)) !== MAGIC) {
    throw new CorruptStoreError(name, 0, "it does not begin as a segment file does");
  }
  if (crc32(head.subarray(0, 16)) !== viewOf(head).getUint32(16, true)) {
    throw new CorruptStoreError(name, 0, "the checksum of its head is wrong");
  }
  checkVersion(name, viewOf(head).getUint32(8, true));
  const tail = viewOf(await readAt(file, size - TAIL_BYTES, TAIL_BYTES));
  const offset = tail.getUint32(8, true);
  const count = tail.getUint32(12, true);
  const isTail = tail.getUint32(0, true) === INDEX_MAGIC && tail.getUint32(4, true) === id &&
    offset + count * INDEX_ENTRY_BYTES + TAIL_BYTES <= size;
  if (!isTail) throw new CorruptStoreError(name, Math.max(0, size - TAIL_BYTES), "its index does not end there");
  const index = await readAt(file, offset, size - offset);
  if (crc32(index.subarray(0, index.length - TAIL_BYTES + 16)) !== tail.getUint32(16, true)) {
    throw new CorruptStoreError(name, offset, "the checksum of its index is wrong");
  }
  const view = viewOf(index);
  let valuesAt = count * INDEX_ENTRY_BYTES;
  return Array.from({ length: count }, (_, i) => {
    const at = i * INDEX_ENTRY_BYTES;
    const bits = index.slice(valuesAt, valuesAt += view.getUint16(at + 48, true));
    const flags = view.getUint16(at + 50, true);
    return {
      queueId: view.getUint32(at, true),
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

/** Reads a block. Throws {@linkcode CorruptStoreError}. */
export async function readBlock(
  file: File,
  name: string,
  offset: number,
  length: number,
  crc32: Crc32,
): Promise<{ readonly bytes: Uint8Array; readonly head: BlockHead }> {
  const bytes = await readAt(file, offset, length);
  const view = viewOf(bytes);
  if (!isBlockWhole(bytes, view, 0, length, crc32)) {
    throw new CorruptStoreError(name, offset, "the checksum of a block is wrong");
  }
  return { bytes, head: readBlockHead(view, 0)! };
}

async function readAt(file: File, at: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const count = await file.read(at, bytes);
  return count === length ? bytes : bytes.subarray(0, count);
}

const decoder = new TextDecoder();
