import type { Logger } from "../amqp091/logger.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { StoreError } from "../store/error.ts";
import { openFileStore } from "../store/file_store.ts";
import type { Files } from "../store/files.ts";
import type { StoredIndex } from "../store/index/stored_index.ts";
import type { SyncMode } from "../store/log/sync_mode.ts";
import { after } from "./after.ts";

/** Opens the store in a data folder that is locked. Rejects with `StoreError` when it can't be used. */
export async function openStore(
  runtime: Runtime,
  files: Files,
  diskFreeLimitBytes: number,
  sync: SyncMode,
  log: Logger,
): Promise<StoredIndex> {
  const { crc32 } = runtime;
  const options = { files, after, crc32: (bytes: Uint8Array) => crc32(bytes), sync, diskFreeLimitBytes, report: log };
  return await openFileStore(options).catch((error) => {
    throw error instanceof StoreError ? error.inFolder(files.folder) : error;
  });
}
