import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Binding } from "../../../../src/broker/exchange/binding.ts";
import { ByteWriter } from "../../../../src/wire/byte_writer.ts";
import { EMPTY_TABLE, fieldTable, type PlainTable } from "../../../../src/wire/field_table.ts";
import { PropertiesView, writeContentHeader } from "../../../../src/wire/properties.ts";
import { REFUSED } from "../../../../src/broker/message/receipt.ts";
import { CONSTRAINED, give, needsOf } from "../../../../src/broker/routing/give.ts";
import { Node } from "../../../../src/broker/node/node.ts";
import { Queue } from "../../../../src/broker/queue/queue.ts";

import type { VirtualHost } from "../../../../src/broker/topology/vhost.ts";
import { cachedViewOf } from "../../../../src/wire/copy.ts";
import { FakeClock } from "../../../fake_clock.ts";
import { SMALL, TestStore } from "../../../store/test_store.ts";

const TRY_AGAIN_MS = 1000;
/** Id of a queue that fills the journal. */
const FILLER = 1000;

/** A broker with a quorum queue whose dead messages go to an exchange. */
class Test {
  readonly kept: TestStore;
  readonly clock = new FakeClock();
  readonly reports: string[] = [];
  readonly node: Node;
  readonly vhost: VirtualHost;
  readonly source: Queue;

  private constructor(kept: TestStore, queueArguments: PlainTable) {
    this.kept = kept;
    this.node = new Node({
      clock: this.clock,
      store: kept.store,
      memoryHighWatermarkBytes: Infinity,
      report: (line) => this.reports.push(line),
    });
    this.vhost = this.node.addVirtualHost("/");
    const source = this.declare("source", true, {
      "x-queue-type": "quorum",
      "x-dead-letter-exchange": "dlx",
      "x-dead-letter-routing-key": "dead",
      "x-dead-letter-strategy": "at-least-once",
      "x-overflow": "reject-publish",
      ...queueArguments,
    });
    assert.ok(source instanceof Queue);
    this.source = source;
  }

  static async open(queueArguments: PlainTable = {}): Promise<Test> {
    return new Test(await TestStore.open(undefined, SMALL), queueArguments);
  }

  async restart(): Promise<Test> {
    await this.kept.flush();
    return new Test(await this.kept.reopen(SMALL), {});
  }

  declare(name: string, durable: boolean, queueArguments: PlainTable = {}): Queue {
    const declaration = { name, durable, autoDelete: false, owner: null, arguments: fieldTable(queueArguments) };
    const queue = this.vhost.declareQueue(declaration);
    assert.ok(queue instanceof Queue);
    return queue;
  }

  declareExchange(): void {
    const declaration = { name: "dlx", type: "fanout", durable: false, autoDelete: false, internal: false };
    this.vhost.declareExchange({ ...declaration, arguments: EMPTY_TABLE });
  }

  /** Declares a queue that is bound to the dead letter exchange. */
  bind(name: string, queueArguments: PlainTable = {}): Queue {
    const queue = this.declare(name, false, queueArguments);
    this.vhost.bind(new Binding(this.vhost.exchange("dlx"), queue, "", EMPTY_TABLE));
    return queue;
  }

  /** Publishes a message. Returns whether it was taken. */
  publish(queue: Queue, body: string): boolean {
    const header = new ByteWriter();
    writeContentHeader(header, body.length, {});
    const { messages } = this.node;
    const message = messages.create(cachedViewOf(Uint8Array.of(0, 0)), header.written(), 0, header.length, body.length);
    messages.write(message, 0, new TextEncoder().encode(body), 0, body.length);
    const isTaken = give(this.node, message, [queue], needsOf(this.node, [queue]) | CONSTRAINED) !== REFUSED;
    this.node.endTurn();
    return isTaken;
  }

  /** Publishes messages to the source and rejects each. */
  die(...bodies: string[]): void {
    for (const body of bodies) {
      this.publish(this.source, body);
      const { message, position } = this.source.fetch()!;
      this.source.reject(message, position);
      this.node.endTurn();
    }
  }

  async tryAgain(): Promise<void> {
    await this.clock.advance(TRY_AGAIN_MS);
  }

  /** Takes all messages out of a queue. */
  async drain(queue: Queue): Promise<string[]> {
    const bodies: string[] = [];
    while (queue.readyCount > 0) {
      await queue.readNext();
      const { message, position } = queue.fetch()!;
      bodies.push(new TextDecoder().decode(this.node.messages.body(message)));
      queue.settle(message, position);
      this.node.endTurn();
    }
    return bodies;
  }

  /** Returns the source's messages in the store. */
  async left(): Promise<string[]> {
    await this.relieve();
    return this.kept.bodies(this.source.id);
  }

  /** Makes the store able to read everything back. */
  async relieve(): Promise<void> {
    this.kept.declare(FILLER, "filler");
    this.kept.enqueue(FILLER, "filler".repeat(500));
    await this.kept.flush();
    await this.kept.relieve();
  }
}

describe("at-least-once dead letters of a quorum queue", () => {
  it("are published to the dead letter exchange, with their death in the headers", async () => {
    const test = await Test.open();
    test.declareExchange();
    const target = test.bind("target");
    test.die("a");
    const { message } = target.fetch()!;
    const { headers } = new PropertiesView(test.node.messages.header(message)).toObject();
    assert.equal(headers!.get("x-first-death-reason")!.value, "rejected");
    assert.deepEqual(await test.left(), []);
    assert.equal(test.node.messages.count, 1);
  });

  it("stay as long as there is no exchange for them, or no queue", async () => {
    const test = await Test.open();
    test.die("a", "b");
    await test.tryAgain();
    test.declareExchange();
    await test.tryAgain();
    assert.deepEqual([test.source.readyCount, test.source.unackedCount], [0, 0]);
    assert.deepEqual(await test.left(), ["a", "b"]);
    assert.deepEqual(test.reports, [
      "dead messages of queue 'source' stay in it until its dead letter exchange, 'dlx', is there and routes them to a queue",
    ]);
    const target = test.bind("target");
    await test.tryAgain();
    assert.deepEqual(await test.drain(target), ["a", "b"]);
    assert.deepEqual(await test.left(), []);
    assert.equal(test.node.messages.count, 0);
  });

  it("stay as long as a queue refuses them, and are not published again to one that took them", async () => {
    const test = await Test.open();
    test.declareExchange();
    const [open, full] = [test.bind("open"), test.bind("full", { "x-max-length": 1, "x-overflow": "reject-publish" })];
    test.publish(full, "earlier");
    test.die("a");
    await test.tryAgain();
    assert.deepEqual(await test.drain(full), ["earlier"]);
    await test.tryAgain();
    await test.tryAgain();
    assert.deepEqual([await test.drain(open), await test.drain(full)], [["a"], ["a"]]);
    assert.deepEqual(await test.left(), []);
  });

  it("are done when the queue that refused them is deleted, and another one has taken them", async () => {
    const test = await Test.open();
    test.declareExchange();
    const [open, full] = [test.bind("open"), test.bind("full", { "x-max-length": 0, "x-overflow": "reject-publish" })];
    test.die("a");
    test.vhost.removeQueue(full);
    await test.tryAgain();
    assert.deepEqual(await test.drain(open), ["a"]);
    assert.deepEqual(await test.left(), []);
  });

  it("count for the length limit until then", async () => {
    const test = await Test.open({ "x-max-length": 2, "x-max-length-bytes": 100 });
    test.die("a", "b");
    assert.equal(test.publish(test.source, "c"), false);
    test.declareExchange();
    const target = test.bind("target");
    await test.tryAgain();
    assert.equal(test.publish(test.source, "d"), true);
    assert.equal(test.publish(test.source, "x".repeat(100)), false);
    assert.equal(test.publish(test.source, "x".repeat(99)), true);
    assert.equal(target.readyCount, 2);
  });

  it("wait in order and outside memory when they are many, and all arrive", async () => {
    const test = await Test.open();
    const bodies = Array.from({ length: 3000 }, (_, number) => `${number}`.padEnd(100));
    test.die(...bodies);
    const bytes = test.node.messages.liveBytes;
    await test.relieve();
    assert.ok(test.node.messages.liveBytes < bytes * 0.4, `${test.node.messages.liveBytes} of ${bytes} bytes are left`);
    test.declareExchange();
    const target = test.bind("target");
    await test.tryAgain();
    assert.deepEqual(await test.drain(target), bodies);
    assert.equal(test.node.messages.count, 0);
  });

  it("are all tried at once when their exchange is declared, in as many turns as necessary", async () => {
    const test = await Test.open();
    const bodies = Array.from({ length: 3000 }, (_, number) => `${number}`);
    test.die(...bodies);
    test.declareExchange();
    const target = test.bind("target");
    await test.tryAgain();
    assert.equal(target.readyCount, bodies.length);
    assert.deepEqual(await test.drain(target), bodies);
  });

  it("are in their queue again after a restart", async () => {
    const before = await Test.open();
    before.die("a");
    const test = await before.restart();
    assert.deepEqual([test.source.readyCount, await test.drain(test.source)], [1, ["a"]]);
  });

  it("are purged, and deleted, with their queue", async () => {
    const test = await Test.open();
    test.die("a", "b");
    assert.equal(test.source.purge(), 2);
    assert.deepEqual(await test.left(), []);
    test.die("c");
    test.vhost.removeQueue(test.source);
    await test.tryAgain();
    assert.equal(test.node.messages.count, 0);
  });

  it("are dropped when the queue is no longer to keep any", async () => {
    const test = await Test.open();
    test.die("a", "b");
    test.source.apply({ ...test.source.settings, deadLetterStrategy: "at-most-once" });
    assert.deepEqual(test.reports.slice(1), ["2 dead messages of queue 'source' were dropped: it keeps none any more"]);
    assert.deepEqual(await test.left(), []);
  });

  it("are sent at most once when the queue drops its head", async () => {
    const test = await Test.open({ "x-overflow": "drop-head" });
    test.die("a");
    assert.deepEqual(await test.left(), []);
  });

  it("may have expired, or exceeded the delivery limit", async () => {
    const test = await Test.open({ "x-message-ttl": 10, "x-delivery-limit": 0 });
    test.publish(test.source, "expired");
    await test.clock.advance(20);
    test.publish(test.source, "failed");
    const { message, position } = test.source.fetch()!;
    test.source.fail(message, position);
    test.node.endTurn();
    assert.deepEqual([test.source.readyCount, test.source.unackedCount], [0, 0]);
    test.declareExchange();
    const target = test.bind("target");
    await test.tryAgain();
    assert.deepEqual(await test.drain(target), ["expired", "failed"]);
  });
});
