import { FileBlocks } from "./blocks/file_blocks.ts";
import type { Files } from "./files.ts";
import { StoredIndex, type StoredIndexOptions } from "./index/stored_index.ts";
import { FileLog } from "./log/file_log.ts";
import type { SyncMode } from "./log/sync_mode.ts";
import { finishReset } from "./reset.ts";
import { STORE_SIZES } from "./sizes.ts";
import { isSpill, Spill } from "./spill.ts";

export interface FileStoreOptions extends Omit<StoredIndexOptions, "log" | "blocks" | "spill"> {
  readonly files: Files;
  /** Default: `"always"`. */
  readonly sync?: SyncMode;
}

/**
 * Opens the store in a folder of files, or starts a new one. Nothing else may use the folder. Rejects with `StoreError` when
 * it can't be used as it is.
 */
export async function openFileStore(options: FileStoreOptions): Promise<StoredIndex> {
  const { files } = options;
  const { batchBytes, journalFileBytes } = { ...STORE_SIZES, ...options };
  // A process that was killed may have left names that a power loss would still undo.
  await files.syncFolder();
  await finishReset(files);
  const log = await FileLog.open({ ...options, batchBytes, fileBytes: journalFileBytes });
  const blocks = new FileBlocks(files);
  const index = await StoredIndex.open({ ...options, log, blocks, spill: new Spill(files) }).catch(async (error) => {
    await log.close();
    throw error;
  });
  await blocks.removeUnfinished();
  for (const name of await files.list()) if (isSpill(name)) await files.remove(name);
  return index;
}
