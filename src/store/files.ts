/**
 * A folder of files on a disk, without folders in it. Everything is asynchronous; operations on one file happen in the order
 * of their calls only where each is waited for.
 *
 * A power loss keeps what was written to a file before a {@linkcode File.sync} that has resolved, or through a file that was
 * opened `synced`; and the creations, removals and renames before a {@linkcode Files.syncFolder} that has resolved.
 */
export interface Files {
  /** The folder's name, for people. */
  readonly folder: string;
  /** The names of all files, in any order. */
  list(): Promise<string[]>;
  /** Opens a file. Rejects when it is not there, unless `create`, or when it can't be opened. */
  open(name: string, options?: OpenOptions): Promise<File>;
  /**
   * Gives a file another name, in place of the file that has it. That one should not be open: Windows waits until it is
   * closed.
   */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; one that does not exist counts as removed. Open handles can still read it. */
  remove(name: string): Promise<void>;
  /** Syncs the folder: the names of all files survive a power loss. */
  syncFolder(): Promise<void>;
  /** Resolves to the number of bytes that can be written before the disk is full. */
  freeBytes(): Promise<number>;
}

export interface OpenOptions {
  /** Makes an empty file where there is none. Default: false. */
  readonly create?: boolean;
  /** True for a file that is only read. Default: false. */
  readonly readOnly?: boolean;
  /** True when a write resolves only once its bytes survive a power loss (`O_DSYNC`). Default: false. */
  readonly synced?: boolean;
}

/** An open file. */
export interface File {
  /** In bytes. */
  size(): Promise<number>;
  /** Reads what is at an offset until `into` is full or the file ends, and resolves to how many bytes that were. */
  read(at: number, into: Uint8Array): Promise<number>;
  /** Writes all bytes at an offset. Rejects with {@linkcode DiskFullError} when there is no room for them. */
  write(at: number, bytes: Uint8Array): Promise<void>;
  /** Syncs the file: its bytes survive a power loss. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The disk, or the quota on it, is full. */
export class DiskFullError extends Error {
  override name = "DiskFullError";
}
