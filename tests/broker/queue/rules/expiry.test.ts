import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ByteWriter } from "../../../../src/wire/byte_writer.ts";
import { cachedViewOf } from "../../../../src/wire/copy.ts";
import { fieldTable, type PlainTable } from "../../../../src/wire/field_table.ts";
import { PropertiesView, writeContentHeader } from "../../../../src/wire/properties.ts";
import { CONSTRAINED, give } from "../../../../src/broker/routing/give.ts";
import type { Message } from "../../../../src/broker/message/messages.ts";
import { Node } from "../../../../src/broker/node/node.ts";
import { Queue } from "../../../../src/broker/queue/queue.ts";
import { FakeClock } from "../../../fake_clock.ts";
import { consumption, TestReceiver } from "../host.ts";

/** A broker with a queue whose dead messages go to another one. Its time stands still until it is advanced. */
class Test {
  readonly clock = new FakeClock();
  readonly node = new Node({ clock: this.clock, memoryHighWatermarkBytes: Infinity });
  readonly #receiver = new TestReceiver();
  /** Ids of the delivered messages. */
  readonly delivered: (string | undefined)[] = [];
  readonly #vhost = this.node.addVirtualHost("/");
  readonly #graveyard = this.#declare("dead", {});
  readonly queue: Queue;

  constructor(queueArguments: PlainTable) {
    this.queue = this.#declare("q", {
      "x-dead-letter-exchange": "",
      "x-dead-letter-routing-key": "dead",
      ...queueArguments,
    });
    this.#receiver.onDeliver = ({ message }) => this.delivered.push(this.#propertiesOf(message).messageId);
  }

  #declare(name: string, queueArguments: PlainTable): Queue {
    const declaration = { name, durable: true, autoDelete: false, owner: null, arguments: fieldTable(queueArguments) };
    const queue = this.#vhost.declareQueue(declaration);
    assert.ok(queue instanceof Queue);
    return queue;
  }

  consume(): void {
    this.queue.consume(this.#receiver, consumption());
    this.node.endTurn();
  }

  publish(messageId: string, expiration?: string): void {
    const header = new ByteWriter();
    writeContentHeader(header, 0, { messageId, expiration });
    const message = this.node.messages.create(cachedViewOf(Uint8Array.of(0, 0)), header.written(), 0, header.length, 0);
    give(this.node, message, [this.queue], CONSTRAINED);
  }

  #propertiesOf(message: Message): PropertiesView {
    return new PropertiesView(this.node.messages.header(message));
  }

  /** Requeues the message that was delivered last. */
  requeueLast(): void {
    const { message, position } = this.#receiver.delivered.at(-1)!;
    this.queue.requeue(message, position);
  }

  /** Ids of the dead messages, with the reason of their deaths. */
  get dead(): string[] {
    const dead: string[] = [];
    for (let taken = this.#graveyard.fetch(); taken !== undefined; taken = this.#graveyard.fetch()) {
      const { messageId, headers } = this.#propertiesOf(taken.message);
      dead.push(`${messageId}: ${headers?.get("x-first-death-reason")?.value}`);
    }
    return dead;
  }
}

describe("a message with a time to live of 0", () => {
  for (
    const [whose, queueArguments, expiration] of [
      ["the queue", { "x-message-ttl": 0 }, undefined],
      ["the publisher", {}, "0"],
      ["the publisher, in a queue with priorities", { "x-max-priority": 2 }, "0"],
    ] as const
  ) {
    it(`that ${whose} set expires when it is returned in the millisecond in which it came`, () => {
      const test = new Test(queueArguments);
      test.consume();
      test.publish("a", expiration);
      test.node.endTurn();
      assert.deepEqual(test.delivered, ["a"]);
      test.requeueLast();
      test.node.endTurn();
      assert.deepEqual([test.delivered, test.dead, test.queue.readyCount], [["a"], ["a: expired"], 0]);
    });
  }

  it("is delivered when it comes in the turn in which another one is returned", () => {
    const test = new Test({ "x-message-ttl": 0 });
    test.consume();
    test.publish("a");
    test.node.endTurn();
    test.requeueLast();
    test.publish("b");
    test.node.endTurn();
    assert.deepEqual([test.delivered, test.dead], [["a", "b"], ["a: expired"]]);
  });

  // RabbitMQ gives it a millisecond there.
  it("is delivered again when it is returned to a quorum queue in that millisecond, and not after it", async () => {
    const test = new Test({ "x-queue-type": "quorum", "x-message-ttl": 0 });
    test.consume();
    test.publish("a");
    test.node.endTurn();
    test.requeueLast();
    test.node.endTurn();
    assert.deepEqual(test.delivered, ["a", "a"]);
    await test.clock.advance(1);
    test.requeueLast();
    test.node.endTurn();
    assert.deepEqual([test.delivered.length, test.dead], [2, ["a: expired"]]);
  });
});

describe("a message with a time to live", () => {
  it("expires when it is returned in the millisecond in which that ends, and is delivered before", async () => {
    const test = new Test({ "x-message-ttl": 20 });
    test.consume();
    test.publish("a");
    test.node.endTurn();
    await test.clock.advance(19);
    test.requeueLast();
    test.node.endTurn();
    assert.deepEqual(test.delivered, ["a", "a"]);
    await test.clock.advance(1);
    test.requeueLast();
    test.node.endTurn();
    assert.deepEqual([test.delivered.length, test.dead], [2, ["a: expired"]]);
  });
});
