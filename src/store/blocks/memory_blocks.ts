import type { Blocks, BlockWriter } from "./blocks.ts";

/** Objects in memory. Whoever has it after a process has ended goes on with them. */
export class MemoryBlocks implements Blocks {
  readonly #objects = new Map<string, Uint8Array>();

  list(): Promise<string[]> {
    return Promise.resolve([...this.#objects.keys()]);
  }

  put(name: string): Promise<BlockWriter> {
    const parts: Uint8Array[] = [];
    return Promise.resolve({
      write: (bytes) => {
        parts.push(bytes.slice());
        return Promise.resolve();
      },
      finish: () => {
        this.#objects.set(name, joined(parts));
        return Promise.resolve();
      },
      abandon: () => {
        parts.length = 0;
        return Promise.resolve();
      },
    });
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
    const object = this.#objects.get(name);
    return object === undefined ? Promise.reject(new Error(`there is no ${name}`)) : Promise.resolve(object);
  }

  remove(name: string): Promise<void> {
    this.#objects.delete(name);
    return Promise.resolve();
  }

  freeBytes(): Promise<number> {
    return Promise.resolve(Infinity);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** The bytes of all parts, one behind the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
