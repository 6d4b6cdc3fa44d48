import { phrase } from "../phrase/phrase.ts";
import { isBlockWhole, readBlockHead, StoredBlock } from "./block.ts";
import type { Blocks } from "./blocks/blocks.ts";
import type { Crc32 } from "./crc32.ts";
import { CorruptStoreError } from "./error.ts";
import { viewOf } from "./record.ts";
import type { Segment } from "./segment.ts";
import type { Block, StoredQueue } from "./stored_queue.ts";

/** The segments that have messages: reads blocks, and removes segments that are no longer needed. */
export class Segments {
  readonly byId = new Map<number, Segment>();
  readonly #blocks: Blocks;
  readonly #crc32: Crc32;
  readonly #removed = new Set<Segment>();
  readonly #removing = new Set<Promise<void>>();

  constructor(blocks: Blocks, crc32: Crc32) {
    this.#blocks = blocks;
    this.#crc32 = crc32;
  }

  /** Reads a block. Rejects with {@linkcode CorruptStoreError} when it is not as it was written. */
  async read(block: Block, { live, id }: StoredQueue): Promise<StoredBlock> {
    const { segment, offset, bytes: length } = block;
    segment.readerCount++;
    try {
      const read = new Uint8Array(length);
      const count = await this.#blocks.read(segment.name, offset, read);
      const bytes = read.subarray(0, count);
      const view = viewOf(bytes);
      if (!isBlockWhole(bytes, view, 0, length, this.#crc32)) {
        throw new CorruptStoreError(segment.name, offset, phrase`the checksum of a block is wrong`);
      }
      const head = readBlockHead(view, 0)!;
      if (head.queueId !== id || head.first !== block.first || head.last !== block.last) {
        throw new CorruptStoreError(segment.name, offset, phrase`a block is not what the index says`);
      }
      return new StoredBlock(bytes, head, live);
    } finally {
      segment.readerCount--;
      if (this.#removed.has(segment)) this.#remove(segment);
    }
  }

  /** Removes a segment once no read of it is in progress. One that cannot be removed now is removed at the next start. */
  remove(segment: Segment): void {
    this.byId.delete(segment.id);
    this.#removed.add(segment);
    this.#remove(segment);
  }

  #remove(segment: Segment): void {
    if (segment.readerCount > 0) return;
    this.#removed.delete(segment);
    const removing = this.#blocks.remove(segment.name).catch(() => {}).then(() => {
      this.#removing.delete(removing);
    });
    this.#removing.add(removing);
  }

  async close(): Promise<void> {
    await Promise.all(this.#removing);
  }
}
