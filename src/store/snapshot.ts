import { phrase } from "../phrase/phrase.ts";
import { type Blocks, type BlockWriter, rangesOf } from "./blocks/blocks.ts";
import type { Crc32 } from "./crc32.ts";
import { CorruptStoreError } from "./error.ts";
import { checkVersion, FORMAT_VERSION } from "./format.ts";
import { type Batch, SECTOR_BYTES } from "./log/batch.ts";
import { sealBatch } from "./log/batch_format.ts";
import { LogFileReader } from "./log/log_file.ts";
import type { LogPosition } from "./log/position.ts";
import { PairWriter, readPairs } from "./pairs.ts";
import {
  getUint48,
  RECORD,
  RECORD_HEAD_BYTES,
  recordBytes,
  recordType,
  setRecordHead,
  setUint48,
  viewOf,
} from "./record.ts";
import type { Ranges } from "./ranges.ts";
import { segmentsRecordBytes, writeSegmentsRecord } from "./segments_record.ts";
import { State } from "./state.ts";
import type { StoredQueue } from "./stored_queue.ts";
import { readSequenceId, type SequenceId } from "./sequence.ts";

/**
 * Name of the object that holds the result of all trimmed records, without the content of messages: topology, the positions
 * of queues that have messages, and the segments. It consists of batches like a journal file.
 */
export const SNAPSHOT = "snapshot";

const MAGIC = "HAREMQSN";
/** Divisor of log positions, which are kept as quotient less 1 and remainder. Older formats have only the quotient. */
const POSITION_UNIT = 2 ** 20;
const STARTED_BYTES = RECORD_HEAD_BYTES + 16;
const QUEUE_STATE_BYTES = RECORD_HEAD_BYTES + 24;
/** Offset of the pairs of numbers in a record of a queue: behind its id. */
const PAIRS_AT = RECORD_HEAD_BYTES + 4;

/** Number of records that are written in one turn: those of many queues would take all others' time. */
export const RECORDS_IN_TURN = 1000;

/**
 * Writes a snapshot, in slices between which other turns happen. Its parts are as of moments in between.
 *
 * @param pause lets other turns happen.
 */
export async function writeSnapshot(
  blocks: Blocks,
  state: State,
  crc32: Crc32,
  batch: Batch,
  pause: () => Promise<void>,
): Promise<void> {
  const out = await blocks.put(SNAPSHOT);
  try {
    await out.write(snapshotHead(crc32));
    await new SnapshotWriter(out, crc32, batch, pause).write(state);
    await out.finish();
  } catch (error) {
    await out.abandon();
    throw error;
  }
}

function snapshotHead(crc32: Crc32): Uint8Array {
  const bytes = new Uint8Array(SECTOR_BYTES);
  new TextEncoder().encodeInto(MAGIC, bytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, FORMAT_VERSION, true);
  view.setUint32(12, crc32(bytes.subarray(0, 12)), true);
  return bytes;
}

class SnapshotWriter {
  readonly #out: BlockWriter;
  readonly #crc32: Crc32;
  readonly #batch: Batch;
  readonly #pause: () => Promise<void>;
  #recordsInTurn = 0;
  /** Maximum size of a part of a queue's positions. In bytes. */
  readonly #partBytesMax: number;
  #index = 0;

  constructor(out: BlockWriter, crc32: Crc32, batch: Batch, pause: () => Promise<void>) {
    this.#out = out;
    this.#crc32 = crc32;
    this.#batch = batch;
    this.#pause = pause;
    this.#partBytesMax = batch.capacityBytes / 16;
  }

  /**
   * Writes which queues and segments there are at this moment, and each queue's messages as of a later one. So it knows of
   * all segments that any of these may lie in, even if what emptied one of them never gets to the disk.
   */
  async write(state: State): Promise<void> {
    const records = state.records.bytesNow();
    const queues = [...state.queues.values()];
    const segmentIds = [...state.segmentIds];
    await this.#started(state);
    for (const bytes of records) {
      await this.#yieldTurn();
      const { at } = await this.#reserve(bytes.length);
      this.#batch.bytes.set(bytes, at);
    }
    for (const queue of queues) {
      await this.#yieldTurn();
      await this.#queue(queue);
    }
    await this.#segments(segmentIds);
    const { view, at } = await this.#reserve(RECORD_HEAD_BYTES);
    setRecordHead(view, at, RECORD_HEAD_BYTES, RECORD.snapshotEnded);
    await this.#flush();
  }

  /** Lets other turns happen after {@linkcode RECORDS_IN_TURN} records. */
  async #yieldTurn(): Promise<void> {
    if (++this.#recordsInTurn <= RECORDS_IN_TURN) return;
    await this.#pause();
    this.#recordsInTurn = 1;
  }

  async #started(state: State): Promise<void> {
    const { view, at } = await this.#reserve(STARTED_BYTES);
    setRecordHead(view, at, STARTED_BYTES, RECORD.snapshotStarted);
    view.setUint32(at + 8, Math.floor(state.snapshotPosition / POSITION_UNIT) - 1, true);
    view.setUint32(at + 12, state.lastQueueId, true);
    view.setUint32(at + 16, state.lastSegmentId, true);
    view.setUint32(at + 20, state.snapshotPosition % POSITION_UNIT, true);
  }

  /** Writes a queue as it is at one moment: its parts are gathered before the first write. */
  async #queue(queue: StoredQueue): Promise<void> {
    const runs = liveRuns(queue, this.#partBytesMax);
    const counts = countsOfReturned(queue, this.#partBytesMax);
    const { id, nextPosition, deliveredUpTo, segmentedUpTo } = queue;
    const { view, at } = await this.#reserve(QUEUE_STATE_BYTES);
    setRecordHead(view, at, QUEUE_STATE_BYTES, RECORD.queueState);
    view.setUint32(at + 8, id, true);
    setUint48(view, at + 12, nextPosition);
    setUint48(view, at + 18, deliveredUpTo);
    setUint48(view, at + 24, segmentedUpTo);
    view.setUint16(at + 30, 0, true);
    for (const part of runs) await this.#pairs(RECORD.liveRuns, id, part);
    for (const part of counts) await this.#pairs(RECORD.deliveryCounts, id, part);
  }

  async #pairs(type: number, queueId: SequenceId, pairs: Uint8Array): Promise<void> {
    const bytes = PAIRS_AT + pairs.length;
    const { view, at } = await this.#reserve(bytes);
    setRecordHead(view, at, bytes, type);
    view.setUint32(at + RECORD_HEAD_BYTES, queueId, true);
    this.#batch.bytes.set(pairs, at + PAIRS_AT);
  }

  async #segments(ids: readonly number[]): Promise<void> {
    const most = Math.floor(this.#partBytesMax / 4);
    for (let from = 0; from < ids.length; from += most) {
      const part = ids.slice(from, from + most);
      const bytes = segmentsRecordBytes(part.length, 0);
      const { view, at } = await this.#reserve(bytes);
      writeSegmentsRecord(view, at, part, []);
    }
  }

  /** Makes room for a record in the batch. Returns the place. */
  async #reserve(bytes: number): Promise<{ readonly view: DataView; readonly at: number }> {
    const batch = this.#batch;
    if (!batch.hasRoomFor(bytes)) await this.#flush();
    const at = batch.length;
    batch.length += bytes;
    return { view: batch.view, at };
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    if (batch.isEmpty) return;
    await this.#out.write(sealBatch(batch, this.#crc32, 0, this.#index++, true));
    batch.clear();
  }
}

/**
 * Returns the positions of a queue's messages in segments, as parts of limited size: for each run its distance from the end
 * of the run before, and its length. Each part begins at position 0.
 */
function liveRuns(queue: StoredQueue, bytesMax: number): readonly Uint8Array[] {
  const writer = new PairWriter(bytesMax);
  let previousEnd = 0;
  queue.live.forEachRun((first, end) => {
    if (first >= queue.segmentedUpTo) return;
    const to = Math.min(end, queue.segmentedUpTo);
    if (writer.isFull) previousEnd = 0;
    writer.put(first - previousEnd, to - first);
    previousEnd = to;
  });
  return writer.finish();
}

/** Returns the delivery counts of a queue's messages in segments: position and count of each, in any order. */
function countsOfReturned({ deliveryCounts, segmentedUpTo }: StoredQueue, bytesMax: number): readonly Uint8Array[] {
  const writer = new PairWriter(bytesMax);
  for (const [position, count] of deliveryCounts ?? []) if (position < segmentedUpTo) writer.put(position, count);
  return writer.finish();
}

/** Reads the snapshot; `undefined` when there is none. Throws {@linkcode CorruptStoreError}. */
export async function readSnapshot(blocks: Blocks, crc32: Crc32): Promise<State | undefined> {
  if (!(await blocks.list()).includes(SNAPSHOT)) return undefined;
  const ranges = rangesOf(blocks, SNAPSHOT);
  const head = new Uint8Array(SECTOR_BYTES);
  const length = await ranges.read(0, head);
  checkSnapshotHead(head.subarray(0, length), crc32);
  return await readBatches(ranges, crc32);
}

/**
 * Returns the version of the format that a snapshot is written in. Throws {@linkcode CorruptStoreError} when bytes do not
 * begin as a snapshot does, and `StoreError` for a format that is not known.
 */
export function checkSnapshotHead(bytes: Uint8Array, crc32: Crc32): number {
  const view = viewOf(bytes);
  const isHead = bytes.length >= SECTOR_BYTES && new TextDecoder().decode(bytes.subarray(0, 8)) === MAGIC;
  if (!isHead) throw new CorruptStoreError(SNAPSHOT, 0, phrase`it does not begin as a snapshot does`);
  if (crc32(bytes.subarray(0, 12)) !== view.getUint32(12, true)) {
    throw new CorruptStoreError(SNAPSHOT, 0, phrase`the checksum of its head is wrong`);
  }
  const version = view.getUint32(8, true);
  checkVersion(SNAPSHOT, version);
  return version;
}

async function readBatches(ranges: Ranges, crc32: Crc32): Promise<State> {
  const state = new State();
  const reader = new LogFileReader(ranges, 0, crc32);
  let hasEnded = false;
  // Behind its end there may be what is left of one that was written aside and given up.
  for (let batch = await reader.next(); batch !== undefined && !hasEnded; batch = await reader.next()) {
    const { bytes, view, start, end } = batch;
    for (let at = start; at < end; at += recordBytes(view, at)) {
      hasEnded = applySnapshotRecord(state, bytes, view, at);
    }
  }
  if (!hasEnded) throw new CorruptStoreError(SNAPSHOT, reader.offset, phrase`there is no whole batch of records`);
  return state;
}

/** Applies a record of a snapshot. Returns whether it is the last one. */
export function applySnapshotRecord(state: State, bytes: Uint8Array, view: DataView, at: number): boolean {
  const type = recordType(view, at);
  if (type === RECORD.snapshotStarted) {
    const quotient = (view.getUint32(at + 8, true) + 1) % 2 ** 32;
    state.snapshotPosition = quotient * POSITION_UNIT + view.getUint32(at + 20, true) as LogPosition;
    state.lastQueueId = view.getUint32(at + 12, true);
    state.lastSegmentId = state.snapshotSegmentId = view.getUint32(at + 16, true);
  } else if (type === RECORD.queueState) readQueueState(state, view, at);
  else if (type === RECORD.liveRuns || type === RECORD.deliveryCounts) readQueuePairs(state, bytes, view, at);
  else if (type === RECORD.segments) state.applySegments(view, at, 0);
  else if (type === RECORD.snapshotEnded) return true;
  else state.apply(bytes, view, at, () => {});
  return false;
}

function readQueueState(state: State, view: DataView, at: number): void {
  const queue = state.queues.get(readSequenceId(view, at + 8));
  if (queue === undefined) return;
  queue.nextPosition = getUint48(view, at + 12);
  queue.deliveredUpTo = getUint48(view, at + 18);
  queue.segmentedUpTo = getUint48(view, at + 24);
}

function readQueuePairs(state: State, bytes: Uint8Array, view: DataView, at: number): void {
  const queue = state.queues.get(readSequenceId(view, at + RECORD_HEAD_BYTES));
  if (queue === undefined) return;
  const pairs = readPairs(bytes, at + PAIRS_AT, at + recordBytes(view, at));
  if (recordType(view, at) === RECORD.liveRuns) readLiveRuns(queue, pairs);
  else for (const [position, count] of pairs) queue.returned(position, count);
}

function readLiveRuns({ live }: StoredQueue, pairs: Iterable<readonly [number, number]>): void {
  let position = 0;
  for (const [distance, length] of pairs) {
    live.addRange(position + distance, position + distance + length);
    position += distance + length;
  }
}
