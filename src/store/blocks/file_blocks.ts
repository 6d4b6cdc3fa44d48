import type { File, Files } from "../files.ts";
import type { Blocks, BlockWriter } from "./blocks.ts";

/** Number of files that are kept open for reading. */
const OPEN_FILES_MAX = 32;

/** Suffix of an object's name while it is written. It is renamed when it is whole. */
const ASIDE = ".new";
/** Returns whether a file is the rest of an object that was never finished. */
export const isUnfinished = (name: string): boolean => name.endsWith(ASIDE);

interface OpenFile {
  readonly file: Promise<File>;
  readerCount: number;
  isClosed: boolean;
}

/** Objects in a folder of files, one file each. There may be other files too. */
export class FileBlocks implements Blocks {
  readonly #files: Files;
  /** Files that are open for reading, the last used one at the end. */
  readonly #open = new Map<string, OpenFile>();

  constructor(files: Files) {
    this.#files = files;
  }

  async list(): Promise<string[]> {
    return (await this.#files.list()).filter((name) => !isUnfinished(name));
  }

  async put(name: string): Promise<BlockWriter> {
    const files = this.#files;
    const aside = name + ASIDE;
    // What an earlier process left there would lie behind the end of this one.
    await files.remove(aside);
    const file = await files.open(aside, { create: true });
    let length = 0;
    return {
      write: async (bytes) => {
        await file.write(length, bytes);
        length += bytes.length;
      },
      finish: async () => {
        await file.sync();
        await file.close();
        // Windows does not replace a file that is open.
        this.#forget(name);
        await files.rename(aside, name);
        await files.syncFolder();
        this.#forget(name);
      },
      abandon: async () => {
        await file.close().catch(() => {});
        // What is left of it would take room where there is none.
        await files.remove(aside).catch(() => {});
      },
    };
  }

  size(name: string): Promise<number> {
    return this.#use(name, (file) => file.size());
  }

  read(name: string, at: number, into: Uint8Array): Promise<number> {
    return this.#use(name, (file) => file.read(at, into));
  }

  async #use<Value>(name: string, use: (file: File) => Promise<Value>): Promise<Value> {
    let open = this.#open.get(name);
    if (open === undefined) open = this.#opened(name);
    else this.#open.delete(name);
    this.#open.set(name, open);
    open.readerCount++;
    try {
      return await use(await open.file);
    } finally {
      open.readerCount--;
      if (open.isClosed) close(open);
      this.#closeOldest();
    }
  }

  #opened(name: string): OpenFile {
    const open = { file: this.#files.open(name, { readOnly: true }), readerCount: 0, isClosed: false };
    open.file.catch(() => {
      if (this.#open.get(name) === open) this.#open.delete(name);
    });
    return open;
  }

  #closeOldest(): void {
    for (const [name, open] of this.#open) {
      if (this.#open.size <= OPEN_FILES_MAX) return;
      if (open.readerCount === 0) this.#forget(name);
    }
  }

  /** Closes a file once no read of it is in progress. */
  #forget(name: string): void {
    const open = this.#open.get(name);
    if (open === undefined) return;
    this.#open.delete(name);
    open.isClosed = true;
    close(open);
  }

  async remove(name: string): Promise<void> {
    this.#forget(name);
    await this.#files.remove(name);
  }

  freeBytes(): Promise<number> {
    return this.#files.freeBytes();
  }

  async close(): Promise<void> {
    for (const { file } of this.#open.values()) await file.then((file) => file.close()).catch(() => {});
    this.#open.clear();
  }

  /** Removes the rests of objects that earlier processes did not finish. */
  async removeUnfinished(): Promise<void> {
    for (const name of await this.#files.list()) if (isUnfinished(name)) await this.#files.remove(name);
  }
}

function close({ file, readerCount }: OpenFile): void {
  if (readerCount === 0) file.then((file) => file.close()).catch(() => {});
}
