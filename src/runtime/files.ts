import { DiskFullError, type File, type Files, type OpenOptions } from "../store/files.ts";
import { whileBusy } from "./busy_file.ts";
import { FolderInUseError, FolderNotUsableError } from "./folder_error.ts";
import { OWNER_SOCKET } from "./owner_socket_name.ts";
import { platform, PROCESS_ID_FILE } from "./platform.ts";
import type { LockedFolder } from "./runtime.ts";

/** The parts of Node's interface that are used here, which Deno and Bun have too. */
declare const process: {
  readonly pid: number;
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  getBuiltinModule(name: "node:fs"): FileSystem;
  getBuiltinModule(name: "node:tty"): { isatty(descriptor: number): boolean };
  getBuiltinModule(name: "node:path"): {
    resolve(path: string): string;
    dirname(path: string): string;
    join(...parts: string[]): string;
  };
};

interface FileSystem {
  readFileSync(path: string, encoding: "utf8"): string;
  readFileSync(path: string): Uint8Array;
  statSync(path: string): { readonly size: number };
  statSync(path: string, options: { throwIfNoEntry: false }): { isDirectory(): boolean } | undefined;
  readdirSync(path: string, options: { withFileTypes: true }): Entry[];
  readonly constants: Readonly<Record<"O_RDONLY" | "O_RDWR" | "O_CREAT" | "O_DSYNC", number>>;
  mkdir(path: string, options: { recursive: true; mode: number }, done: Done<string | undefined>): void;
  readdir(path: string, options: { withFileTypes: true }, done: Done<Entry[]>): void;
  statfs(path: string, done: Done<{ readonly bavail: number; readonly bsize: number }>): void;
  rename(from: string, to: string, done: Done<void>): void;
  unlink(path: string, done: Done<void>): void;
  readFile(path: string, encoding: "utf8", done: Done<string>): void;
  writeFile(path: string, text: string, done: Done<void>): void;
  open(path: string, flags: number, mode: number, done: Done<number>): void;
  fstat(descriptor: number, done: Done<{ readonly size: number }>): void;
  read(descriptor: number, into: Uint8Array, offset: number, count: number, at: number, done: Done<number>): void;
  write(
    descriptor: number,
    bytes: Uint8Array,
    offset: number,
    count: number,
    at: number | null,
    done: Done<number>,
  ): void;
  fsync(descriptor: number, done: Done<void>): void;
  fdatasync(descriptor: number, done: Done<void>): void;
  close(descriptor: number, done: Done<void>): void;
}

interface Entry {
  readonly name: string;
  isFile(): boolean;
  isDirectory(): boolean;
}

type Done<Value> = (error: SystemError | null, value: Value) => void;
type SystemError = Error & { readonly code?: string };

const fileSystem = process.getBuiltinModule("node:fs");
/** Returns the name of a program from its path. */
export const programName = (path: string): string => path.replace(/^.*[/\\]/, "").replace(/\.exe$/i, "");

/** Reads a file as text. Throws when it can't be read. */
export const readTextFile = (path: string): string => fileSystem.readFileSync(path, "utf8");

/** Returns the bytes of a file. Throws when it can't be read, or is larger than `maxBytes`. */
export function readFile(path: string, maxBytes: number): Uint8Array {
  const { size } = fileSystem.statSync(path);
  if (size > maxBytes) throw new RangeError(`this is larger than ${maxBytes} bytes`);
  return new Uint8Array(fileSystem.readFileSync(path));
}

/** True when there is a folder of this path. */
export const isFolder = (path: string): boolean =>
  fileSystem.statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

export function listFolder(path: string): string[] {
  try {
    return fileSystem.readdirSync(path, { withFileTypes: true }).filter((entry) => !entry.isDirectory()).map((
      { name },
    ) => name);
  } catch {
    return [];
  }
}

export const pid = process.pid;

const DESCRIPTORS = { stdout: 1, stderr: 2 } as const;
/** Delay before a write is retried to a full pipe that somebody has set to non-blocking. In milliseconds. */
const FULL_PIPE_MS = 10;

/** Writes a whole text with a function that returns how many bytes it wrote. */
export async function writeAll(text: string, write: (bytes: Uint8Array) => Promise<number>): Promise<void> {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(await write(bytes));
    } catch (error) {
      const { name, code } = error as SystemError;
      if (name !== "WouldBlock" && code !== "EAGAIN") throw error;
      await new Promise((resolve) => setTimeout(resolve, FULL_PIPE_MS));
    }
  }
}

export const isTerminal = (stream: "stdout" | "stderr"): boolean =>
  process.getBuiltinModule("node:tty").isatty(DESCRIPTORS[stream]);

export const environment = (name: string): string | undefined => process.env[name];

/** Folder of the machine's configuration, if there is one. */
export const configFolder = platform.configFolder(environment);

const { resolve, dirname, join } = process.getBuiltinModule("node:path");
const { O_RDONLY, O_RDWR, O_CREAT, O_DSYNC } = fileSystem.constants;

/** True when a write to a file opened for that also empties the disk's own cache, as only on Linux. */
const WRITES_SYNC_THEMSELVES = process.platform === "linux";

/** Mode of folders: messages are for their broker alone. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** Names of files in a folder that are not among its {@linkcode Files}. */
const RESERVED: readonly string[] = [PROCESS_ID_FILE, platform.lockName, OWNER_SOCKET];

/**
 * Locks a file for this process alone, by flock(2). Makes the file if it does not exist, unless `isToRead`. Returns a
 * function that unlocks it; `undefined` when another process has locked it. The lock ends with the process.
 */
export type LockFile = (path: string, options?: { readonly isToRead?: boolean }) => (() => void) | undefined;

/** Makes a folder if it does not exist, locks it and opens it. */
export async function openLockedFolder(path: string, lockFile: LockFile): Promise<LockedFolder> {
  const folder = resolve(path);
  let unlock: ReturnType<LockFile>;
  try {
    await makeFolder(folder);
    unlock = lockFile(join(folder, platform.lockName));
    if (unlock === undefined) throw new FolderInUseError(folder, await readProcessId(folder));
    await writeProcessId(folder);
    return { files: new FolderFiles(folder), unlock };
  } catch (error) {
    unlock?.();
    throw error instanceof FolderInUseError ? error : new FolderNotUsableError(folder, error as SystemError);
  }
}

/** Opens a folder for reading, and locks it if it was ever locked: otherwise no broker can be using it. */
export async function openLockedFolderToRead(path: string, lockFile: LockFile): Promise<LockedFolder> {
  const folder = resolve(path);
  const { lockName } = platform;
  try {
    const entries = await call<Entry[]>((done) => fileSystem.readdir(folder, { withFileTypes: true }, done));
    const isLockable = entries.some(({ name }) => name === lockName);
    const unlock = isLockable ? lockFile(join(folder, lockName), { isToRead: true }) : () => {};
    if (unlock === undefined) throw new FolderInUseError(folder, await readProcessId(folder));
    return { files: new FolderFiles(folder), unlock };
  } catch (error) {
    throw error instanceof FolderInUseError ? error : new FolderNotUsableError(folder, error as SystemError, "read");
  }
}

/** Opens a folder without locking it, and makes it if it does not exist. */
export async function openFolder(path: string): Promise<Files> {
  const folder = resolve(path);
  await makeFolder(folder);
  return new FolderFiles(folder);
}

/** Makes a folder and its parents, whose names survive a power loss, as their contents could not otherwise. */
async function makeFolder(folder: string): Promise<void> {
  const first = await call<string | undefined>((done) =>
    fileSystem.mkdir(folder, { recursive: true, mode: FOLDER_MODE }, done)
  );
  if (first === undefined) return;
  for (let made = folder;; made = dirname(made)) {
    await syncFolder(dirname(made)).catch(ignoreRefusal);
    if (made === first || made === dirname(made)) return;
  }
}

/** Windows refuses to sync a folder of others, and keeps the order of its changes. */
function ignoreRefusal(error: SystemError): void {
  if (!platform.folderSync.refusals.includes(error.code ?? "")) throw error;
}

const SYNC_FLAGS = fileSystem.constants[platform.folderSync.access];

async function syncFolder(folder: string): Promise<void> {
  const descriptor = await call<number>((done) => fileSystem.open(folder, SYNC_FLAGS, 0, done));
  try {
    await call<void>((done) => fileSystem.fsync(descriptor, done));
  } finally {
    await call<void>((done) => fileSystem.close(descriptor, done));
  }
}

async function readProcessId(folder: string): Promise<number | undefined> {
  const text = await call<string>((done) => fileSystem.readFile(join(folder, PROCESS_ID_FILE), "utf8", done));
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Writes the process id down. A full disk does not prevent a start, as consuming messages makes room. */
async function writeProcessId(folder: string): Promise<void> {
  try {
    await call<void>((done) => fileSystem.writeFile(join(folder, PROCESS_ID_FILE), String(process.pid), done));
  } catch (error) {
    if (!isDiskFull(error as SystemError)) throw error;
  }
}

class FolderFiles implements Files {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async list(): Promise<string[]> {
    const entries = await this.#call<Entry[]>((done) => fileSystem.readdir(this.folder, { withFileTypes: true }, done));
    return entries.filter((entry) => entry.isFile() && !RESERVED.includes(entry.name)).map(({ name }) => name);
  }

  async open(name: string, { create = false, readOnly = false, synced = false }: OpenOptions = {}): Promise<File> {
    const path = this.#path(name);
    const flags = (readOnly ? O_RDONLY : O_RDWR) | (create ? O_CREAT : 0) |
      (synced && WRITES_SYNC_THEMSELVES ? O_DSYNC : 0);
    const descriptor = await this.#call<number>((done) => fileSystem.open(path, flags, FILE_MODE, done));
    return new OpenFile(path, descriptor, synced && !WRITES_SYNC_THEMSELVES);
  }

  // deno-lint-ignore require-await -- so that a thrown error becomes a rejection
  async rename(from: string, to: string): Promise<void> {
    const paths = [this.#path(from), this.#path(to)];
    return whileBusy(() => this.#call((done) => fileSystem.rename(paths[0], paths[1], done)));
  }

  async remove(name: string): Promise<void> {
    const path = this.#path(name);
    try {
      await whileBusy(() => call<void>((done) => fileSystem.unlink(path, done)));
    } catch (error) {
      if ((error as SystemError).code !== "ENOENT") throw error;
    }
  }

  syncFolder(): Promise<void> {
    return syncFolder(this.folder);
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await call<{ bavail: number; bsize: number }>((done) =>
      fileSystem.statfs(this.folder, done)
    );
    return bavail * bsize;
  }

  #path(name: string): string {
    if (name === "" || name === "." || name === ".." || /[/\\\0]/.test(name) || RESERVED.includes(name)) {
      throw new RangeError(`A file's name has no folder in it and is not one of ${RESERVED}: received "${name}"`);
    }
    return join(this.folder, name);
  }

  #call<Value>(start: (done: Done<Value>) => void): Promise<Value> {
    return call(start).catch((error) => {
      throw isDiskFull(error) ? diskFull(this.folder, error) : error;
    });
  }
}

class OpenFile implements File {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #syncsWrites: boolean;
  #isClosed = false;
  #running = 0;
  #onIdle = () => {};

  constructor(path: string, descriptor: number, syncsWrites: boolean) {
    this.#path = path;
    this.#descriptor = descriptor;
    this.#syncsWrites = syncsWrites;
  }

  size(): Promise<number> {
    return this.#run(async () => {
      const { size } = await call<{ size: number }>((done) => fileSystem.fstat(this.#descriptor, done));
      return size;
    });
  }

  read(at: number, into: Uint8Array): Promise<number> {
    return this.#run(async () => {
      let filled = 0;
      while (filled < into.length) {
        const count = await call<number>((done) =>
          fileSystem.read(this.#descriptor, into, filled, into.length - filled, at + filled, done)
        );
        if (count === 0) break;
        filled += count;
      }
      return filled;
    });
  }

  write(at: number, bytes: Uint8Array): Promise<void> {
    return this.#run(async () => {
      for (let written = 0; written < bytes.length;) {
        written += await call<number>((done) =>
          fileSystem.write(this.#descriptor, bytes, written, bytes.length - written, at + written, done)
        );
      }
      if (this.#syncsWrites) await call<void>((done) => fileSystem.fdatasync(this.#descriptor, done));
    });
  }

  sync(): Promise<void> {
    return this.#run(() => call((done) => fileSystem.fdatasync(this.#descriptor, done)));
  }

  /** Closes the file after pending operations: another file could get the same descriptor, and then its bytes. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#running > 0) await new Promise<void>((resolve) => this.#onIdle = resolve);
    await call<void>((done) => fileSystem.close(this.#descriptor, done));
  }

  async #run<Value>(operation: () => Promise<Value>): Promise<Value> {
    if (this.#isClosed) throw new Error(`${this.#path} is closed`);
    this.#running++;
    try {
      return await operation();
    } catch (error) {
      // The system's own message does not name the file.
      throw isDiskFull(error as SystemError)
        ? diskFull(this.#path, error)
        : new Error(`${this.#path}: ${(error as Error).message}`, { cause: error });
    } finally {
      if (--this.#running === 0) this.#onIdle();
    }
  }
}

function isDiskFull({ code }: SystemError): boolean {
  return code === "ENOSPC" || code === "EDQUOT";
}

function diskFull(path: string, cause: unknown): DiskFullError {
  return new DiskFullError(`The disk, or the quota on it, is full: there is no room to write ${path}`, { cause });
}

function call<Value>(start: (done: Done<Value>) => void): Promise<Value> {
  return new Promise((resolve, reject) => {
    start((error, value) => error ? reject(error) : resolve(value));
  });
}
