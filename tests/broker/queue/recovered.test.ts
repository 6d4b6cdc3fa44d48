import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EMPTY_TABLE } from "../../../src/wire/field_table.ts";
import type { Queue } from "../../../src/broker/queue/queue.ts";
import { classicQueue } from "../../../src/broker/queue/classic/classic_queue.ts";
import { cachedViewOf } from "../../../src/wire/copy.ts";
import { TestStore } from "../../store/test_store.ts";
import { TestHost } from "./host.ts";

/** Makes a queue with messages 0 and 1 of the ten that it had, as after a restart. */
async function recovered(): Promise<[Queue, TestHost, TestStore]> {
  const before = await TestStore.open();
  before.declare(1);
  before.enqueue(1, ...Array.from({ length: 10 }, (_, i) => `${i}`));
  before.store.settle(1, 2, 8);
  before.store.delivered(1, 1);
  return queueOf(await before.reopen());
}

function queueOf(test: TestStore): [Queue, TestHost, TestStore] {
  const host = new TestHost(test.store);
  const declaration = { name: "q", durable: true, autoDelete: false, owner: null, arguments: EMPTY_TABLE };
  const queue = classicQueue(1, declaration, host.vhost, host);
  queue.recover(new Map(test.store.recovered.queues.map((recovered) => [recovered.queueId, recovered])));
  return [queue, host, test];
}

/** Makes a transient message. */
const transient = ({ messages }: TestHost) =>
  messages.create(cachedViewOf(Uint8Array.of(0, 0)), new Uint8Array(14), 0, 14, 0);

/** Takes all messages, after reading them back; each is its position, and whether it was delivered before. */
async function takeAll(queue: Queue): Promise<[position: number, isRedelivered: boolean][]> {
  const all: [number, boolean][] = [];
  for (let reads = 0; queue.readyCount > 0;) {
    const reading = queue.readNext();
    if (reading === undefined) {
      const { position, isRedelivered } = queue.fetch()!;
      all.push([position, isRedelivered]);
    } else {
      assert.ok(++reads < 10, `${queue.readyCount} messages can't be read`);
      await reading;
    }
  }
  return all;
}

describe("a queue after a restart", () => {
  it("has its remaining messages, and knows which were delivered before", async () => {
    const [queue] = await recovered();
    assert.equal(queue.readyCount, 2);
    assert.deepEqual(await takeAll(queue), [[0, true], [1, false]]);
  });

  it("has messages with their times of arrival, and their deaths", async () => {
    const before = await TestStore.open();
    before.declare(1);
    before.enqueueMarked(1, "a", 0, true);
    before.enqueueMarked(1, "b", 1_700_000_000_000.5);
    const [queue, host] = queueOf(await before.reopen());
    await queue.readNext();
    const { messages } = host;
    for (const [time, hasDied] of [[0, true], [1_700_000_000_000.5, false]]) {
      const { message } = queue.fetch()!;
      assert.deepEqual([messages.time(message), messages.hasDied(message)], [time, hasDied]);
    }
  });

  it("assigns positions to new messages behind all earlier ones", async () => {
    const [queue, host] = await recovered();
    assert.equal(queue.enqueue(transient(host)), 10);
  });

  it("is empty when it is purged during a read", async () => {
    const [queue, , test] = await recovered();
    const reading = queue.readNext();
    assert.equal(queue.purge(), 2);
    await reading;
    assert.equal(queue.readyCount, 0);
    await test.flush();
    assert.deepEqual(await test.bodies(1), []);
  });

  it("ignores what was read when it is deleted meanwhile", async () => {
    const [queue, host] = await recovered();
    const reading = queue.readNext();
    host.store.append({ type: "queue.deleted", vhost: "/", queue: "queue-1", queueId: 1 });
    queue.delete();
    await reading;
    assert.equal(queue.readyCount, 0);
    assert.equal(host.messages.count, 0);
  });

  it("returns a message to its place, in front of those on disk", async () => {
    const [queue] = await recovered();
    await queue.readNext();
    const { message, position } = queue.fetch()!;
    queue.requeue(message, position);
    assert.deepEqual(await takeAll(queue), [[0, true], [1, false]]);
  });

  it("continues with spilled transient messages behind positions that are gone", async () => {
    const [queue, host] = await recovered();
    for (let i = 0; i < 3; i++) queue.enqueue(transient(host));
    await queue.backingQueues[0].paging.spill();
    assert.deepEqual((await takeAll(queue)).map(([position]) => position), [0, 1, 10, 11, 12]);
  });
});
