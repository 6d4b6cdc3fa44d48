import type { StoredBlock } from "../../../store/block.ts";
import type { Store } from "../../../store/store.ts";
import type { DiskCounts } from "../../message/disk_counts.ts";
import type { SequenceId } from "../../../store/sequence.ts";

/** Maximum size of the cache of blocks, in bytes and in blocks. */
const CACHE_BYTES = 16 * 1024 * 1024;
const CACHE_BLOCKS = 256;

/** A block of a stream in memory, which may be dropped at any time between turns. */
export class CachedBlock {
  readonly queueId: SequenceId;
  /** `undefined` after it was dropped. */
  block: StoredBlock | undefined;
  readonly bytes: number;
  /** Readers in the middle of it, which release it when it is dropped. */
  readonly readers = new Set<{ forgetBlock(): void }>();

  constructor(queueId: SequenceId, block: StoredBlock) {
    this.queueId = queueId;
    this.block = block;
    this.bytes = block.bytes.length;
  }
}

/**
 * The most recently read blocks of all streams, shared by all readers. This is all the memory for readers far back,
 * however many they are: a dropped block is read again. It does not count when messages of other queues leave memory.
 */
export class BlockCache {
  readonly #store: Store;
  readonly #diskCounts: DiskCounts;
  /** Ordered by last use. */
  readonly #blocks = new Set<CachedBlock>();
  readonly #reading = new Map<string, Promise<CachedBlock | undefined>>();
  #bytes = 0;

  constructor(store: Store, diskCounts: DiskCounts) {
    this.#store = store;
    this.#diskCounts = diskCounts;
  }

  /** Returns the block with an offset of a stream, if it is in memory. */
  get(queueId: SequenceId, offset: number): CachedBlock | undefined {
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
   * Reads the block with an offset of a stream, or the next one behind it. Resolves with `undefined` when there is
   * none. Rejects when it can't be read. `onRead` is called with the number of messages that are read.
   */
  read(queueId: SequenceId, offset: number, onRead: (count: number) => void): Promise<CachedBlock | undefined> {
    const key = `${queueId} ${offset}`;
    const reading = this.#reading.get(key) ??
      this.#read(queueId, offset, onRead).finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }

  async #read(queueId: SequenceId, offset: number, onRead: (count: number) => void): Promise<CachedBlock | undefined> {
    const block = await this.#store.read(queueId, offset);
    if (block === undefined) return undefined;
    const count = block.last - block.first + 1;
    this.#diskCounts.reads += count;
    onRead(count);
    // Somebody else may have read it meanwhile for another offset.
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

  /** Drops the blocks of a deleted stream. */
  forgetQueue(queueId: SequenceId): void {
    for (const cached of [...this.#blocks]) if (cached.queueId === queueId) this.#forget(cached);
  }
}
