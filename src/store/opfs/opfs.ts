/**
 * The parts of a browser's origin private file system (File System Standard) that are used here. A browser's own objects
 * have them; the core must not need the types of a browser.
 */
export interface OpfsFolder {
  readonly name: string;
  keys(): AsyncIterable<string>;
  getFileHandle(name: string, options?: { readonly create?: boolean }): Promise<OpfsFileHandle>;
  removeEntry(name: string): Promise<void>;
}

export interface OpfsFileHandle {
  /** Only in a dedicated Worker. Rejects with `NoModificationAllowedError` while there is another handle. */
  createSyncAccessHandle(): Promise<SyncAccessHandle>;
}

/** The only access to a file, until it is closed. */
export interface SyncAccessHandle {
  getSize(): number;
  read(into: Uint8Array, options: { readonly at: number }): number;
  /** Returns the number of bytes written. */
  write(bytes: Uint8Array, options: { readonly at: number }): number;
  truncate(bytes: number): void;
  /** Syncs the file's bytes to the disk. */
  flush(): void;
  close(): void;
}

/** The room of the origin, as `navigator.storage.estimate()` tells it. */
export interface StorageEstimate {
  readonly usage?: number;
  readonly quota?: number;
}

/** Time limit for the handle of an ended Worker to go away. In milliseconds. */
const IN_USE_MS_MAX = 5000;
/** Interval between attempts to use a file that is in use. In milliseconds. */
const IN_USE_RETRY_MS = 5;

/**
 * Opens a file. Rejects with `NoModificationAllowedError` when it stays in use.
 *
 * @param inUseMsMax time limit for others to close it. Default: 5 s.
 */
export async function openSyncAccess(handle: OpfsFileHandle, inUseMsMax?: number): Promise<SyncAccessHandle> {
  return await whileInUse(() => handle.createSyncAccessHandle(), inUseMsMax);
}

/**
 * Repeats an attempt while the file is in use, as a browser releases a handle a little after it was closed, or after its
 * Worker ended.
 */
export async function whileInUse<Value>(attempt: () => Promise<Value>, inUseMsMax = IN_USE_MS_MAX): Promise<Value> {
  for (const deadline = Date.now() + inUseMsMax;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isInUse(error) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, IN_USE_RETRY_MS));
    }
  }
}

/** True for the error of a file that has a handle. */
export function isInUse(error: unknown): boolean {
  return (error as Error).name === "NoModificationAllowedError";
}
