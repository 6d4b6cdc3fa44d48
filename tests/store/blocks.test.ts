import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 } from "../../src/store/crc32.ts";
import { MemoryFiles } from "../../src/store/memory_files.ts";
import { verify } from "../../src/store/offline/verify.ts";
import { Segment } from "../../src/store/segment.ts";
import { StoredQueue } from "../../src/store/stored_queue.ts";
import { SMALL, TestStore } from "./test_store.ts";

const BODY_BYTES = 100;

/** Opens a store whose queue has `messages` messages, a second apart, in segments. */
async function storeWith(messages: number, startTime = 1000): Promise<TestStore> {
  const test = await TestStore.open(new MemoryFiles(), SMALL);
  test.declare(1);
  for (let i = 0; i < messages; i++) {
    test.enqueueMarked(1, new Uint8Array(BODY_BYTES), startTime === 0 ? 0 : startTime + i * 1000);
  }
  return await test.reopen(SMALL);
}

describe("what the bodies of a queue's messages take", () => {
  it("is known at the next start, of what was in the journal too", async () => {
    const test = await TestStore.open(new MemoryFiles(), SMALL);
    test.declare(1);
    test.declare(2);
    test.enqueue(1, ...Array.from({ length: 50 }, (_, i) => "x".repeat(i * 10)));
    await test.flush();
    const killed = await TestStore.open(test.files, SMALL);
    assert.deepEqual(killed.store.recovered.queues.map(({ bodyBytes }) => bodyBytes), [49 * 25 * 10, 0]);
    assert.equal(killed.store.bodyBytesFrom(1, 0), 49 * 25 * 10);
    await killed.store.close();
  });

  it("is told from a block's first position on exactly, and in proportion from inside of it", async () => {
    const { store } = await storeWith(50);
    const { first, last, count } = store.blocks(1)[2];
    assert.ok(count > 2);
    assert.equal(store.bodyBytesFrom(1, first), (50 - first) * BODY_BYTES);
    assert.equal(store.bodyBytesFrom(1, last), (50 - last) * BODY_BYTES);
    assert.equal(store.bodyBytesFrom(1, 50), 0);
    assert.equal(store.bodyBytesFrom(9, 0), 0);
    await store.close();
  });

  it("falls with what is settled, in proportion where part of a block is", async () => {
    const { store } = await storeWith(50);
    store.settle(1, 0, 3);
    assert.equal(store.bodyBytesFrom(1, 0), 47 * BODY_BYTES);
    store.settle(1, 0, 50);
    assert.equal(store.bodyBytesFrom(1, 0), 0);
    await store.close();
  });
});

describe("where in a queue a time is", () => {
  it("is told to the block: the first one whose last message is not older", async () => {
    const { store } = await storeWith(50);
    const blocks = store.blocks(1);
    assert.ok(blocks.length > 3);
    assert.deepEqual([blocks[0].firstTime, blocks.at(-1)!.lastTime], [1000, 50_000]);
    for (const { first, last, firstTime, lastTime } of blocks) {
      assert.deepEqual([firstTime, lastTime], [1000 + first * 1000, 1000 + last * 1000]);
      assert.equal(store.positionAt(1, firstTime), first);
      assert.equal(store.positionAt(1, lastTime), first);
      assert.equal(store.positionAt(1, lastTime + 1), last === 49 ? undefined : last + 1);
    }
    assert.equal(store.positionAt(1, 0), 0);
    assert.equal(store.positionAt(9, 0), undefined);
    await store.close();
  });

  it("is not told of messages without times", async () => {
    const { store } = await storeWith(50, 0);
    assert.equal(store.positionAt(1, 1), undefined);
    await store.close();
  });
});

describe("the first position of a queue", () => {
  it("is that of its first message, in segments or in the journal", async () => {
    const { store } = await storeWith(50);
    assert.equal(store.firstPosition(1), 0);
    store.settle(1, 0, 2);
    assert.equal(store.firstPosition(1), 2);
    store.settle(1, 4, 40);
    store.settle(1, 2, 2);
    assert.equal(store.firstPosition(1), 44);
    store.settle(1, 0, 50);
    assert.equal(store.firstPosition(1), undefined);
    assert.equal(store.firstPosition(9), undefined);
    await store.close();

    const unread = await TestStore.open(new MemoryFiles(), SMALL);
    unread.declare(1);
    unread.enqueue(1, "a", "b");
    unread.store.settle(1, 0, 1);
    assert.equal(unread.store.firstPosition(1), 1);
    assert.equal(unread.store.readableUpTo(1), 0);
    await unread.store.close();
  });
});

describe("settling the blocks at the front of a queue", () => {
  it("leaves what is behind them, and their segments go", async () => {
    const test = await storeWith(400);
    const { store } = test;
    const before = store.blocks(1).length;
    const cut = store.positionAt(1, 300_000)!;
    store.settle(1, store.firstPosition(1)!, cut);
    assert.equal(store.firstPosition(1), cut);
    assert.equal(store.bodyBytesFrom(1, 0), (400 - cut) * BODY_BYTES);
    assert.ok(store.blocks(1).length < before / 2);
    assert.equal(store.blocks(1)[0].first, cut);
    const again = await test.reopen(SMALL);
    assert.equal(again.store.firstPosition(1), cut);
    await again.store.close();
  });

  it("does not name positions at which there can be no message", async () => {
    const test = await storeWith(20);
    test.store.settle(1, 0, 10);
    test.store.settle(1, 0, 2 ** 47);
    await test.flush();
    const { damages, queues } = await verify(test.files, crc32);
    assert.deepEqual(damages, []);
    assert.deepEqual(queues.map(({ whole }) => whole.count), [0]);
    await test.store.close();
  });

  it("does not look at each position", () => {
    const queue = new StoredQueue(1);
    const far = 2 ** 47;
    const times = { firstTime: 0, lastTime: 0 };
    const entry = { queueId: 1, offset: 0, bytes: 1, count: 10, bodyBytes: 10, ...times, values: undefined };
    queue.live.addRange(0, 10);
    queue.live.addRange(far, far + 10);
    queue.segmentedUpTo = far + 10;
    const segment = new Segment(1, []);
    queue.addBlock(segment, { ...entry, first: 0, last: 9 });
    queue.addBlock(segment, { ...entry, first: far, last: far + 9 });
    for (let position = 0; position < 10; position++) queue.returned(position, 1);
    const emptied: number[] = [];
    queue.settle(0, far + 1, ({ first }) => emptied.push(first));
    assert.deepEqual(emptied, [0]);
    assert.equal(queue.firstPosition, far + 1);
    assert.equal(queue.bodyBytesFrom(0), 9);
    assert.equal(queue.deliveryCounts!.size, 0);
  });
});
