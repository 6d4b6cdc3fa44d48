import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ByteWriter } from "../../../../src/wire/byte_writer.ts";
import { fieldTable } from "../../../../src/wire/field_table.ts";
import { type BasicProperties, PropertiesView, writeContentHeader } from "../../../../src/wire/properties.ts";
import { CONSTRAINED, give, needsOf } from "../../../../src/broker/routing/give.ts";
import type { Message } from "../../../../src/broker/message/messages.ts";
import type { AnyQueue } from "../../../../src/broker/queue/any_queue.ts";
import type { Fetched } from "../../../../src/broker/queue/delivery.ts";
import type { Queue } from "../../../../src/broker/queue/queue.ts";
import { quorumQueue } from "../../../../src/broker/queue/quorum/quorum_queue.ts";
import { cachedViewOf } from "../../../../src/wire/copy.ts";
import { SMALL, TestStore } from "../../../store/test_store.ts";
import { consumption, TestHost, TestReceiver } from "../host.ts";

/** Id of a queue that fills the journal. */
const FILLER = 1000;

type Arguments = Parameters<typeof fieldTable>[0];

/** A quorum queue on a store, with its operations. */
class Test {
  readonly kept: TestStore;
  readonly host: TestHost;
  readonly queue: Queue;

  private constructor(kept: TestStore, queueArguments: Arguments) {
    this.kept = kept;
    this.host = new TestHost(kept.store);
    const id = this.host.nextQueueId();
    const declaration = { name: "q", durable: true, autoDelete: false, owner: null };
    const all = fieldTable({ "x-queue-type": "quorum", ...queueArguments });
    this.queue = quorumQueue(id, { ...declaration, arguments: all }, this.host.vhost, this.host);
  }

  static async open(queueArguments: Arguments = {}): Promise<Test> {
    const kept = await TestStore.open(undefined, SMALL);
    kept.declare(1);
    return new Test(kept, queueArguments);
  }

  /** Restarts the store and the queue. */
  async restart(queueArguments: Arguments = {}): Promise<Test> {
    await this.kept.flush();
    const test = new Test(await this.kept.reopen(SMALL), queueArguments);
    const { topology, queues } = test.kept.store.recovered;
    for (const record of topology) {
      if (record.type === "backing_queue.added") test.queue.recoverBackingQueue(record.priority, record.sequenceId);
    }
    test.queue.recover(new Map(queues.map((recovered) => [recovered.queueId, recovered])));
    return test;
  }

  message(body: string, properties: BasicProperties = {}): Message {
    const header = new ByteWriter();
    writeContentHeader(header, body.length, properties);
    const { messages } = this.host;
    const message = messages.create(cachedViewOf(Uint8Array.of(0, 0)), header.written(), 0, header.length, body.length);
    messages.write(message, 0, new TextEncoder().encode(body), 0, body.length);
    return message;
  }

  publish(...bodies: string[]): void {
    for (const body of bodies) this.publishTo([this.queue], body);
  }

  publishTo(queues: readonly AnyQueue[], body: string, properties: BasicProperties = {}): void {
    give(this.host, this.message(body, properties), queues, needsOf(this.host, queues) | CONSTRAINED);
  }

  /** Takes the next message, after reading it back if necessary. */
  async take(): Promise<Fetched> {
    await this.queue.readNext();
    return this.queue.fetch()!;
  }

  async takeAll(): Promise<Fetched[]> {
    const all: Fetched[] = [];
    while (this.queue.readyCount > 0) all.push(await this.take());
    return all;
  }

  /** Returns the queue's messages in the store. */
  async left(): Promise<string[]> {
    await this.relieve();
    return this.kept.bodies(1);
  }

  /** Makes the store able to read everything back. */
  async relieve(): Promise<void> {
    // With almost nothing in it the journal does not begin another file.
    this.kept.declare(FILLER);
    this.kept.enqueue(FILLER, "filler".repeat(500));
    await this.kept.flush();
    await this.kept.relieve();
  }

  /** Makes messages that were taken leave memory. */
  async forget(...taken: readonly Fetched[]): Promise<void> {
    await this.relieve();
    for (const { message, position } of taken) {
      this.queue.forget(message, position);
      assert.ok(this.host.messages.isAbsent(message));
    }
  }

  body({ shown }: Fetched): string {
    return new TextDecoder().decode(this.host.messages.body(shown));
  }

  bodies(taken: readonly Fetched[]): string[] {
    return taken.map((one) => this.body(one));
  }

  /** Returns the counts of a message's returns in its headers. */
  counts({ shown }: Fetched): unknown[] {
    const { headers } = new PropertiesView(this.host.messages.header(shown)).toObject();
    return ["x-acquired-count", "x-delivery-count"].map((name) => headers?.get(name)?.value);
  }
}

describe("a quorum queue", () => {
  it("delivers returned messages first, in the order in which they were returned, whatever their priorities", async () => {
    const test = await Test.open();
    for (const priority of [0, 9, 4, 31]) test.publishTo([test.queue], `${priority}`, { priority });
    const taken = [await test.take(), await test.take(), await test.take()];
    assert.deepEqual(test.bodies(taken), ["31", "9", "4"]);
    for (const index of [1, 2, 0]) test.queue.requeue(taken[index].message, taken[index].position);
    assert.equal(test.queue.readyCount, 4);
    assert.deepEqual(test.bodies(await test.takeAll()), ["9", "4", "31", "0"]);
  });

  it("counts the returns of a message, and those for which a consumer has failed", async () => {
    const test = await Test.open();
    test.publish("a");
    const first = await test.take();
    assert.deepEqual([first.isRedelivered, test.counts(first)], [false, [undefined, undefined]]);
    test.queue.requeue(first.message, first.position);
    const second = await test.take();
    assert.deepEqual([second.isRedelivered, test.counts(second)], [true, [1n, undefined]]);
    test.queue.fail(second.message, second.position);
    assert.deepEqual(test.counts(await test.take()), [2n, 1n]);
  });

  it("shows the counts in the headers, and keeps the published message", async () => {
    const test = await Test.open();
    const headers = fieldTable({ mine: 1, "x-delivery-count": 7 });
    test.publishTo([test.queue], "a", { headers });
    for (let i = 0; i < 3; i++) {
      const { message, position, shown } = await test.take();
      const properties = new PropertiesView(test.host.messages.header(message)).toObject();
      assert.deepEqual([...properties.headers!], [...headers]);
      if (shown !== message) test.host.messages.release(shown);
      test.queue.fail(message, position);
    }
    const taken = await test.take();
    assert.deepEqual([test.body(taken), test.counts(taken)], ["a", [3n, 3n]]);
    test.host.messages.release(taken.shown);
    test.queue.settle(taken.message, taken.position);
    assert.equal(test.host.messages.count, 0);
  });

  it("shows the counts to consumers too", async () => {
    const test = await Test.open();
    test.publish("a");
    const { message, position } = await test.take();
    test.queue.fail(message, position);
    const receiver = new TestReceiver();
    let counts: unknown[] = [];
    receiver.onDeliver = (delivered) => counts = test.counts(delivered);
    test.queue.consume(receiver, consumption());
    test.host.endTurn();
    assert.deepEqual(counts, [1n, 1n]);
    assert.deepEqual(receiver.messages, [message]);
    assert.equal(test.host.messages.count, 1);
  });

  for (const [limit, times] of [[2, 3], [0, 1], [undefined, 21]] as const) {
    it(`drops a message after ${times} failures when the limit is ${limit ?? "not given"}`, async () => {
      const test = await Test.open(limit === undefined ? {} : { "x-delivery-limit": limit });
      test.publish("a");
      for (let time = 1; time <= times; time++) {
        assert.equal(test.queue.readyCount, 1);
        const { message, position } = await test.take();
        test.queue.fail(message, position);
      }
      assert.deepEqual([test.queue.readyCount, test.queue.unackedCount], [0, 0]);
    });
  }

  it("drops none when the limit is negative", async () => {
    const test = await Test.open({ "x-delivery-limit": -1 });
    test.publish("a");
    for (let time = 0; time < 100; time++) {
      const { message, position } = await test.take();
      test.queue.fail(message, position);
    }
    assert.equal(test.queue.readyCount, 1);
  });

  it("drops a message over the limit that had left memory", async () => {
    const test = await Test.open({ "x-delivery-limit": 0 });
    test.publish("a", "b");
    const taken = await test.take();
    await test.forget(taken);
    test.queue.fail(taken.message, taken.position);
    assert.deepEqual(test.bodies(await test.takeAll()), ["b"]);
    assert.deepEqual(await test.left(), ["b"]);
  });

  it("reads returned messages that left memory when they are next, in the order in which they were returned", async () => {
    const test = await Test.open();
    test.publish(..."abcdefgh");
    const taken: Fetched[] = [];
    while (taken.length < 6) taken.push(await test.take());
    await test.forget(taken[0], taken[1], taken[4]);
    for (const index of [4, 5, 1, 0, 2]) test.queue.requeue(taken[index].message, taken[index].position);
    assert.equal(test.queue.readyCount, 7);
    assert.deepEqual(test.bodies(await test.takeAll()), [..."efbacgh"]);
  });

  it("recovers the counts of returns after a restart, which returns unacknowledged messages too", async () => {
    const before = await Test.open();
    before.publishTo([before.queue], "high", { priority: 9, deliveryMode: 2 });
    before.publish("low", "fresh");
    const [high, low] = [await before.take(), await before.take()];
    before.queue.fail(high.message, high.position);
    const again = await before.take();
    before.queue.requeue(again.message, again.position);
    assert.equal(before.body(low), "low");
    const test = await before.restart();
    const taken = await test.takeAll();
    assert.deepEqual(test.bodies(taken), ["high", "low", "fresh"]);
    assert.deepEqual(taken.map((one) => test.counts(one)), [[2n, 1n], [1n, 1n], [undefined, undefined]]);
  });

  it("stores transient messages, even those that go to a queue that does not", async () => {
    const before = await Test.open();
    const other = before.host.queue({ durable: true });
    before.kept.declare(other.id);
    before.publishTo([other, before.queue], "transient");
    before.publishTo([before.queue, other], "persistent", { deliveryMode: 2 });
    before.host.storedSequences.get(other.id)!.leaveMemory(Infinity);
    const inMemory: Message[] = [];
    other.backingQueues[0].ready.forEach((message) => inMemory.push(message));
    assert.equal(inMemory.length, 1);
    await before.relieve();
    assert.deepEqual(await before.kept.bodies(other.id), ["persistent"]);
    const test = await before.restart();
    assert.deepEqual(test.bodies(await test.takeAll()), ["transient", "persistent"]);
  });

  it("is purged of returned messages too, wherever they are", async () => {
    const test = await Test.open();
    test.publish(..."abcd");
    const taken = [await test.take(), await test.take(), await test.take()];
    await test.forget(taken[0]);
    for (const { message, position } of taken.slice(0, 2)) test.queue.requeue(message, position);
    assert.equal(test.queue.purge(), 3);
    assert.deepEqual(await test.left(), ["c"]);
    test.queue.fail(taken[2].message, taken[2].position);
    assert.deepEqual(test.bodies(await test.takeAll()), ["c"]);
  });

  it("drops returned messages first when it is too long", async () => {
    const test = await Test.open({ "x-max-length": 2 });
    test.publish("a", "b");
    const { message, position } = await test.take();
    test.publish("c");
    test.queue.requeue(message, position);
    test.host.endTurn();
    assert.deepEqual(test.bodies(await test.takeAll()), ["b", "c"]);
  });

  it("expires returned messages", async () => {
    const test = await Test.open({ "x-message-ttl": 100 });
    test.publish("a", "b");
    const { message, position } = await test.take();
    await test.host.clock.advance(50);
    test.queue.requeue(message, position);
    test.host.endTurn();
    await test.host.clock.advance(49);
    assert.equal(test.queue.readyCount, 2);
    await test.host.clock.advance(2);
    assert.equal(test.queue.readyCount, 0);
    assert.deepEqual(await test.left(), []);
  });

  it("is not used by being declared again", async () => {
    const test = await Test.open({ "x-expires": 100 });
    test.queue.touch();
    await test.host.clock.advance(60);
    test.queue.declaredAgain();
    await test.host.clock.advance(60);
    assert.equal(test.queue.isDeleted, true);
  });

  it("is never exclusive", async () => {
    const { queue } = await Test.open({ "x-single-active-consumer": true });
    queue.consume(new TestReceiver(), consumption({ exclusive: true }));
    assert.deepEqual([queue.consumers.isClosedTo(true), queue.consumers.isClosedTo(false)], [false, false]);
  });

  it("drops its head where a classic queue would dead-letter refused messages", async () => {
    const test = await Test.open({ "x-max-length": 1, "x-overflow": "reject-publish-dlx" });
    test.publish("a", "b");
    assert.deepEqual(test.bodies(await test.takeAll()), ["b"]);
  });
});
