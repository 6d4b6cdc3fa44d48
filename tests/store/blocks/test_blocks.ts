import type { Blocks, BlockWriter } from "../../../src/store/blocks/blocks.ts";
import type { BlockPlace } from "./block_places.ts";

/** Objects of one process, with everything waited for in the time of their place. */
export class TestBlocks {
  readonly #place: BlockPlace;
  readonly blocks: Blocks;

  private constructor(place: BlockPlace, blocks: Blocks) {
    this.#place = place;
    this.blocks = blocks;
  }

  static async open(place: BlockPlace): Promise<TestBlocks> {
    const opening = place.open();
    await place.events.until(opening);
    return new TestBlocks(place, await opening);
  }

  /** Resolves as a promise does, and lets time pass until then. */
  async in<Value>(promise: Promise<Value>): Promise<Value> {
    await this.#place.events.until(promise);
    return await promise;
  }

  async begin(name: string, ...parts: readonly Uint8Array[]): Promise<BlockWriter> {
    const writer = await this.in(this.blocks.put(name));
    for (const part of parts) await this.in(writer.write(part));
    return writer;
  }

  async put(name: string, ...parts: readonly Uint8Array[]): Promise<void> {
    const writer = await this.begin(name, ...parts);
    await this.in(writer.finish());
  }

  async names(): Promise<readonly string[]> {
    return (await this.in(this.blocks.list())).sort();
  }

  /** Up to `bytes` bytes of an object from an offset on. */
  async range(name: string, at: number, bytes: number): Promise<Uint8Array> {
    const into = new Uint8Array(bytes);
    return into.subarray(0, await this.in(this.blocks.read(name, at, into)));
  }

  async content(name: string): Promise<Uint8Array> {
    return await this.range(name, 0, await this.in(this.blocks.size(name)) + 1);
  }
}
