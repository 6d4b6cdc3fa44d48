import { LOG_START } from "./log/position.ts";
import {
  ENQUEUED_AT,
  ENQUEUED_QUEUE_BYTES,
  getUint48,
  POSITION_AT,
  RECORD,
  recordBytes,
  recordNumber,
  recordType,
} from "./record.ts";
import { RecordTable } from "./record_table.ts";
import { readSegmentsRecord } from "./segments_record.ts";
import { type Block, StoredQueue } from "./stored_queue.ts";
import { decodeTopology, recordTypeOf } from "./record_types.ts";
import type { TopologyRecord } from "./topology_record.ts";
import { readSequenceId, type SequenceId } from "./sequence.ts";

/**
 * The result of all records. Applying a record again changes nothing, so a snapshot may know more than the records that it
 * stands for: those behind it are applied again with the same result.
 */
export class State {
  readonly records = new RecordTable();
  /** Sequences of messages by id; each is a queue here. */
  readonly queues = new Map<SequenceId, StoredQueue>();
  /** Ids of segments with messages. */
  readonly segmentIds = new Set<number>();
  lastQueueId = 0;
  lastSegmentId = 0;
  /** Id up to which the snapshot knows all segments. */
  snapshotSegmentId = 0;
  /** Position in the log before which the snapshot covers all batches. */
  snapshotPosition = LOG_START;

  /** Applies the record at an offset. `onEmptied` is called with blocks that have no messages any more. */
  apply(bytes: Uint8Array, view: DataView, at: number, onEmptied: (block: Block) => void): void {
    const type = recordType(view, at);
    switch (type) {
      case RECORD.enqueued:
        return this.#enqueued(view, at);
      case RECORD.settled:
      case RECORD.delivered:
      case RECORD.returned: {
        const queue = this.queues.get(readSequenceId(view, at + POSITION_AT.queueId));
        if (queue !== undefined) applyAtPosition(queue, view, at, onEmptied);
        return;
      }
      case RECORD.segments:
        return this.applySegments(view, at, this.snapshotSegmentId);
      case RECORD.content:
        return;
    }
    const record = decodeTopology(bytes, at, type);
    if (record === undefined) throw new RangeError(`no record has type ${type}`);
    this.applyTopology(record, bytes.slice(at, at + recordBytes(view, at)), onEmptied);
  }

  /** Applies a change of topology, which is `bytes` on disk. */
  applyTopology(record: TopologyRecord, bytes: Uint8Array, onEmptied: (block: Block) => void): void {
    for (const id of this.records.sequencesOf(record)) this.#deleteQueue(id, onEmptied);
    this.records.apply(record, bytes);
    const { effect, sequence } = recordTypeOf(record);
    if (effect === "delete" || sequence === undefined) return;
    const { id, hasFilterValues } = sequence(record);
    this.lastQueueId = Math.max(this.lastQueueId, id);
    if (!this.queues.has(id)) this.queues.set(id, new StoredQueue(id, hasFilterValues));
  }

  #deleteQueue(id: SequenceId, onEmptied: (block: Block) => void): void {
    const queue = this.queues.get(id);
    if (queue === undefined) return;
    this.queues.delete(id);
    queue.isDeleted = true;
    for (const block of queue.blocks.splice(0)) onEmptied(block);
  }

  /** Completes the state. Must be called when all records are applied. */
  finish(): void {
    // A position before that was a transient message's, and must not be another one's.
    for (const queue of this.queues.values()) queue.nextPosition = Math.max(queue.nextPosition, queue.deliveredUpTo);
  }

  #enqueued(view: DataView, at: number): void {
    const count = recordNumber(view, at);
    for (let i = 0, from = at + ENQUEUED_AT.queues; i < count; i++, from += ENQUEUED_QUEUE_BYTES) {
      const queue = this.queues.get(readSequenceId(view, from));
      const position = getUint48(view, from + 4);
      // What is before that is in segments, or was settled.
      if (queue === undefined || position < queue.segmentedUpTo) continue;
      queue.live.add(position);
      if (position >= queue.nextPosition) queue.nextPosition = position + 1;
    }
  }

  /** Applies a record of segments, except for added ones up to `known`. */
  applySegments(view: DataView, at: number, known: number): void {
    readSegmentsRecord(view, at, (id, isAdded) => {
      if (!isAdded) this.segmentIds.delete(id);
      // A snapshot may be newer than the record. Another segment may have taken the place of this one since.
      else if (id > known) this.segmentIds.add(id);
      this.lastSegmentId = Math.max(this.lastSegmentId, id);
    });
  }
}

/** Applies a record about a position of a queue. */
function applyAtPosition(queue: StoredQueue, view: DataView, at: number, onEmptied: (block: Block) => void): void {
  const position = getUint48(view, at + POSITION_AT.position);
  switch (recordType(view, at)) {
    case RECORD.settled:
      queue.settle(position, position + getUint48(view, at + POSITION_AT.count), onEmptied);
      return;
    case RECORD.delivered:
      queue.deliveredUpTo = Math.max(queue.deliveredUpTo, position);
      return;
    case RECORD.returned:
      queue.returned(position, view.getUint32(at + POSITION_AT.count, true));
  }
}
