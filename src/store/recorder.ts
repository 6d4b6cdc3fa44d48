import { copyShort, SHORT_COPY_MAX } from "../wire/copy.ts";
import type { Gatherer } from "./index/gatherer.ts";
import { marksOf, timeBytes, writeTime } from "./marks.ts";
import {
  DELIVERED_BYTES,
  ENQUEUED_AT,
  ENQUEUED_QUEUE_BYTES,
  ENQUEUED_QUEUES_MAX,
  FLAG_CONTENT_BEFORE,
  POSITION_AT,
  RECORD,
  RECORD_HEAD_BYTES,
  RETURNED_BYTES,
  setRecordHead,
  SETTLED_BYTES,
  setUint48,
} from "./record.ts";
import type { Segment } from "./segment.ts";
import { segmentsRecordBytes, writeSegmentsRecord } from "./segments_record.ts";
import type { MessageBytes } from "./message_content.ts";
import type { StoredQueue } from "./stored_queue.ts";
import type { Position, SequenceId } from "./sequence.ts";

/**
 * Writes records into the batches that are gathered. Those of messages are as frequent as messages: no object is made for one
 * (`bench/`, 16 B persistent with confirms).
 */
export class Recorder {
  readonly #gatherer: Gatherer;
  /** Size above which a message is written in parts, and size of each part. In bytes. */
  readonly #partBytes: number;

  constructor(gatherer: Gatherer, partBytes: number) {
    this.#gatherer = gatherer;
    this.#partBytes = partBytes;
  }

  /** Writes a complete record. */
  whole(record: Uint8Array): void {
    const batch = this.#gatherer.reserve(record.length);
    batch.bytes.set(record, batch.length);
    batch.length += record.length;
  }

  /** Records a message in queues: the first `count` of the arrays. */
  enqueued(
    message: MessageBytes,
    queueIds: readonly SequenceId[],
    positions: readonly Position[],
    count: number,
  ): void {
    const { offset, addressBytes, headerBytes, bodyBytes } = message;
    const contentBytes = addressBytes + headerBytes + bodyBytes;
    if (contentBytes > this.#partBytes || count > ENQUEUED_QUEUES_MAX) {
      return this.#enqueuedInParts(message, contentBytes, queueIds, positions, count);
    }
    const bytes = enqueuedHeadBytes(message, count) + contentBytes;
    const batch = this.#gatherer.reserve(bytes);
    const at = batch.length;
    batch.length = at + bytes;
    const content = writeEnqueued(batch.view, at, 0, message, contentBytes, queueIds, positions, 0, count);
    if (contentBytes <= SHORT_COPY_MAX) copyShort(batch.view, content, message.view, offset, contentBytes);
    else batch.bytes.set(message.bytes.subarray(offset, offset + contentBytes), content);
  }

  /** Records a message that is too large for a batch: its content first, in parts, and then its queues. */
  #enqueuedInParts(
    message: MessageBytes,
    contentBytes: number,
    queueIds: readonly SequenceId[],
    positions: readonly Position[],
    count: number,
  ): void {
    const gatherer = this.#gatherer;
    for (let from = 0; from < count; from += ENQUEUED_QUEUES_MAX) {
      const end = Math.min(count, from + ENQUEUED_QUEUES_MAX);
      const bytes = enqueuedHeadBytes(message, end - from);
      gatherer.pin(contentBytes + bytes);
      this.#content(message.bytes, message.offset, contentBytes);
      const batch = gatherer.reserve(bytes);
      const at = batch.length;
      batch.length += bytes;
      writeEnqueued(batch.view, at, FLAG_CONTENT_BEFORE, message, 0, queueIds, positions, from, end);
      gatherer.unpin();
    }
  }

  #content(source: Uint8Array, offset: number, contentBytes: number): void {
    for (let part = 0; part < contentBytes; part += this.#partBytes) {
      const bytes = Math.min(this.#partBytes, contentBytes - part);
      const batch = this.#gatherer.reserve(RECORD_HEAD_BYTES + bytes);
      setRecordHead(batch.view, batch.length, RECORD_HEAD_BYTES + bytes, RECORD.content);
      batch.bytes.set(source.subarray(offset + part, offset + part + bytes), batch.length + RECORD_HEAD_BYTES);
      batch.length += RECORD_HEAD_BYTES + bytes;
    }
  }

  /** Records that a queue has settled the messages from one position up to another. */
  settled(queue: StoredQueue, first: Position, end: Position): void {
    const gatherer = this.#gatherer;
    const isNeighbour = first === queue.settledEnd || end === queue.settledFirst;
    if (isNeighbour && queue.settledBatch === gatherer.batchNumber && end <= queue.settledUpTo) {
      // Messages settled in order are one record, however many they are.
      const { view } = gatherer.current;
      if (first === queue.settledEnd) queue.settledEnd = end;
      else setUint48(view, queue.settledAt + POSITION_AT.position, queue.settledFirst = first);
      setUint48(view, queue.settledAt + POSITION_AT.count, queue.settledEnd - queue.settledFirst);
      gatherer.extended();
      return;
    }
    const at = this.#atPosition(RECORD.settled, SETTLED_BYTES, queue.id, first);
    setUint48(gatherer.current.view, at + POSITION_AT.count, end - first);
    queue.settledBatch = gatherer.batchNumber;
    queue.settledAt = at;
    queue.settledFirst = first;
    queue.settledEnd = end;
    queue.settledUpTo = queue.nextPosition;
  }

  /** Records that a queue has delivered all messages before a position. */
  delivered(queue: StoredQueue, upTo: Position): void {
    const gatherer = this.#gatherer;
    if (queue.deliveredBatch === gatherer.batchNumber) {
      setUint48(gatherer.current.view, queue.deliveredAt + POSITION_AT.position, upTo);
      gatherer.extended();
      return;
    }
    queue.deliveredAt = this.#atPosition(RECORD.delivered, DELIVERED_BYTES, queue.id, upTo);
    queue.deliveredBatch = gatherer.batchNumber;
  }

  /** Records that a message was returned to a queue, with its delivery count. */
  returned(queue: StoredQueue, position: Position, deliveryCount: number): void {
    const at = this.#atPosition(RECORD.returned, RETURNED_BYTES, queue.id, position);
    this.#gatherer.current.view.setUint32(at + POSITION_AT.count, deliveryCount, true);
  }

  /** Writes a record about a position of a queue, without its count. Returns its offset in the current batch. */
  #atPosition(type: number, bytes: number, queueId: SequenceId, position: Position): number {
    const batch = this.#gatherer.reserve(bytes);
    const { view, length: at } = batch;
    batch.length = at + bytes;
    setRecordHead(view, at, bytes, type);
    view.setUint32(at + POSITION_AT.queueId, queueId, true);
    setUint48(view, at + POSITION_AT.position, position);
    // Where there is no count, or a short one.
    view.setUint16(at + bytes - 2, 0, true);
    return at;
  }

  /** Records added and removed segments. */
  segments(added: readonly Segment[], removed: readonly Segment[]): void {
    const bytes = segmentsRecordBytes(added.length, removed.length);
    const batch = this.#gatherer.reserve(bytes);
    const ids = (segments: readonly Segment[]) => segments.map(({ id }) => id);
    writeSegmentsRecord(batch.view, batch.length, ids(added), ids(removed));
    batch.length += bytes;
  }
}

/** Returns the size of a record for `count` queues up to the message's content. */
const enqueuedHeadBytes = (message: MessageBytes, count: number): number =>
  ENQUEUED_AT.queues + count * ENQUEUED_QUEUE_BYTES + timeBytes(message);

/** Writes a record up to its content, for the queues from one index up to another. Returns where the content goes. */
function writeEnqueued(
  view: DataView,
  at: number,
  flags: number,
  message: MessageBytes,
  contentBytes: number,
  queueIds: readonly SequenceId[],
  positions: readonly Position[],
  from: number,
  end: number,
): number {
  let to = at + ENQUEUED_AT.queues;
  for (let i = from; i < end; i++) {
    view.setUint32(to, queueIds[i], true);
    setUint48(view, to + 4, positions[i]);
    view.setUint16(to + 10, 0, true);
    to += ENQUEUED_QUEUE_BYTES;
  }
  to = writeTime(view, to, message.time);
  setRecordHead(view, at, to - at + contentBytes, RECORD.enqueued, flags, end - from);
  view.setUint32(at + ENQUEUED_AT.headerBytes, message.headerBytes, true);
  view.setUint32(at + ENQUEUED_AT.bodyBytes, message.bodyBytes, true);
  view.setUint32(at + ENQUEUED_AT.marks, marksOf(message), true);
  return to;
}
