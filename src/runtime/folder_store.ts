import { openFileStore } from "../store/file_store.ts";
import type { SyncMode } from "../store/log/sync_mode.ts";
import type { Store } from "../store/store.ts";
import { runtime } from "./current.ts";

/** Options of a store in a folder. */
export interface FolderOptions {
  /** When a message counts as safe: on disk, or with the operating system. Default: `always`, on disk. */
  readonly sync?: SyncMode;
  /** Free space on the disk below which publishers wait. In bytes. Default: 50 MB. */
  readonly diskFreeLimitBytes?: number;
  /** Called with a sentence for the operator. Default: drops it. */
  readonly report?: (level: "info" | "warning" | "error", line: string) => void;
}

const DISK_FREE_LIMIT_BYTES = 50_000_000;

const after = (delayMs: number, callback: () => void): () => void => {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
};

/**
 * Opens a store in a folder, which it makes if it does not exist, for this process alone; closing the broker closes it.
 * Rejects with `FolderInUseError` while another process has the folder, `FolderNotUsableError` when it can't be used, and
 * `StoreError` when what is in it can't be read.
 */
export async function openFolder(
  path: string,
  { sync = "always", diskFreeLimitBytes = DISK_FREE_LIMIT_BYTES, report }: FolderOptions = {},
): Promise<Store> {
  const { files, unlock } = await runtime.openFolder(path);
  const close = (): Promise<void> => {
    unlock();
    return Promise.resolve();
  };
  try {
    const crc32 = (bytes: Uint8Array) => runtime.crc32(bytes);
    return await openFileStore({ files, after, crc32, sync, diskFreeLimitBytes, report, onClosed: close });
  } catch (error) {
    unlock();
    throw error;
  }
}
