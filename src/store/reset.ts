import { isUnfinished } from "./blocks/file_blocks.ts";
import type { Files } from "./files.ts";
import { journalSlot } from "./log/log_file.ts";
import { segmentId } from "./segment.ts";
import { SNAPSHOT } from "./snapshot.ts";
import { isSpill } from "./spill.ts";

/** File that is there while the others are removed. */
const MARK = "reset";

/** Returns whether a file belongs to the store. */
const isOfStore = (name: string): boolean =>
  name === SNAPSHOT || journalSlot(name) !== undefined || segmentId(name) !== undefined || isUnfinished(name) ||
  isSpill(name);

/** Removes all files of a closed store, so that the next one is new. A reset that is interrupted is finished by {@linkcode finishReset}. */
export async function resetFileStore(files: Files): Promise<void> {
  await (await files.open(MARK, { create: true })).close();
  await files.syncFolder();
  await finishReset(files);
}

/** Finishes a reset that a crash has interrupted; does nothing without one. */
export async function finishReset(files: Files): Promise<void> {
  const names = await files.list();
  if (!names.includes(MARK)) return;
  for (const name of names) if (isOfStore(name)) await files.remove(name);
  await files.syncFolder();
  await files.remove(MARK);
  await files.syncFolder();
}
