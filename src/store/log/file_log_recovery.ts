import { phrase } from "../../phrase/phrase.ts";
import type { Crc32 } from "../crc32.ts";
import { CorruptStoreError } from "../error.ts";
import type { File } from "../files.ts";
import { SECTOR_BYTES } from "./batch.ts";
import { BATCH_HEAD_BYTES, type FileEnd, readBatchHead } from "./batch_format.ts";
import { type BatchInFile, findBatches, journalName, LogFileReader } from "./log_file.ts";
import type { Slot } from "./log_files.ts";

/** Name of what tells from which generation on a log is needed. */
const WHO_SAYS_WHERE_IT_BEGINS = "snapshot";

/** The remains of an unfinished write behind the last whole batch of a file. */
export interface TornTail {
  readonly slot: Slot;
  readonly offset: number;
  /** Offset behind which nothing looks like a batch. */
  readonly end: number;
}

/**
 * Overwrites a torn tail with zeros, durably. Otherwise it would look like a broken batch in the middle of the log once
 * another file follows.
 */
export async function cutTail({ slot: { file }, offset, end }: TornTail): Promise<void> {
  await file.write(offset, new Uint8Array(end - offset));
  await file.sync();
}

/**
 * Checks that all generations from the first one on are there. `slots` are the files in use from it on, in order, and
 * `free` are the others. Throws {@linkcode CorruptStoreError} when one is missing or can't be told.
 */
export async function checkGenerations(
  slots: readonly Slot[],
  free: readonly Slot[],
  first: number,
  crc32: Crc32,
): Promise<void> {
  slots.forEach(({ generation }, index) => {
    const expected = first + index;
    if (generation === expected) return;
    throw new CorruptStoreError(
      index === 0 ? WHO_SAYS_WHERE_IT_BEGINS : journalName(slots[index - 1].number),
      0,
      phrase`the journal file of generation ${expected}, which comes behind it, is not there or its head is broken`,
    );
  });
  const last = Math.max(first - 1, ...slots.map(({ generation }) => generation));
  // A file that seems free may be one whose head got lost.
  for (const { file, generation, number } of free) {
    if (generation !== 0) continue;
    const lost = (await findBatches(file, 0, crc32)).find(({ head }) => head.generation > last);
    if (lost === undefined) continue;
    throw new CorruptStoreError(
      journalName(number),
      0,
      phrase`its head is broken, and there is a batch of generation ${lost.head.generation} at offset ${lost.offset}`,
    );
  }
}

/**
 * Reads the batches of files that follow one another, and notes in each slot where its last one ends. A broken batch is the
 * end where a write can have been in progress when the power failed: then `onTorn` is called and waited for. Otherwise
 * throws {@linkcode CorruptStoreError}.
 */
export async function* readRecovering(
  slots: readonly Slot[],
  crc32: Crc32,
  onTorn: (tail: TornTail) => Promise<void>,
): AsyncGenerator<{ readonly slot: Slot; readonly batch: BatchInFile }> {
  for (const [index, slot] of slots.entries()) {
    const reader = new LogFileReader(slot.file, slot.generation, crc32);
    for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
      if (batch.previous !== undefined) checkPrevious(slots[index - 1], batch.previous);
      yield { slot, batch };
      slot.batchCount = reader.count;
    }
    slot.end = reader.offset;
    // Without a batch it does not say where the file before it ends.
    if (index > 0 && reader.count === 0) await checkWhole(slots[index - 1], crc32);
  }
  const last = slots.at(-1);
  const tail = last === undefined ? undefined : await checkTail(last, crc32);
  if (tail !== undefined) await onTorn(tail);
}

/** Checks the end of a file against what the next file tells. */
function checkPrevious(previous: Slot | undefined, { generation, end }: FileEnd): void {
  if (previous === undefined || generation !== previous.generation || end === previous.end) return;
  throw new CorruptStoreError(
    journalName(previous.number),
    previous.end,
    phrase`there is no whole batch of records, though its content ends at offset ${end}`,
  );
}

/** Checks that a file ends with a whole batch, for all its batches were on disk before the next file was begun. */
async function checkWhole(slot: Slot, crc32: Crc32): Promise<void> {
  if (await checkTail(slot, crc32) === undefined) return;
  throw new CorruptStoreError(journalName(slot.number), slot.end, phrase`there is no whole batch of records`);
}

/**
 * Behind the last whole batch there may be one that was torn. A whole one behind that was written when the ones before
 * were on disk already, unless the broker was told not to wait for the disk.
 */
async function checkTail(slot: Slot, crc32: Crc32): Promise<TornTail | undefined> {
  const { file, generation, number, end } = slot;
  const later = (await findBatches(file, end, crc32)).filter(({ head }) => head.generation === generation);
  const proof = later.find(({ head }) => head.followsSynced);
  if (proof !== undefined) {
    throw new CorruptStoreError(
      journalName(number),
      end,
      phrase`there is no whole batch of records, though there is one behind it, at offset ${proof.offset}`,
    );
  }
  if (later.length === 0 && !await isTorn(file, end, generation)) return undefined;
  return { slot, offset: end, end: (later.at(-1)?.offset ?? end) + SECTOR_BYTES };
}

/** Returns whether a batch was begun at an offset. */
async function isTorn(file: File, at: number, generation: number): Promise<boolean> {
  const bytes = new Uint8Array(BATCH_HEAD_BYTES);
  await file.read(at, bytes);
  return readBatchHead(new DataView(bytes.buffer), 0)?.generation === generation;
}
