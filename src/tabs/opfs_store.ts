import { openFileStore } from "../store/file_store.ts";
import { OpfsFiles } from "../store/opfs/opfs_files.ts";
import type { Store } from "../store/store.ts";
import { browser } from "./browser.ts";

/** Options of {@linkcode openOpfsStore}. */
export interface OpfsStoreOptions {
  /** Folder in the origin private file system. Default: `haremq`. */
  readonly folder?: string;
  /** Called with a sentence for whoever runs the page. Default: drops it. */
  readonly report?: (level: "info" | "warning" | "error", line: string) => void;
}

const after = (delayMs: number, callback: () => void): () => void => {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
};

/**
 * Opens a store in the browser's origin private file system, for a dedicated Worker. What was confirmed is there after the
 * tab or the browser is killed. Rejects with `OpfsFolderInUseError` while another broker has the folder.
 *
 * ```ts
 * const broker = new Broker({ store: await openOpfsStore() });
 * ```
 */
export async function openOpfsStore({ folder = "haremq", report }: OpfsStoreOptions = {}): Promise<Store> {
  const { storage } = browser.navigator;
  const root = await storage.getDirectory();
  const files = await OpfsFiles.open({
    folder: await root.getDirectoryHandle(folder, { create: true }),
    estimate: () => storage.estimate(),
  });
  try {
    return await openFileStore({ files, after, report, onClosed: () => files.close() });
  } catch (error) {
    await files.close();
    throw error;
  }
}
