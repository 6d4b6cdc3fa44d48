import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PlainTable, PlainValue } from "../../../src/wire/field_table.ts";
import { DeduplicatingQueue } from "../../../src/broker/queue/deduplicating_queue.ts";
import { TestBroker } from "../test_broker.ts";

/** A broker with a durable queue that takes no duplicates, bound to a fanout exchange. */
async function opened(queueArguments: PlainTable = {}): Promise<TestBroker> {
  const broker = await TestBroker.open();
  broker.exchange("x", "fanout");
  broker.queue("q", { "x-message-deduplication": true, ...queueArguments });
  broker.bind("x", "q");
  return broker;
}

function queueOf(broker: TestBroker): DeduplicatingQueue {
  const queue = broker.vhost.queue("q", null);
  assert(queue instanceof DeduplicatingQueue);
  return queue;
}

const known = (by: PlainValue, body = String(by)) => ({ body, headers: { "x-deduplication-header": by } });
const publishAll = (broker: TestBroker, ...identities: PlainValue[]) =>
  identities.map((identity) => broker.publish("x", known(identity)));

describe("a queue that takes no duplicates", () => {
  it("refuses a message while one like it is in it", async () => {
    const broker = await opened();
    assert.deepEqual(publishAll(broker, "a", "b", "a"), [true, true, false]);
    assert.deepEqual(await broker.bodies("q"), ["a", "b"]);
    assert.deepEqual(publishAll(broker, "a"), [true]);
    await broker.close();
  });

  it("takes as many as come of messages that are not known by anything", async () => {
    const broker = await opened();
    for (let i = 0; i < 3; i++) assert.equal(broker.publish("x", { body: "same" }), true);
    assert.equal(queueOf(broker).identityCount, 0);
    await broker.close();
  });

  it("knows a message until it is settled, and while it goes back", async () => {
    const broker = await opened();
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

  it("knows a message that was handed out though it could leave memory", async () => {
    const broker = await opened();
    publishAll(broker, "a", "b".repeat(2000));
    await broker.leaveMemory();
    const queue = queueOf(broker);
    await queue.readNext();
    const { message, position } = queue.fetch()!;
    queue.handedOut();
    queue.settle(message, position);
    assert.deepEqual(publishAll(broker, "a", "b".repeat(2000)), [true, false]);
    await broker.close();
  });

  it("forgets all when it is purged", async () => {
    const broker = await opened();
    publishAll(broker, "a", "b");
    queueOf(broker).purge();
    assert.equal(queueOf(broker).identityCount, 0);
    assert.deepEqual(publishAll(broker, "a", "b"), [true, true]);
    await broker.close();
  });

  it("knows no message that it dropped for want of room", async () => {
    const broker = await opened({ "x-max-length": 1 });
    assert.deepEqual(publishAll(broker, "a", "b", "a"), [true, true, true]);
    assert.deepEqual(await broker.bodies("q"), ["a"]);
    await broker.close();
  });

  it("takes another message when the one like it has expired, be it at the front or not", async () => {
    const broker = await opened();
    publishAll(broker, "stays");
    broker.publish("x", { ...known("a"), expiration: "100" });
    await broker.advance(99);
    assert.deepEqual(publishAll(broker, "a"), [false]);
    await broker.advance(1);
    assert.deepEqual(publishAll(broker, "a", "a"), [true, false]);
    await broker.close();
  });

  it("takes another message when one like it has lived as long as messages may", async () => {
    const broker = await opened({ "x-message-ttl": 1000 });
    publishAll(broker, "a");
    await broker.advance(999);
    assert.deepEqual(publishAll(broker, "a"), [false]);
    await broker.advance(2);
    assert.deepEqual(publishAll(broker, "a"), [true]);
    await broker.close();
  });

  it("dead-letters what it refuses", async () => {
    const broker = await opened({ "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead" });
    broker.queue("dead");
    publishAll(broker, "a", "a");
    const [letter] = await broker.drain("dead");
    assert.equal(letter.body, "a");
    assert.equal(letter.headers["x-first-death-reason"], "maxlen");
    await broker.close();
  });

  it("refuses duplicates of what was in it before a restart", async () => {
    const before = await opened();
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
    const before = await opened({ "x-max-priority": 5 });
    publishAll(before, "a");
    before.publish("x", { ...known("b"), priority: 5 });
    const broker = await before.restart();
    await broker.quiet();
    assert.deepEqual(publishAll(broker, "a", "b", "c"), [false, false, true]);
    assert.deepEqual(await broker.bodies("q"), ["b", "a", "c"]);
    await broker.close();
  });
});

describe("x-message-deduplication", () => {
  it("means nothing to queues of other types, or when it is not true", async () => {
    const broker = await TestBroker.open();
    assert(!(broker.queue("q", { "x-message-deduplication": false }) instanceof DeduplicatingQueue));
    const quorum = broker.queue("r", { "x-message-deduplication": true, "x-queue-type": "quorum" });
    assert(!(quorum instanceof DeduplicatingQueue));
    await broker.close();
  });
});
