import { BATCH_HEAD_BYTES, readBatchHead } from "./batch.ts";
import type { Crc32 } from "./crc32.ts";
import { CorruptStoreError } from "./error.ts";
import type { File, Files } from "./files.ts";
import type { Slot } from "./journal.ts";
import { findBatches, journalName, JournalReader, journalSlot, readJournalHead } from "./journal_file.ts";
import { RECORD, RECORD_HEAD_BYTES, recordBytes, recordType } from "./record.ts";
import { readSegmentIndex, Segment, segmentId, segmentName } from "./segment.ts";
import { Segments } from "./segments.ts";
import { readSnapshot, SNAPSHOT } from "./snapshot.ts";
import { isSpill } from "./spill.ts";
import { State } from "./state.ts";
import type { Recovered } from "./store.ts";

/** A journal as it was found. */
export interface FoundJournal {
  /** Files with records that the snapshot does not know, in the order of their generations. */
  readonly slots: Slot[];
  /** Files that can be used for a new generation. */
  readonly free: Slot[];
  /** No file has a higher one, or had. */
  readonly lastGeneration: number;
}

/** The remains of an unfinished write behind the last whole batch, which are truncated. */
export interface TornTail {
  readonly file: string;
  readonly offset: number;
}

/** The content of a folder, as a store recovers it. */
export interface Recovery {
  readonly state: State;
  readonly segments: Segments;
  readonly journal: FoundJournal;
  readonly tail: TornTail | undefined;
  /** Names of empty segments. They must stay until the next snapshot. */
  readonly empty: readonly string[];
}

/**
 * Finds out what is in a folder, and changes nothing. `open` opens a journal file. Throws {@linkcode CorruptStoreError}
 * when it can't be used as it is.
 */
export async function recover(
  files: Files,
  crc32: Crc32,
  open: (name: string) => Promise<File>,
): Promise<Recovery> {
  const state = await recoverSnapshot(files, crc32);
  const journal = await findJournal(files, crc32, state.retiredGeneration, open);
  const tail = await replay(state, journal.slots, crc32);
  state.finish();
  const segments = new Segments(files, crc32);
  const empty = await recoverSegments(files, state, segments, crc32);
  return { state, segments, journal, tail, empty };
}

/** Reads the snapshot. Throws when there is none though there should be. */
async function recoverSnapshot(files: Files, crc32: Crc32): Promise<State> {
  const state = await readSnapshot(files, crc32);
  if (state !== undefined) return state;
  const segment = (await files.list()).find((name) => segmentId(name) !== undefined);
  if (segment !== undefined) {
    throw new CorruptStoreError(SNAPSHOT, 0, `it is not there, though there is ${segment}`);
  }
  return new State();
}

/** Opens the journal's files. Throws {@linkcode CorruptStoreError} when one is missing or can't be told. */
async function findJournal(
  files: Files,
  crc32: Crc32,
  retiredGeneration: number,
  open: (name: string) => Promise<File>,
): Promise<FoundJournal> {
  const slots: Slot[] = [];
  const free: Slot[] = [];
  let lastGeneration = retiredGeneration;
  for (const name of (await files.list()).sort()) {
    const number = journalSlot(name);
    if (number === undefined) continue;
    const file = await open(name);
    const generation = await readJournalHead(file, name, crc32) ?? 0;
    const slot = { number, file, generation, end: 0 };
    if (generation > retiredGeneration) slots.push(slot);
    else free.push(slot);
    lastGeneration = Math.max(lastGeneration, generation);
  }
  slots.sort((a, b) => a.generation - b.generation);
  slots.forEach(({ generation }, index) => {
    const expected = retiredGeneration + 1 + index;
    if (generation === expected) return;
    throw new CorruptStoreError(
      index === 0 ? SNAPSHOT : journalName(slots[index - 1].number),
      0,
      `the journal file of generation ${expected}, which comes behind it, is not there or its head is broken`,
    );
  });
  await checkFree(free, lastGeneration, crc32);
  // A process that was killed may have left what a power loss would still undo, after others acted on it.
  for (const { file } of slots) await file.sync();
  return { slots, free, lastGeneration };
}

/** A file that seems free may be one whose head got lost. */
async function checkFree(free: readonly Slot[], lastGeneration: number, crc32: Crc32): Promise<void> {
  for (const { file, generation, number } of free) {
    if (generation !== 0) continue;
    const lost = (await findBatches(file, 0, crc32)).find(({ head }) => head.generation > lastGeneration);
    if (lost === undefined) continue;
    throw new CorruptStoreError(
      journalName(number),
      0,
      `its head is broken, and there is a batch of generation ${lost.head.generation} at offset ${lost.offset}`,
    );
  }
}

/**
 * Carries out all records of the journal. A batch that is broken is the end, if it is where a write can have been under
 * way when the power went; otherwise throws {@linkcode CorruptStoreError}.
 */
async function replay(state: State, slots: readonly Slot[], crc32: Crc32): Promise<TornTail | undefined> {
  for (const [index, slot] of slots.entries()) {
    const reader = new JournalReader(slot.file, slot.generation, crc32);
    for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
      const { bytes, view, start, end } = batch;
      for (let at = start; at < end; at += recordBytes(view, at)) {
        if (recordType(view, at) === RECORD.fileStarted) checkPrevious(slots[index - 1], view, at);
        else state.apply(bytes, view, at, () => {});
      }
    }
    slot.end = reader.offset;
    // Without a batch it does not say where the file before it ends.
    if (index > 0 && reader.count === 0) await checkWhole(slots[index - 1], crc32);
  }
  const last = slots.at(-1);
  return last === undefined ? undefined : await checkTail(last, crc32);
}

/** A file says how long the one before it is. */
function checkPrevious(previous: Slot | undefined, view: DataView, at: number): void {
  const end = view.getUint32(at + RECORD_HEAD_BYTES + 4, true);
  if (previous === undefined || view.getUint32(at + RECORD_HEAD_BYTES, true) !== previous.generation) return;
  if (end === previous.end) return;
  throw new CorruptStoreError(
    journalName(previous.number),
    previous.end,
    `there is no whole batch of records, though its content ends at offset ${end}`,
  );
}

/** All batches of a file were on disk before the next file was begun. */
async function checkWhole(slot: Slot, crc32: Crc32): Promise<void> {
  if (await checkTail(slot, crc32) === undefined) return;
  throw new CorruptStoreError(journalName(slot.number), slot.end, "there is no whole batch of records");
}

/**
 * Behind the last whole batch there may be one that was torn. A whole one behind that was written when the ones before
 * were on disk already, unless the broker was told not to wait for the disk.
 */
async function checkTail({ file, generation, number, end }: Slot, crc32: Crc32): Promise<TornTail | undefined> {
  const later = (await findBatches(file, end, crc32)).filter(({ head }) => head.generation === generation);
  const proof = later.find(({ head }) => head.followsSynced);
  if (proof !== undefined) {
    throw new CorruptStoreError(
      journalName(number),
      end,
      `there is no whole batch of records, though there is one behind it, at offset ${proof.offset}`,
    );
  }
  return later.length > 0 || await isTorn(file, end, generation)
    ? { file: journalName(number), offset: end }
    : undefined;
}

/** Whether a batch was begun at an offset. */
async function isTorn(file: File, at: number, generation: number): Promise<boolean> {
  const bytes = new Uint8Array(BATCH_HEAD_BYTES);
  await file.read(at, bytes);
  return readBatchHead(new DataView(bytes.buffer), 0)?.generation === generation;
}

/**
 * Opens the segments, and checks that they hold all messages that they should. Returns the names of those that hold none
 * any more: the snapshot still counts on them, so they must stay until there is another one.
 */
async function recoverSegments(
  files: Files,
  state: State,
  segments: Segments,
  crc32: Crc32,
): Promise<readonly string[]> {
  const empty: string[] = [];
  for (const id of [...state.segmentIds].sort((a, b) => a - b)) {
    const name = segmentName(id);
    const file = await files.open(name, { readOnly: true }).catch((error) => {
      throw new CorruptStoreError(name, 0, `it can't be opened: ${error.message}`);
    });
    try {
      const entries = await readSegmentIndex(file, id, crc32);
      const segment = new Segment(id, entries);
      for (const entry of entries) state.queues.get(entry.queueId)?.addBlock(segment, entry);
      if (segment.blockCount > 0) {
        segments.byId.set(id, segment);
      } else {
        state.segmentIds.delete(id);
        empty.push(name);
      }
    } finally {
      await file.close();
    }
  }
  for (const queue of state.queues.values()) {
    queue.blocks.sort((a, b) => a.first - b.first);
    const expected = queue.live.countBetween(0, queue.segmentedUpTo);
    const found = queue.blocks.reduce((sum, { liveCount }) => sum + liveCount, 0);
    if (found !== expected) {
      throw new CorruptStoreError(
        SNAPSHOT,
        0,
        `queue ${queue.id} should have ${expected} messages in segments, and ${found} are there`,
      );
    }
  }
  return empty;
}

/** Removes the files of unfinished writes and unreferenced segments, except those in `kept`. */
export async function removeLeftovers(files: Files, state: State, kept: readonly string[]): Promise<void> {
  for (const name of await files.list()) {
    const id = segmentId(name);
    const isLeft = id === undefined ? name === `${SNAPSHOT}.new` || isSpill(name) : !state.segmentIds.has(id);
    if (isLeft && !kept.includes(name)) await files.remove(name);
  }
}

const NO_COUNTS: ReadonlyMap<number, number> = new Map();

/** Returns what a store has recovered, with all messages in segments. */
export function recoveredOf({ records, queues, lastQueueId }: State): Recovered {
  return {
    topology: records.takeRecords(),
    queues: [...queues.values()].map((queue) => ({
      queueId: queue.id,
      count: queue.live.count,
      nextPosition: queue.nextPosition,
      deliveredUpTo: queue.deliveredUpTo,
      deliveryCounts: queue.deliveryCounts === undefined ? NO_COUNTS : new Map(queue.deliveryCounts),
      bodyBytes: queue.bodyBytesFrom(0),
      hasTimes: queue.blocks.some(({ lastTime }) => lastTime !== 0),
    })),
    lastQueueId,
  };
}
