import type { File, Files, OpenOptions } from "../files.ts";
import { isInUse, openSyncAccess, type OpfsFolder, type StorageEstimate, type SyncAccessHandle } from "./opfs.ts";
import {
  clearHead,
  contentSize,
  empty,
  NAME_BYTES_MAX,
  readContent,
  readHead,
  Slot,
  slotNumber,
  writeContent,
  writeHead,
} from "./slot.ts";

/** File that is open as long as the folder is, so that there is one broker for it. */
const LOCK = "lock";
/** Default of {@linkcode OpfsFilesOptions.lockMsMax}. */
const LOCK_MS_MAX = 10_000;
/** Maximum number of free slots that are kept for files to come. */
const FREE_SLOTS_MAX = 16;

export interface OpfsFilesOptions {
  /** Folder of the origin private file system, for one broker alone. */
  readonly folder: OpfsFolder;
  /** Tells the room of the origin: `() => navigator.storage.estimate()`. */
  readonly estimate: () => Promise<StorageEstimate>;
  /** Time limit for the lock of an ended Worker to go away. In milliseconds. Default: 10 s. */
  readonly lockMsMax?: number;
}

/** The folder is in use, by a broker in another Worker or tab. */
export class OpfsFolderInUseError extends Error {
  /** Name of the class. */
  override name = "OpfsFolderInUseError";
}

/**
 * Files in a browser's origin private file system, for a dedicated Worker. Everything but opening is synchronous there.
 *
 * A sync is the browser's `flush()`. Chromium carries that out by `fdatasync`, but never syncs the names of the files that
 * it has made: a power loss may take a file that was made within the seconds before it, with all that was synced to it. So
 * our files' names are in their own heads, and slots are used again.
 */
export class OpfsFiles implements Files {
  readonly folder: string;
  readonly #options: OpfsFilesOptions;
  readonly #lock: SyncAccessHandle;
  readonly #slots = new Map<string, Slot>();
  readonly #free: Slot[] = [];
  readonly #open = new Set<OpfsFile>();
  #lastNumber = 0;
  #lastSequence = 0;
  /** The last change of names, which the next one waits for. */
  #changed: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(options: OpfsFilesOptions, lock: SyncAccessHandle) {
    this.folder = options.folder.name;
    this.#options = options;
    this.#lock = lock;
  }

  /** Opens a folder and locks it. Rejects with {@linkcode OpfsFolderInUseError} while another Worker has it. */
  static async open(options: OpfsFilesOptions): Promise<OpfsFiles> {
    const { folder, lockMsMax = LOCK_MS_MAX } = options;
    const handle = await folder.getFileHandle(LOCK, { create: true });
    const lock = await openSyncAccess(handle, lockMsMax).catch((error) => {
      if (!isInUse(error)) throw error;
      throw new OpfsFolderInUseError(`The folder ${folder.name} is in use by a broker in another Worker or tab`);
    });
    const files = new OpfsFiles(options, lock);
    try {
      await files.#recover();
    } catch (error) {
      lock.close();
      throw error;
    }
    return files;
  }

  async #recover(): Promise<void> {
    const named: { readonly slot: Slot; readonly name: string; readonly sequence: number }[] = [];
    const unused: Slot[] = [];
    for await (const fileName of this.#options.folder.keys()) {
      const number = slotNumber(fileName);
      if (number === undefined) continue;
      this.#lastNumber = Math.max(this.#lastNumber, number);
      const slot = new Slot(this.#options.folder, number);
      const access = await slot.acquire();
      const head = readHead(access);
      slot.release(access);
      if (head === "free") unused.push(slot);
      // What a slot with a broken head holds is for a person to look at.
      else if (head !== "broken") named.push({ slot, ...head });
    }
    for (const { slot, name, sequence } of named.sort((a, b) => b.sequence - a.sequence)) {
      this.#lastSequence = Math.max(this.#lastSequence, sequence);
      // A rename may have been interrupted before the file that it replaced was gone.
      if (this.#slots.has(name)) unused.push(slot);
      else this.#slots.set(slot.name = name, slot);
    }
    for (const slot of unused) await this.#removeFrom(slot);
  }

  list(): Promise<string[]> {
    return this.#change(() => [...this.#slots.keys()]);
  }

  open(name: string, { create = false, readOnly = false, synced = false }: OpenOptions = {}): Promise<File> {
    return this.#change(async () => {
      const slot = this.#slots.get(name) ?? (create ? await this.#make(name) : undefined);
      if (slot === undefined) throw notThere(name);
      const access = await slot.acquire();
      const file = new OpfsFile(name, access, { readOnly, synced }, () => {
        this.#open.delete(file);
        this.#release(slot, access);
      });
      this.#open.add(file);
      return file;
    });
  }

  async #make(name: string): Promise<Slot> {
    if (new TextEncoder().encode(name).length > NAME_BYTES_MAX) {
      throw new RangeError(`A file's name has at most ${NAME_BYTES_MAX} bytes: received "${name}"`);
    }
    const slot = this.#free.pop() ?? new Slot(this.#options.folder, ++this.#lastNumber);
    const access = await slot.acquire();
    try {
      writeHead(access, name, ++this.#lastSequence);
      slot.name = name;
      this.#slots.set(name, slot);
    } finally {
      this.#release(slot, access);
    }
    return slot;
  }

  rename(from: string, to: string): Promise<void> {
    return this.#change(async () => {
      const slot = this.#slots.get(from);
      if (slot === undefined) throw notThere(from);
      if (from === to) return;
      const access = await slot.acquire();
      try {
        writeHead(access, to, ++this.#lastSequence);
        const replaced = this.#slots.get(to);
        slot.name = to;
        this.#slots.delete(from);
        this.#slots.set(to, slot);
        if (replaced !== undefined) await this.#removeFrom(replaced);
      } finally {
        this.#release(slot, access);
      }
    });
  }

  remove(name: string): Promise<void> {
    return this.#change(async () => {
      const slot = this.#slots.get(name);
      if (slot === undefined) return;
      await this.#removeFrom(slot);
      this.#slots.delete(name);
    });
  }

  /** Removes the file in a slot. The slot is free when the last user closes it. */
  async #removeFrom(slot: Slot): Promise<void> {
    const access = await slot.acquire();
    try {
      clearHead(access);
      slot.name = undefined;
    } finally {
      this.#release(slot, access);
    }
  }

  /** Names are synced when they change. */
  async syncFolder(): Promise<void> {
    await this.#changed;
  }

  async freeBytes(): Promise<number> {
    const { quota = 0, usage = 0 } = await this.#options.estimate();
    return Math.max(0, quota - usage);
  }

  /** Closes all files and unlocks the folder. What is asked of it later rejects. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#changed;
    for (const file of [...this.#open]) await file.close();
    this.#lock.close();
  }

  /** Closes a slot for one of its users. A slot without a file is free when its last user closes it. */
  #release(slot: Slot, access: SyncAccessHandle): void {
    const isFree = slot.name === undefined && slot.hasOneUser && isEmptied(access);
    slot.release(access);
    if (!isFree) return;
    if (this.#free.length < FREE_SLOTS_MAX) this.#free.push(slot);
    // An empty file that stays is found at the next start.
    else slot.remove().catch(() => {});
  }

  /** Makes changes of names one after the other. */
  #change<Value>(change: () => Value | Promise<Value>): Promise<Value> {
    const changed = this.#changed.then(() => {
      if (this.#isClosed) throw new Error(`The folder ${this.folder} is closed`);
      return change();
    });
    this.#changed = changed.catch(() => {});
    return changed;
  }
}

class OpfsFile implements File {
  readonly #name: string;
  readonly #access: SyncAccessHandle;
  readonly #options: { readonly readOnly: boolean; readonly synced: boolean };
  readonly #onClose: () => void;
  #isClosed = false;

  constructor(
    name: string,
    access: SyncAccessHandle,
    options: { readonly readOnly: boolean; readonly synced: boolean },
    onClose: () => void,
  ) {
    this.#name = name;
    this.#access = access;
    this.#options = options;
    this.#onClose = onClose;
  }

  // deno-lint-ignore require-await -- so that what is thrown becomes a rejection
  async size(): Promise<number> {
    return contentSize(this.#opened());
  }

  // deno-lint-ignore require-await -- so that what is thrown becomes a rejection
  async read(at: number, into: Uint8Array): Promise<number> {
    return readContent(this.#opened(), at, into);
  }

  // deno-lint-ignore require-await -- so that what is thrown becomes a rejection
  async write(at: number, bytes: Uint8Array): Promise<void> {
    const access = this.#opened();
    if (this.#options.readOnly) throw new Error(`${this.#name} was opened to be read only`);
    writeContent(access, at, bytes);
    if (this.#options.synced) access.flush();
  }

  // deno-lint-ignore require-await -- so that what is thrown becomes a rejection
  async sync(): Promise<void> {
    this.#opened().flush();
  }

  // deno-lint-ignore require-await -- so that this is a promise
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClose();
  }

  #opened(): SyncAccessHandle {
    if (this.#isClosed) throw new Error(`${this.#name} is closed`);
    return this.#access;
  }
}

/** Empties a slot. Returns false when that fails: then only the next start uses it again. */
function isEmptied(access: SyncAccessHandle): boolean {
  try {
    empty(access);
    return true;
  } catch {
    return false;
  }
}

function notThere(name: string): Error {
  return new Error(`There is no file ${name}`);
}
