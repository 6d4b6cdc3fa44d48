import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Batch } from "../../src/store/log/batch.ts";
import { FileBlocks } from "../../src/store/blocks/file_blocks.ts";
import { crc32 } from "../../src/store/crc32.ts";
import { MemoryFiles } from "../../src/store/memory_files.ts";
import { salvage } from "../../src/store/offline/salvage.ts";
import { readSnapshot, writeSnapshot } from "../../src/store/snapshot.ts";
import { State } from "../../src/store/state.ts";
import { FakeClock } from "../fake_clock.ts";
import { applyTopology, SMALL, TestStore } from "./test_store.ts";

const countsOf = (test: TestStore) => [...test.store.recovered.queues[0].deliveryCounts].sort(([a], [b]) => a - b);

async function storeWith(messages: number): Promise<TestStore> {
  const test = await TestStore.open(new MemoryFiles(), SMALL);
  test.declare(1);
  for (let i = 0; i < messages; i++) test.enqueue(1, `${i}`.padEnd(200, "."));
  return test;
}

/** Time passes for nobody else here. */
const noPause = () => Promise.resolve();

describe("how often a message has been returned", () => {
  it("is known at the next start, whether the process ended in time or not", async () => {
    const first = await storeWith(5);
    first.store.returned(1, 0, 1);
    first.store.returned(1, 3, 1);
    first.store.returned(1, 3, 2);
    first.store.returned(1, 4, 70_000);
    await first.flush();
    const killed = await TestStore.open(first.files, SMALL);
    assert.deepEqual(countsOf(killed), [[0, 1], [3, 2], [4, 70_000]]);
    killed.store.returned(1, 0, 2);
    const closed = await killed.reopen(SMALL);
    assert.deepEqual(countsOf(closed), [[0, 2], [3, 2], [4, 70_000]]);
    // From the snapshot alone this time.
    assert.deepEqual(countsOf(await closed.reopen(SMALL)), [[0, 2], [3, 2], [4, 70_000]]);
  });

  it("is forgotten with the message", async () => {
    const first = await storeWith(100);
    for (let position = 0; position < 100; position++) first.store.returned(1, position, 1);
    first.store.settle(1, 7, 1);
    first.store.settle(1, 10, 50);
    const test = await first.reopen(SMALL);
    test.store.settle(1, 0, 6);
    test.store.settle(1, 60, 1_000_000);
    assert.deepEqual(countsOf(await test.reopen(SMALL)), [[6, 1], [8, 1], [9, 1]]);
  });

  it("stays while messages move from the journal to segments, and from there to others", async () => {
    const test = await storeWith(100);
    test.store.returned(1, 90, 3);
    for (let position = 0; position < 100; position++) if (position % 10 !== 0) test.store.settle(1, position, 1);
    await test.relieve();
    await test.clock.advance(2000);
    const again = await test.reopen(SMALL);
    assert.deepEqual(countsOf(again), [[90, 3]]);
    assert.equal((await again.bodies(1)).length, 10);
  });

  it("is not kept of what the store does not have, and never falls", async () => {
    const first = await storeWith(2);
    const { appended } = first.store;
    first.store.returned(1, 2, 1);
    first.store.returned(9, 0, 1);
    assert.equal(first.store.appended, appended);
    first.store.returned(1, 0, 2);
    first.store.returned(1, 0, 1);
    assert.equal(first.store.appended, appended + 1);
    assert.deepEqual(countsOf(await first.reopen(SMALL)), [[0, 2]]);
  });

  it("is in the snapshot for thousands of messages", async () => {
    const state = new State();
    const topology = { vhost: "/", queue: "q", queueId: 1, autoDelete: false, arguments: new Map() } as const;
    applyTopology(state, { type: "queue.declared", ...topology });
    const queue = state.queues.get(1)!;
    queue.live.addRange(0, 20_000);
    queue.segmentedUpTo = 10_000;
    for (let position = 20_000; position-- > 0;) queue.returned(position, position % 300 + 1);
    const files = new MemoryFiles();
    await writeSnapshot(new FileBlocks(files), state, crc32, new Batch(4096), noPause);
    const found = (await readSnapshot(new FileBlocks(files), crc32))!.queues.get(1)!.deliveryCounts!;
    assert.equal(found.size, 10_000, "the others are in the journal");
    for (const [position, count] of found) assert.equal(count, position % 300 + 1);
  });

  it("is salvaged", async () => {
    const first = await storeWith(30);
    first.store.returned(1, 5, 4);
    const second = await first.reopen(SMALL);
    second.enqueue(1, "in the journal");
    second.store.returned(1, 30, 2);
    await second.flush();
    const clock = new FakeClock();
    const after = (delayMs: number, callback: () => void) => clock.after(delayMs, callback);
    const to = new MemoryFiles();
    await salvage({ from: second.files, to, crc32, after });
    assert.deepEqual(countsOf(await TestStore.open(to, SMALL)), [[5, 4], [30, 2]]);
  });
});
