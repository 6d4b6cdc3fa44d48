import type { Blocks, BlockWriter } from "../../../src/store/blocks/blocks.ts";
import { joined } from "../../../src/store/blocks/memory_blocks.ts";
import type { Epoch } from "../../../src/store/log/position.ts";
import type { FarConnection } from "./far_connection.ts";
import type { FarStorage } from "./far_storage.ts";

/** Objects in a `FarStorage`. Each is sent as a whole when it is finished. */
export class FarBlocks implements Blocks {
  readonly #connection: FarConnection;
  readonly #epoch: Epoch;
  readonly #asking = new Set<Promise<unknown>>();

  constructor(connection: FarConnection, epoch: Epoch) {
    this.#connection = connection;
    this.#epoch = epoch;
  }

  #ask<Value>(question: (storage: FarStorage) => Value | Promise<Value>): Promise<Value> {
    const answer = this.#connection.askUntilAnswered(this.#epoch, question);
    this.#asking.add(answer);
    const forget = () => this.#asking.delete(answer);
    answer.then(forget, forget);
    return answer;
  }

  list(): Promise<string[]> {
    return this.#ask((storage) => storage.names());
  }

  put(name: string): Promise<BlockWriter> {
    const parts: Uint8Array[] = [];
    return Promise.resolve({
      write: (bytes) => {
        parts.push(bytes.slice());
        return Promise.resolve();
      },
      finish: () => this.#ask((storage) => storage.put(this.#epoch, name, joined(parts))),
      abandon: () => {
        parts.length = 0;
        return Promise.resolve();
      },
    });
  }

  async size(name: string): Promise<number> {
    return (await this.#ask((storage) => storage.object(name))).length;
  }

  async read(name: string, at: number, into: Uint8Array): Promise<number> {
    const bytes = await this.#ask((storage) => storage.object(name).slice(at, at + into.length));
    into.set(bytes);
    return bytes.length;
  }

  remove(name: string): Promise<void> {
    return this.#ask((storage) => storage.remove(this.#epoch, name));
  }

  freeBytes(): Promise<number> {
    return Promise.resolve(Infinity);
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#asking);
  }
}
