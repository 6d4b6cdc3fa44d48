import type { Epoch } from "../log/position.ts";
import type { MemoryStorage } from "../memory_storage.ts";
import { OutdatedWriterError } from "../error.ts";
import type { Blocks, BlockWriter } from "./blocks.ts";

/** Objects in memory. */
export class MemoryBlocks implements Blocks {
  readonly #storage: MemoryStorage;
  readonly #epoch: Epoch;

  /** @param epoch the owner's, by {@linkcode MemoryStorage.takeOver}. */
  constructor(storage: MemoryStorage, epoch: Epoch) {
    this.#storage = storage;
    this.#epoch = epoch;
  }

  list(): Promise<string[]> {
    return Promise.resolve([...this.#storage.objects.keys()]);
  }

  put(name: string): Promise<BlockWriter> {
    const parts: Uint8Array[] = [];
    return Promise.resolve({
      write: (bytes) => {
        parts.push(bytes.slice());
        return Promise.resolve();
      },
      finish: () => this.#change((objects) => objects.set(name, joined(parts))),
      abandon: () => {
        parts.length = 0;
        return Promise.resolve();
      },
    });
  }

  #change(change: (objects: Map<string, Uint8Array>) => void): Promise<void> {
    if (this.#storage.epoch !== this.#epoch) return Promise.reject(new OutdatedWriterError());
    change(this.#storage.objects);
    return Promise.resolve();
  }

  async size(name: string): Promise<number> {
    return (await this.#object(name)).length;
  }

  async read(name: string, at: number, into: Uint8Array): Promise<number> {
    const bytes = (await this.#object(name)).subarray(at, at + into.length);
    into.set(bytes);
    return bytes.length;
  }

  #object(name: string): Promise<Uint8Array> {
    const object = this.#storage.objects.get(name);
    return object === undefined ? Promise.reject(new Error(`there is no ${name}`)) : Promise.resolve(object);
  }

  remove(name: string): Promise<void> {
    return this.#change((objects) => objects.delete(name));
  }

  freeBytes(): Promise<number> {
    return Promise.resolve(Infinity);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Returns the bytes of all parts, one behind the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
