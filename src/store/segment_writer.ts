import { streamFilterValue } from "../wire/stream_filter_value.ts";
import {
  BLOCK_HEAD_BYTES,
  messageBodyBytesAt,
  messageBytesAt,
  messagePositionAt,
  messageTimeAt,
  readMessageHead,
  writeBlockHead,
} from "./block.ts";
import type { Blocks } from "./blocks/blocks.ts";
import type { Crc32 } from "./crc32.ts";
import { END_OF_BLOCK, type Gathered, type IndexEntry, segmentName } from "./segment.ts";
import { SEGMENT_HEAD_BYTES, segmentHead, segmentIndex } from "./segment_format.ts";
import { type ValueFilter, ValueFilterBuilder } from "./value_filter.ts";
import type { SequenceId } from "./sequence.ts";

/** Approximate size of a write of blocks. In bytes. */
const WRITE_BYTES = 512 * 1024;

/** Returns the size of the buffer in which {@linkcode writeSegment} assembles blocks of some size. In bytes. */
export const writeBufferBytes = (blockBytes: number): number => WRITE_BYTES + blockBytes * 2;

/** Writes a segment. Returns its blocks. Other turns happen in between. */
export async function writeSegment(
  blocks: Blocks,
  id: number,
  gathered: Gathered,
  crc32: Crc32,
  blockBytes: number,
  isStream: (queueId: SequenceId) => boolean,
  buffer: Uint8Array = new Uint8Array(writeBufferBytes(blockBytes)),
): Promise<readonly IndexEntry[]> {
  const writer = await blocks.put(segmentName(id));
  try {
    const entries: IndexEntry[] = [];
    let out = new Output(buffer);
    out.bytes.set(segmentHead(id, crc32));
    out.length = SEGMENT_HEAD_BYTES;
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
          await writer.write(out.bytes.subarray(0, out.length));
          writtenBytes += out.length;
          if (bytes > out.bytes.length) out = new Output(new Uint8Array(bytes));
          out.length = 0;
        }
        const block = out.block(queueId, gathered, offsets, start, end, bytes, writtenBytes, crc32);
        const values = isStream(queueId) ? valuesOf(gathered, offsets, start, end) : undefined;
        entries.push({ ...block, values });
      }
    }
    await writer.write(out.bytes.subarray(0, out.length));
    writtenBytes += out.length;
    await writer.write(segmentIndex(id, entries, writtenBytes, crc32));
    await writer.finish();
    return entries;
  } catch (error) {
    await writer.abandon();
    // A finish that failed at its last step, the sync of the name, has put the segment in its place.
    await blocks.remove(segmentName(id)).catch(() => {});
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
    queueId: SequenceId,
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

/** Returns the filter values of a block's messages. */
function valuesOf({ bytes, view }: Gathered, offsets: readonly number[], start: number, end: number): ValueFilter {
  const message = { bytes, offset: 0, addressBytes: 0, headerBytes: 0, bodyBytes: 0, time: 0, hasDied: false };
  const builder = new ValueFilterBuilder();
  for (let i = start; i < end; i++) {
    readMessageHead(view, offsets[i], message);
    builder.add(streamFilterValue(bytes, message.offset + message.addressBytes));
  }
  return builder.built();
}
