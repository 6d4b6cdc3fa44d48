import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DiskCounts } from "../../../../src/broker/message/disk_counts.ts";
import { BlockCache } from "../../../../src/broker/queue/stream/block_cache.ts";
import { StoredBlock } from "../../../../src/store/block.ts";
import { MemoryStore } from "../../../../src/store/memory_store.ts";

const MESSAGES_IN_BLOCK = 10;

/** A store whose queues consist of blocks of ten messages and a given size. */
class BlockStore extends MemoryStore {
  readCount = 0;
  readonly #blockBytes: number;

  constructor(blockBytes: number) {
    super();
    this.#blockBytes = blockBytes;
  }

  override read(_queueId?: number, from = 0): Promise<undefined> {
    this.readCount++;
    const first = Math.floor(from / MESSAGES_IN_BLOCK) * MESSAGES_IN_BLOCK;
    const head = { first, last: first + MESSAGES_IN_BLOCK - 1 };
    const block = new StoredBlock(new Uint8Array(this.#blockBytes), head, { has: () => true });
    return Promise.resolve(block as unknown as undefined);
  }
}

const reader = () => ({
  forgotten: 0,
  forgetBlock() {
    this.forgotten++;
  },
});

describe("the cache of blocks", () => {
  it("has a block for every offset in it, and reads it once for simultaneous requests", async () => {
    const store = new BlockStore(1000);
    const cache = new BlockCache(store, new DiskCounts());

    const [one, same] = await Promise.all([cache.read(1, 12, () => {}), cache.read(1, 12, () => {})]);

    assert.equal(one, same);
    assert.equal(store.readCount, 1);
    assert.equal(cache.get(1, 10), one);
    assert.equal(cache.get(1, 19), one);
    assert.equal(cache.get(1, 20), undefined);
    assert.equal(cache.get(2, 12), undefined);
  });

  it("holds no more than 16 MiB, and drops the least recently used first", async () => {
    const store = new BlockStore(1024 * 1024);
    const cache = new BlockCache(store, new DiskCounts());
    const insideOldest = reader();
    await cache.read(1, 0, () => {});
    (await cache.read(1, 10, () => {}))!.readers.add(insideOldest);
    for (let block = 2; block < 16; block++) await cache.read(1, block * MESSAGES_IN_BLOCK, () => {});
    cache.get(1, 0);

    assert.equal(insideOldest.forgotten, 0);
    await cache.read(1, 160, () => {});

    assert.equal(insideOldest.forgotten, 1);
    assert.equal(cache.get(1, 10), undefined);
    for (const block of [0, 2, 15, 16]) assert.ok(cache.get(1, block * MESSAGES_IN_BLOCK));
  });

  it("holds a block that is larger than that while it is the last one", async () => {
    const cache = new BlockCache(new BlockStore(20 * 1024 * 1024), new DiskCounts());

    await cache.read(1, 0, () => {});
    assert.ok(cache.get(1, 0));
    await cache.read(1, 10, () => {});

    assert.equal(cache.get(1, 0), undefined);
    assert.ok(cache.get(1, 10));
  });

  it("drops the blocks of a deleted stream, and tells the readers in them", async () => {
    const cache = new BlockCache(new BlockStore(1000), new DiskCounts());
    const inside = reader();
    (await cache.read(1, 0, () => {}))!.readers.add(inside);
    await cache.read(2, 0, () => {});

    cache.forgetQueue(1);

    assert.equal(inside.forgotten, 1);
    assert.equal(cache.get(1, 0), undefined);
    assert.ok(cache.get(2, 0));
  });
});
