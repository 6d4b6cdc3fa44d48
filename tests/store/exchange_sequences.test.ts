import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EMPTY_TABLE } from "../../src/wire/field_table.ts";
import { crc32 } from "../../src/store/crc32.ts";
import { MemoryFiles } from "../../src/store/memory_files.ts";
import { formatInspection, inspect } from "../../src/store/offline/inspect.ts";
import { salvage } from "../../src/store/offline/salvage.ts";
import { survey } from "../../src/store/offline/survey.ts";
import { FakeClock } from "../fake_clock.ts";
import { segmentsOf, SMALL, TestStore } from "./test_store.ts";

const EXCHANGE = {
  type: "exchange.declared",
  vhost: "/",
  exchange: "x",
  exchangeType: "fanout",
  autoDelete: false,
  internal: false,
  arguments: EMPTY_TABLE,
} as const;
const SEQUENCE = { type: "sequence.added", vhost: "/", exchange: "x", purpose: "delayed", sequenceId: 2 } as const;

/** Queue 1, and exchange x with sequence 2; each has messages, and one is in both. */
async function storeWithSequence(): Promise<TestStore> {
  const test = await TestStore.open(new MemoryFiles(), SMALL);
  test.declare(1);
  test.store.append(EXCHANGE);
  test.store.append(SEQUENCE);
  test.enqueue([1, 2], "both");
  test.enqueueMarked(2, "later", 1234);
  return test;
}

describe("a sequence of messages of a durable exchange", () => {
  it("has messages and positions of its own, and is there again at the next start", async () => {
    const first = await storeWithSequence();
    first.store.settle(2, 0, 1);
    const test = await first.reopen(SMALL);
    const { topology, queues, lastQueueId } = test.store.recovered;
    assert.deepEqual(topology.map(({ type }) => type), ["exchange.declared", "queue.declared", "sequence.added"]);
    assert.deepEqual(topology[2], SEQUENCE);
    assert.equal(lastQueueId, 2);
    const sequence = queues.find(({ queueId }) => queueId === 2)!;
    assert.deepEqual([sequence.count, sequence.nextPosition], [1, 2]);
    assert.deepEqual(await test.bodies(2), ["later"]);
    assert.deepEqual(await test.marks(2), [[1, 1234, false]]);
    await test.store.close();
  });

  it("is gone when it was removed, and its segments are", async () => {
    const test = await (await storeWithSequence()).reopen(SMALL);
    test.store.settle(1, 0, 1);
    assert.equal((await segmentsOf(test.files)).length, 1);
    test.store.append({ type: "sequence.removed", sequenceId: 2 });
    test.store.append({ type: "exchange.deleted", vhost: "/", exchange: "x" });
    await test.flush();
    await test.clock.advance(100);
    assert.deepEqual(await segmentsOf(test.files), []);
    const again = await test.reopen(SMALL);
    assert.deepEqual(again.store.recovered.queues.map(({ queueId }) => queueId), [1]);
    assert.equal(again.store.recovered.lastQueueId, 2);
    await again.store.close();
  });

  it("stays for the broker to remove when the process ended between the records of both", async () => {
    const first = await storeWithSequence();
    first.store.append({ type: "exchange.deleted", vhost: "/", exchange: "x" });
    const test = await first.reopen(SMALL);
    const { topology, queues } = test.store.recovered;
    assert.deepEqual(topology.map(({ type }) => type), ["queue.declared", "sequence.added"]);
    assert.deepEqual(queues.map(({ queueId }) => queueId), [1, 2]);
    const found = inspect(await survey(test.files, crc32));
    assert.deepEqual(found.queues.map(({ name }) => name), ["queue-1"]);
    await test.store.close();
  });

  it("is told by its exchange when a folder is inspected, and salvaged as it is", async () => {
    const before = await storeWithSequence();
    await before.store.close();
    const found = inspect(await survey(before.files, crc32));
    assert.deepEqual(found.queues.map(({ name, id, messages }) => [String(name), id, messages]), [
      ["queue-1", 1, 1],
      ["(the delayed messages of exchange 'x')", 2, 2],
    ]);
    assert.match(formatInspection(found, String), /the delayed messages of exchange 'x'/);
    const to = new MemoryFiles();
    const clock = new FakeClock();
    await salvage({ from: before.files, to, crc32, after: (delayMs, callback) => clock.after(delayMs, callback) });
    const test = await TestStore.open(to, SMALL);
    assert.deepEqual(test.store.recovered.topology[2], SEQUENCE);
    assert.deepEqual(await test.bodies(2), ["both", "later"]);
    await test.store.close();
  });
});
