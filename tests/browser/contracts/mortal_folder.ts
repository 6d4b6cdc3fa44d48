import type { OpfsFileHandle, OpfsFolder, SyncAccessHandle } from "../../../src/store/opfs/opfs.ts";

/** A folder of a Worker that ends at once, after a number of changes of files: nothing of what it asks for later happens. */
export class MortalFolder implements OpfsFolder {
  readonly #folder: OpfsFolder;
  /** Number of changes until the end. */
  changesLeft: number;

  constructor(folder: OpfsFolder, changesLeft = Infinity) {
    this.#folder = folder;
    this.changesLeft = changesLeft;
  }

  get name(): string {
    return this.#folder.name;
  }

  keys(): AsyncIterable<string> {
    return this.#folder.keys();
  }

  async getFileHandle(name: string, options?: { readonly create?: boolean }): Promise<OpfsFileHandle> {
    const handle = await this.#folder.getFileHandle(name, options);
    return { createSyncAccessHandle: async () => this.#mortal(await handle.createSyncAccessHandle()) };
  }

  async removeEntry(name: string): Promise<void> {
    this.#change();
    await this.#folder.removeEntry(name);
  }

  #mortal(access: SyncAccessHandle): SyncAccessHandle {
    return {
      getSize: () => access.getSize(),
      read: (into, options) => access.read(into, options),
      write: (bytes, options) => (this.#change(), access.write(bytes, options)),
      truncate: (bytes) => (this.#change(), access.truncate(bytes)),
      flush: () => access.flush(),
      close: () => access.close(),
    };
  }

  #change(): void {
    if (this.changesLeft <= 0) throw new Error("the Worker has ended");
    this.changesLeft--;
  }
}
