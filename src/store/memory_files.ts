import { DiskFullError, type File, type Files, type OpenOptions } from "./files.ts";

/** A folder of files that are in memory only. */
export class MemoryFiles implements Files {
  readonly folder = "(in memory)";
  readonly #capacityBytes: number;
  readonly #contents = new Map<string, Content>();

  /** @param capacityBytes maximum size of all files together. Default: no limit. */
  constructor(capacityBytes: number = Infinity) {
    this.#capacityBytes = capacityBytes;
  }

  // deno-lint-ignore require-await -- so that this is a promise
  async list(): Promise<string[]> {
    return [...this.#contents.keys()];
  }

  // deno-lint-ignore require-await -- so that what is thrown becomes a rejection
  async open(name: string, { create = false, readOnly = false }: OpenOptions = {}): Promise<File> {
    let content = this.#contents.get(name);
    if (content === undefined) {
      if (!create) throw notThere(name);
      this.#contents.set(name, content = new Content());
    }
    return new MemoryFile(name, content, readOnly, (bytes) => this.#makeRoom(name, bytes));
  }

  // deno-lint-ignore require-await -- so that what is thrown becomes a rejection
  async rename(from: string, to: string): Promise<void> {
    const content = this.#contents.get(from);
    if (content === undefined) throw notThere(from);
    this.#contents.delete(from);
    this.#contents.set(to, content);
  }

  // deno-lint-ignore require-await -- so that this is a promise
  async remove(name: string): Promise<void> {
    this.#contents.delete(name);
  }

  async syncFolder(): Promise<void> {}

  // deno-lint-ignore require-await -- so that this is a promise
  async freeBytes(): Promise<number> {
    return this.#freeBytes();
  }

  #freeBytes(): number {
    let used = 0;
    for (const { size } of this.#contents.values()) used += size;
    return this.#capacityBytes - used;
  }

  #makeRoom(name: string, bytes: number): void {
    if (bytes > this.#freeBytes()) throw new DiskFullError(`There is no room to write ${name}`);
  }
}

/** The content of a file, whatever its name. */
class Content {
  size = 0;
  /** May be longer than the file; zeros behind its end. */
  bytes = new Uint8Array(0);

  grow(size: number): void {
    if (size > this.bytes.length) {
      const grown = new Uint8Array(Math.max(size, this.bytes.length * 2));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.size = size;
  }
}

class MemoryFile implements File {
  readonly #name: string;
  readonly #content: Content;
  readonly #isReadOnly: boolean;
  readonly #makeRoom: (bytes: number) => void;
  #isClosed = false;

  constructor(name: string, content: Content, isReadOnly: boolean, makeRoom: (bytes: number) => void) {
    this.#name = name;
    this.#content = content;
    this.#isReadOnly = isReadOnly;
    this.#makeRoom = makeRoom;
  }

  // deno-lint-ignore require-await -- so that what is thrown becomes a rejection
  async size(): Promise<number> {
    return this.#open().size;
  }

  // deno-lint-ignore require-await -- so that what is thrown becomes a rejection
  async read(at: number, into: Uint8Array): Promise<number> {
    const { bytes, size } = this.#open();
    const count = Math.max(0, Math.min(into.length, size - at));
    into.set(bytes.subarray(at, at + count));
    return count;
  }

  // deno-lint-ignore require-await -- so that what is thrown becomes a rejection
  async write(at: number, bytes: Uint8Array): Promise<void> {
    const content = this.#open();
    if (this.#isReadOnly) throw new Error(`${this.#name} was opened to be read only`);
    if (bytes.length === 0) return;
    const end = at + bytes.length;
    if (end > content.size) {
      this.#makeRoom(end - content.size);
      content.grow(end);
    }
    content.bytes.set(bytes, at);
  }

  // deno-lint-ignore require-await -- so that what is thrown becomes a rejection
  async sync(): Promise<void> {
    this.#open();
  }

  // deno-lint-ignore require-await -- so that this is a promise
  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #open(): Content {
    if (this.#isClosed) throw new Error(`${this.#name} is closed`);
    return this.#content;
  }
}

function notThere(name: string): Error {
  return new Error(`There is no file ${name}`);
}
