import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PlainTable, PlainValue } from "../../../../src/wire/field_table.ts";
import { Queue } from "../../../../src/broker/queue/queue.ts";
import { TestBroker } from "../../test_broker.ts";

/** Starts a broker with a durable queue without duplicates, bound to a fanout exchange. */
async function opened(type: string, queueArguments: PlainTable = {}): Promise<TestBroker> {
  const broker = await TestBroker.open();
  broker.exchange("x", "fanout");
  broker.queue("q", { "x-queue-type": type, "x-message-deduplication": true, ...queueArguments });
  broker.bind("x", "q");
  return broker;
}

function queueOf(broker: TestBroker): Queue {
  const queue = broker.vhost.queue("q", null);
  assert(queue instanceof Queue);
  return queue;
}

const known = (by: PlainValue, body = String(by)) => ({ body, headers: { "x-deduplication-header": by } });
const publishAll = (broker: TestBroker, ...identities: PlainValue[]) =>
  identities.map((identity) => broker.publish("x", known(identity)));

for (const type of ["classic", "quorum"]) {
  describe(`a ${type} queue without duplicates`, () => testType(type));
}

function testType(type: string): void {
  it("refuses a message while an equal one is in it", async () => {
    const broker = await opened(type);
    assert.deepEqual(publishAll(broker, "a", "b", "a"), [true, true, false]);
    assert.deepEqual(await broker.bodies("q"), ["a", "b"]);
    assert.deepEqual(publishAll(broker, "a"), [true]);
    await broker.close();
  });

  it("accepts any number of messages without an identity", async () => {
    const broker = await opened(type);
    for (let i = 0; i < 3; i++) assert.equal(broker.publish("x", { body: "same" }), true);
    assert.equal(queueOf(broker).identityCount, 0);
    await broker.close();
  });

  it("contains a message until it is settled, even while it is returned", async () => {
    const broker = await opened(type);
    publishAll(broker, "a");
    const queue = queueOf(broker);
    const first = queue.fetch()!;
    assert.deepEqual(publishAll(broker, "a"), [false]);
    queue.requeue(first.message, first.position);
    broker.node.endTurn();
    assert.deepEqual(publishAll(broker, "a"), [false]);
    const second = queue.fetch()!;
    queue.reject(second.message, second.position);
    broker.node.endTurn();
    assert.deepEqual(publishAll(broker, "a"), [true]);
    await broker.close();
  });

  it("contains a delivered message even if it could leave memory", async () => {
    const broker = await opened(type);
    publishAll(broker, "a", "b".repeat(2000));
    await broker.leaveMemory();
    const queue = queueOf(broker);
    await queue.readNext();
    const { message, position } = queue.fetch()!;
    queue.forget(message, position);
    queue.settle(message, position);
    assert.deepEqual(publishAll(broker, "a", "b".repeat(2000)), [true, false]);
    await broker.close();
  });

  it("contains nothing after a purge", async () => {
    const broker = await opened(type);
    publishAll(broker, "a", "b");
    queueOf(broker).purge();
    assert.equal(queueOf(broker).identityCount, 0);
    assert.deepEqual(publishAll(broker, "a", "b"), [true, true]);
    await broker.close();
  });

  it("does not contain a message that it dropped for a limit", async () => {
    const broker = await opened(type, { "x-max-length": 1 });
    assert.deepEqual(publishAll(broker, "a", "b", "a"), [true, true, true]);
    assert.deepEqual(await broker.bodies("q"), ["a"]);
    await broker.close();
  });

  it("accepts a message when an equal one has expired, at the front or not", async () => {
    const broker = await opened(type);
    publishAll(broker, "stays");
    broker.publish("x", { ...known("a"), expiration: "100" });
    await broker.advance(99);
    assert.deepEqual(publishAll(broker, "a"), [false]);
    await broker.advance(1);
    assert.deepEqual(publishAll(broker, "a", "a"), [true, false]);
    await broker.close();
  });

  it("accepts a message when an equal one has reached the queue's time to live", async () => {
    const broker = await opened(type, { "x-message-ttl": 1000 });
    publishAll(broker, "a");
    await broker.advance(999);
    assert.deepEqual(publishAll(broker, "a"), [false]);
    await broker.advance(2);
    assert.deepEqual(publishAll(broker, "a"), [true]);
    await broker.close();
  });

  it("dead-letters refused messages", async () => {
    const broker = await opened(type, { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead" });
    broker.queue("dead");
    publishAll(broker, "a", "a");
    const [letter] = await broker.drain("dead");
    assert.equal(letter.body, "a");
    assert.equal(letter.headers["x-first-death-reason"], "maxlen");
    await broker.close();
  });

  it("refuses duplicates of messages from before a restart", async () => {
    const before = await opened(type);
    publishAll(before, "a", "b", "c");
    const queue = queueOf(before);
    const { message, position } = queue.fetch()!;
    queue.settle(message, position);
    const broker = await before.restart();
    await broker.quiet();
    assert.equal(queueOf(broker).identityCount, 2);
    assert.deepEqual(publishAll(broker, "a", "b", "c"), [true, false, false]);
    assert.deepEqual(await broker.bodies("q"), ["b", "c", "a"]);
    assert.equal(queueOf(broker).identityCount, 0);
    await broker.close();
  });

  it("refuses them whatever their priorities are", async () => {
    const before = await opened(type, type === "classic" ? { "x-max-priority": 5 } : {});
    publishAll(before, "a");
    before.publish("x", { ...known("b"), priority: 5 });
    const broker = await before.restart();
    await broker.quiet();
    assert.deepEqual(publishAll(broker, "a", "b", "c"), [false, false, true]);
    assert.deepEqual(await broker.bodies("q"), ["b", "a", "c"]);
    await broker.close();
  });
}

describe("a quorum queue without duplicates", () => {
  it("contains a returned message, until it exceeds the delivery limit", async () => {
    const broker = await opened("quorum", { "x-delivery-limit": 1 });
    publishAll(broker, "a");
    const queue = queueOf(broker);
    for (let failures = 0; failures < 2; failures++) {
      assert.deepEqual(publishAll(broker, "a"), [false]);
      await queue.readNext();
      const { message, position, shown } = queue.fetch()!;
      if (shown !== message) broker.node.messages.release(shown);
      queue.fail(message, position);
      broker.node.endTurn();
    }
    assert.equal(queue.identityCount, 0);
    assert.deepEqual(publishAll(broker, "a"), [true]);
    await broker.close();
  });

  it("accepts a message while an equal dead one waits for its dead letter queue", async () => {
    const broker = await opened("quorum", {
      "x-dead-letter-exchange": "missing",
      "x-dead-letter-strategy": "at-least-once",
      "x-overflow": "reject-publish",
    });
    publishAll(broker, "a");
    const queue = queueOf(broker);
    const { message, position } = queue.fetch()!;
    queue.reject(message, position);
    broker.node.endTurn();
    assert.deepEqual(publishAll(broker, "a", "a"), [true, false]);
    queue.purge();
    assert.equal(queue.identityCount, 0);
    await broker.close();
  });
});

describe("x-message-deduplication", () => {
  it("has no effect on a queue when it is not true", async () => {
    const broker = await TestBroker.open();
    broker.exchange("x", "fanout");
    broker.queue("q", { "x-message-deduplication": false });
    broker.bind("x", "q");
    assert.deepEqual(publishAll(broker, "a", "a"), [true, true]);
    await broker.close();
  });

  it("has no effect on a stream", async () => {
    const broker = await TestBroker.open();
    broker.exchange("x", "fanout");
    broker.queue("q", { "x-message-deduplication": true, "x-queue-type": "stream" });
    broker.bind("x", "q");
    assert.deepEqual(publishAll(broker, "a", "a"), [true, true]);
    await broker.close();
  });
});
