import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MessageTotals } from "../../../src/broker/queue/message_totals.ts";
import { createMessage } from "../../../src/broker/message/create_message.ts";
import type { Message } from "../../../src/broker/message/messages.ts";
import { RingTotals } from "../../../src/broker/queue/paging/ring_totals.ts";
import type { Fetched } from "../../../src/broker/queue/delivery.ts";
import type { Queue } from "../../../src/broker/queue/queue.ts";
import { UnackedTotals, unackedTotals } from "../../../src/broker/session/unacked_totals.ts";
import { NO_MESSAGE } from "../../../src/broker/message/messages.ts";
import { cachedViewOf } from "../../../src/wire/copy.ts";
import { TestBroker } from "../test_broker.ts";
import { TestHost } from "./host.ts";

const shown = ({ count, bytes, persistentCount, persistentBytes }: MessageTotals) => [
  count,
  bytes,
  persistentCount,
  persistentBytes,
];

/** Returns the totals of a queue, of whose messages `fetched` are unacknowledged. */
const totalsOf = (queue: Queue, { node }: TestBroker, fetched: readonly Fetched[] = []) => {
  const { ready, readyInMemory } = queue.totals;
  const totals = unackedTotals((visit) => fetched.forEach(({ message }) => visit(message, queue)), node.messages);
  const { all, inMemory } = totals.get(queue) ?? new UnackedTotals();
  assert.equal(queue.unackedCount, all.count);
  return {
    ready: shown(ready),
    readyInMemory: shown(readyInMemory),
    unacked: shown(all),
    unackedInMemory: shown(inMemory),
  };
};

const BODY = "x".repeat(1000);

/** Starts a broker with an exchange that routes to one queue. */
async function openBroker(queueArguments: { readonly [name: string]: string } = {}, durable = true) {
  const broker = await TestBroker.open();
  broker.exchange("x", "fanout");
  const queue = broker.queue("q", queueArguments, durable);
  broker.bind("x", "q");
  return { broker, queue };
}

describe("the totals of a queue", () => {
  it("cover ready, unacknowledged and persistent messages with their bytes", async () => {
    const { broker, queue } = await openBroker();
    broker.publish("x", { body: "12345" });
    broker.publish("x", { body: "123", persistent: false });
    broker.publish("x", { body: "1" });
    const fetched = [queue.fetch()!, queue.fetch()!];
    assert.deepEqual(totalsOf(queue, broker, fetched), {
      ready: [1, 1, 1, 1],
      readyInMemory: [1, 1, 1, 1],
      unacked: [2, 8, 1, 5],
      unackedInMemory: [2, 8, 1, 5],
    });
    queue.settle(fetched[0].message, fetched[0].position);
    queue.requeue(fetched[1].message, fetched[1].position);
    assert.deepEqual(totalsOf(queue, broker).ready, [2, 4, 1, 1]);
    const { message, position } = queue.fetch(true)!;
    assert.deepEqual(totalsOf(queue, broker).unacked, [0, 0, 0, 0]);
    queue.release(message, position);
    await broker.close();
  });

  it("count all messages of a quorum queue as persistent, and none of a transient queue", async () => {
    for (const [type, durable, persistent] of [["quorum", true, 2], ["classic", false, 0]] as const) {
      const { broker, queue } = await openBroker({ "x-queue-type": type }, durable);
      broker.publish("x", { body: "1" });
      broker.publish("x", { body: "1", persistent: false });
      assert.deepEqual(totalsOf(queue, broker).ready, [2, 2, persistent, persistent]);
      const fetched = [queue.fetch()!, queue.fetch()!];
      assert.deepEqual(totalsOf(queue, broker, fetched).unacked, [2, 2, persistent, persistent]);
      await broker.close();
    }
  });

  for (const type of ["classic", "quorum"]) {
    it(`of a ${type} queue cover messages that left memory, ready or not`, async () => {
      const { broker, queue } = await openBroker({ "x-queue-type": type });
      for (let number = 0; number < 500; number++) broker.publish("x", { body: BODY });
      await broker.leaveMemory();
      const { ready, readyInMemory } = queue.totals;
      assert.deepEqual(shown(ready), [500, 500_000, 500, 500_000]);
      assert.ok(readyInMemory.count < 500, "messages have left memory");
      assert.equal(readyInMemory.bytes, readyInMemory.count * BODY.length);

      await queue.readNext();
      const fetched = queue.fetch()!;
      queue.forget(fetched.message, fetched.position);
      const { ready: left, unacked, unackedInMemory } = totalsOf(queue, broker, [fetched]);
      assert.deepEqual(left, [499, 499_000, 499, 499_000]);
      assert.deepEqual([unacked, unackedInMemory], [[1, 1000, 1, 1000], [0, 0, 0, 0]]);
      assert.equal(queue.stats.diskReads, broker.node.diskCounts.reads);
      assert.ok(queue.stats.diskReads > 0, "messages were read");
      assert.deepEqual([queue.stats.diskWrites, broker.node.diskCounts.writes], [500, 500]);

      queue.requeue(fetched.message, fetched.position);
      assert.deepEqual(totalsOf(queue, broker).ready, [500, 500_000, 500, 500_000]);
      await broker.drain("q");
      assert.deepEqual(totalsOf(queue, broker), {
        ready: [0, 0, 0, 0],
        readyInMemory: [0, 0, 0, 0],
        unacked: [0, 0, 0, 0],
        unackedInMemory: [0, 0, 0, 0],
      });
      await broker.close();
    });

    it(`of a ${type} queue are recovered after a restart`, async () => {
      const { broker: before } = await openBroker({ "x-queue-type": type });
      for (let number = 0; number < 100; number++) before.publish("x", { body: BODY });
      const broker = await before.restart();
      const queue = broker.vhost.queues.get("q") as Queue;
      assert.deepEqual(totalsOf(queue, broker).ready, [100, 100_000, 100, 100_000]);
      assert.equal(queue.purge(), 100);
      assert.deepEqual(totalsOf(queue, broker).ready, [0, 0, 0, 0]);
      await broker.close();
    });
  }

  it("of a stream cover the messages that retention has kept, with or without consumers", () => {
    const host = new TestHost();
    const stream = host.stream();
    for (let number = 0; number < 10; number++) {
      stream.enqueue(host.messages.create(cachedViewOf(Uint8Array.of(0, 0)), new Uint8Array(14), 0, 14, 7));
    }
    host.endTurn();
    assert.deepEqual(shown(stream.totals.ready), [10, 70, 10, 70]);
    assert.equal(unackedTotals((visit) => visit(NO_MESSAGE, stream), host.messages).size, 0);
  });
});

describe("the timestamp at the head of a queue", () => {
  it("is that of the next message, if it has one", () => {
    const host = new TestHost();
    const queue = host.queue();
    assert.equal(queue.headTimestamp, undefined);
    for (const timestamp of [1234n, undefined]) {
      queue.enqueue(createMessage(host.messages, { exchange: "", routingKey: "" }, { timestamp }, new Uint8Array()));
    }
    assert.equal(queue.headTimestamp, 1234n);
    queue.fetch();
    assert.equal(queue.headTimestamp, undefined);
  });
});

describe("the totals of a long queue", () => {
  it("are exact while messages come and go between two readings", () => {
    const host = new TestHost();
    const { messages } = host;
    const held: Message[] = [];
    const ring = { first: 0, end: 0, at: (position: number) => held[position] };
    const ringTotals = new RingTotals();
    let bytes = 0;
    for (let look = 0; look < 60; look++) {
      for (let i = (look * 7919) % 5000; i > 0; i--) {
        const bodyBytes = i % 13;
        held[ring.end++] = messages.create(cachedViewOf(Uint8Array.of(0, 0)), new Uint8Array(14), 0, 14, bodyBytes);
        bytes += bodyBytes;
      }
      for (let i = (look * 6007) % 4500; i > 0 && ring.first < ring.end; i--) {
        bytes -= messages.bodyBytes(held[ring.first]);
        messages.release(held[ring.first++]);
      }
      const totals = new MessageTotals();
      ringTotals.addTo(totals, ring, messages);
      assert.deepEqual([totals.count, totals.bytes], [ring.end - ring.first, bytes], `look ${look}`);
    }
  });
});
