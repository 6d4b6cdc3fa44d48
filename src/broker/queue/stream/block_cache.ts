import type { StoredBlock } from "../../../store/block.ts";
import type { Store } from "../../../store/store.ts";
import type { DiskCounts } from "../../message/disk_counts.ts";

/** Size of the cache of blocks that were read: in bytes, and in blocks. */
const CACHE_BYTES = 16 * 1024 * 1024;
const CACHE_BLOCKS = 256;

/** A block of a stream in memory. It may go at any time between turns. */
export class CachedBlock {
  readonly queueId: number;
  /** `undefined` once it had to make room for others. */
  block: StoredBlock | undefined;
  readonly bytes: number;
  /** Those that are in the middle of it, to let go of it when it goes. */
  readonly readers = new Set<{ forgetBlock(): void }>();

  constructor(queueId: number, block: StoredBlock) {
    this.queueId = queueId;
    this.block = block;
    this.bytes = block.bytes.length;
  }
}

/**
 * The most recently read blocks of all streams, shared by all readers. A reader far back takes no other memory than
 * this, however many they are: a block that had to go is read again. It counts for nothing that makes messages of other
 * queues leave memory.
 */
export class BlockCache {
  readonly #store: Store;
  readonly #diskCounts: DiskCounts;
  /** The one that was used last at the end. */
  readonly #blocks = new Set<CachedBlock>();
  readonly #reading = new Map<string, Promise<CachedBlock | undefined>>();
  #bytes = 0;

  constructor(store: Store, diskCounts: DiskCounts) {
    this.#store = store;
    this.#diskCounts = diskCounts;
  }

  /** The block that holds an offset of a stream, if it is in memory. */
  get(queueId: number, offset: number): CachedBlock | undefined {
    for (const cached of this.#blocks) {
      const { block } = cached;
      if (cached.queueId !== queueId || block!.first > offset || block!.last < offset) continue;
      this.#blocks.delete(cached);
      this.#blocks.add(cached);
      return cached;
    }
    return undefined;
  }

  /**
   * Reads the block that holds an offset of a stream, or the next one behind it. Resolves to `undefined` when there is
   * none. Rejects when it can't be read. `onRead` is called with the number of messages that are read for this.
   */
  read(queueId: number, offset: number, onRead: (count: number) => void): Promise<CachedBlock | undefined> {
    const key = `${queueId} ${offset}`;
    const reading = this.#reading.get(key) ??
      this.#read(queueId, offset, onRead).finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }

  async #read(queueId: number, offset: number, onRead: (count: number) => void): Promise<CachedBlock | undefined> {
    const block = await this.#store.read(queueId, offset);
    if (block === undefined) return undefined;
    const count = block.last - block.first + 1;
    this.#diskCounts.reads += count;
    onRead(count);
    // Another one may have read it meanwhile from another offset on.
    const cached = this.get(queueId, block.first) ?? new CachedBlock(queueId, block);
    if (!this.#blocks.has(cached)) this.#add(cached);
    return cached;
  }

  #add(cached: CachedBlock): void {
    this.#blocks.add(cached);
    this.#bytes += cached.bytes;
    for (const oldest of this.#blocks) {
      const isFull = this.#bytes > CACHE_BYTES || this.#blocks.size > CACHE_BLOCKS;
      if (!isFull || oldest === cached) break;
      this.#forget(oldest);
    }
  }

  #forget(cached: CachedBlock): void {
    this.#blocks.delete(cached);
    this.#bytes -= cached.bytes;
    cached.block = undefined;
    for (const reader of cached.readers) reader.forgetBlock();
    cached.readers.clear();
  }

  /** Forgets the blocks of a stream that has been deleted. */
  forgetQueue(queueId: number): void {
    for (const cached of [...this.#blocks]) if (cached.queueId === queueId) this.#forget(cached);
  }
}
