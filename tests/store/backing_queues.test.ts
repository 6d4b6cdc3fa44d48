import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 } from "../../src/store/crc32.ts";
import { MemoryFiles } from "../../src/store/memory_files.ts";
import { inspect } from "../../src/store/offline/inspect.ts";
import { salvage } from "../../src/store/offline/salvage.ts";
import { survey } from "../../src/store/offline/survey.ts";
import { verify } from "../../src/store/offline/verify.ts";
import { FakeClock } from "../fake_clock.ts";
import { breakByte, segmentsOf, SMALL, TestStore } from "./test_store.ts";

const BACKING_QUEUE = { type: "backing_queue.added", queueId: 1, priority: 9, sequenceId: 4 } as const;

/** Queue 1 with a backing queue, whose id is 4, and another queue; each has messages. */
async function storeWithBackingQueue(): Promise<TestStore> {
  const test = await TestStore.open(new MemoryFiles(), SMALL);
  test.declare(1);
  test.declare(2);
  test.store.append(BACKING_QUEUE);
  test.enqueue([1, 4], "both");
  test.enqueue(4, "urgent", "more urgent");
  test.enqueue(2, "other");
  return test;
}

describe("a backing queue of a durable queue", () => {
  it("has messages and positions of its own, and is there again at the next start", async () => {
    const first = await storeWithBackingQueue();
    first.store.settle(4, 0, 1);
    first.store.delivered(4, 2);
    const test = await first.reopen(SMALL);
    const { topology, queues, lastQueueId } = test.store.recovered;
    assert.deepEqual(topology.map(({ type }) => type), ["queue.declared", "queue.declared", "backing_queue.added"]);
    assert.deepEqual(topology[2], BACKING_QUEUE);
    assert.equal(lastQueueId, 4);
    const backingQueue = queues.find(({ queueId }) => queueId === 4)!;
    assert.deepEqual([backingQueue.count, backingQueue.nextPosition, backingQueue.deliveredUpTo], [2, 3, 2]);
    assert.deepEqual(await test.bodies(4), ["urgent", "more urgent"]);
    assert.deepEqual(await test.bodies(1), ["both"]);
    await test.store.close();
  });

  it("goes with its queue, and its segments do", async () => {
    const test = await (await storeWithBackingQueue()).reopen(SMALL);
    test.store.settle(2, 0, 1);
    assert.equal((await segmentsOf(test.files)).length, 1);
    test.store.append({ type: "queue.deleted", vhost: "/", queue: "queue-1", queueId: 1 });
    await test.flush();
    await test.clock.advance(100);
    assert.deepEqual(await segmentsOf(test.files), []);
    const again = await test.reopen(SMALL);
    const { queues, lastQueueId } = again.store.recovered;
    assert.deepEqual(queues.map(({ queueId }) => queueId), [2]);
    assert.equal(lastQueueId, 4);
    await again.store.close();
  });

  it("counts for its queue when a folder is inspected", async () => {
    const test = await storeWithBackingQueue();
    await test.flush();
    const { queues } = inspect(await survey(test.files, crc32));
    assert.deepEqual(queues.map(({ name, id, messages, bytes }) => [name, id, messages, bytes]), [
      ["queue-1", 1, 4, 4 + 4 + 6 + 11],
      ["queue-2", 2, 1, 5],
    ]);
    await test.store.close();
  });

  it("is named by its queue and priority where it is damaged, and what is whole is salvaged", async () => {
    const before = await storeWithBackingQueue();
    await before.store.close();
    const [segment] = await segmentsOf(before.files);
    assert.deepEqual((await verify(before.files, crc32)).damages, []);
    // Blocks lie in the order in which their queues first came, each behind a head of 32 bytes.
    await breakByte(before.files, segment, 32 + 32 + 16 + 20 + 40);
    const { damages } = await verify(before.files, crc32);
    assert.deepEqual(damages.map(({ what }) => String(what)), [
      "the checksum of a block is wrong; it held 3 messages of priority 9 of queue 'queue-1' in vhost '/', from position 0 to 2",
    ]);
    const to = new MemoryFiles();
    const clock = new FakeClock();
    await salvage({ from: before.files, to, crc32, after: (delayMs, callback) => clock.after(delayMs, callback) });
    const test = await TestStore.open(to, SMALL);
    assert.deepEqual(test.store.recovered.topology[2], BACKING_QUEUE);
    assert.deepEqual(await test.bodies(1), ["both"]);
    assert.deepEqual(await test.bodies(4), []);
    await test.store.close();
  });
});
