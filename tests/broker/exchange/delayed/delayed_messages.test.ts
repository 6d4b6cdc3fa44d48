import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Binding } from "../../../../src/broker/exchange/binding.ts";
import type { PlainTable } from "../../../../src/wire/field_table.ts";
import { DelayedMessages } from "../../../../src/broker/exchange/delayed/delayed_messages.ts";
import { TestBroker, typesOf } from "../../test_broker.ts";

const delayed = (delayMs: number, body = String(delayMs)) => ({ body, headers: { "x-delay": delayMs } });

/** Starts a broker with a delaying exchange and a queue bound to it. */
async function opened(exchangeArguments: PlainTable = {}, durable = true): Promise<TestBroker> {
  const broker = await TestBroker.open();
  broker.exchange("x", "x-delayed-message", { "x-delayed-type": "fanout", ...exchangeArguments }, durable);
  broker.queue("q");
  broker.bind("x", "q");
  return broker;
}

const countOf = (broker: TestBroker): number => broker.vhost.exchange("x").delayed!.count;

describe("an exchange that delays messages", () => {
  for (const durable of [true, false]) {
    it(`publishes them when they are due, when it is ${durable ? "" : "not "}durable`, async () => {
      const broker = await opened({}, durable);
      for (const delayMs of [500, 100, 300]) broker.publish("x", delayed(delayMs));
      assert.equal(countOf(broker), 3);
      await broker.advance(99);
      assert.deepEqual(await broker.bodies("q"), []);
      await broker.advance(1);
      assert.deepEqual(await broker.bodies("q"), ["100"]);
      await broker.advance(400);
      assert.deepEqual(await broker.bodies("q"), ["300", "500"]);
      assert.equal(countOf(broker), 0);
      assert.equal(broker.node.messages.count, 0);
      await broker.close();
    });
  }

  it("publishes messages without a delay at once", async () => {
    const broker = await opened();
    broker.publish("x", { body: "without" });
    broker.publish("x", delayed(0));
    broker.publish("x", delayed(-1));
    assert.deepEqual(await broker.bodies("q"), ["without", "0", "-1"]);
    await broker.close();
  });

  it("keeps the order of messages that are due at the same time", async () => {
    const broker = await opened();
    const bodies = Array.from({ length: 3000 }, (_, i) => String(i));
    for (const body of bodies) broker.publish("x", delayed(10, body));
    // The store takes a while, and late messages wait for it.
    for (let turns = 0; countOf(broker) > 0 && turns < 100; turns++) await broker.advance(10);
    assert.deepEqual(await broker.bodies("q"), bodies);
    await broker.close();
  });

  it("negates the header, so that the next exchange does not delay the message again", async () => {
    const broker = await opened();
    broker.exchange("y", "x-delayed-message", { "x-delayed-type": "fanout" });
    broker.queue("r");
    broker.bind("y", "r");
    broker.vhost.bind(new Binding(broker.vhost.exchange("x"), broker.vhost.exchange("y"), "", new Map()));
    broker.publish("x", delayed(50));
    await broker.advance(50);
    assert.deepEqual(await broker.drain("q"), [{ body: "50", headers: { "x-delay": -50n } }]);
    assert.deepEqual(await broker.drain("r"), [{ body: "50", headers: { "x-delay": -50n } }]);
    await broker.close();
  });

  it("delays messages from another exchange, but no copies of them that go elsewhere", async () => {
    const broker = await opened();
    broker.exchange("start", "fanout");
    broker.queue("r");
    broker.bind("start", "r");
    broker.vhost.bind(new Binding(broker.vhost.exchange("start"), broker.vhost.exchange("x"), "", new Map()));
    broker.publish("start", delayed(50));
    assert.deepEqual(await broker.drain("r"), [{ body: "50", headers: { "x-delay": 50 } }]);
    assert.deepEqual(await broker.bodies("q"), []);
    await broker.advance(50);
    assert.deepEqual(await broker.drain("q"), [{ body: "50", headers: { "x-delay": -50n } }]);
    await broker.close();
  });

  it("routes by the bindings at the time when a message is due", async () => {
    const broker = await opened();
    broker.publish("x", delayed(50));
    broker.vhost.unbind(new Binding(broker.vhost.exchange("x"), broker.vhost.queue("q", null), "", new Map()));
    broker.queue("later");
    broker.bind("x", "later");
    await broker.advance(50);
    assert.deepEqual(await broker.bodies("q"), []);
    assert.deepEqual(await broker.bodies("later"), ["50"]);
    await broker.close();
  });

  it("sends unroutable messages to its alternate exchange when they are due, and not earlier", async () => {
    const broker = await TestBroker.open();
    broker.exchange("other", "fanout");
    broker.queue("unrouted");
    broker.bind("other", "unrouted");
    broker.exchange("x", "x-delayed-message", { "x-delayed-type": "direct", "alternate-exchange": "other" });
    broker.publish("x", delayed(50));
    assert.deepEqual(await broker.bodies("unrouted"), []);
    await broker.advance(50);
    assert.deepEqual(await broker.bodies("unrouted"), ["50"]);
    await broker.close();
  });

  it("counts a message's expiration from the time when it is due", async () => {
    const broker = await opened();
    broker.publish("x", { ...delayed(1000, "short-lived"), expiration: "100" });
    await broker.advance(1050);
    assert.equal((broker.vhost.queue("q", null)).readyCount, 1);
    await broker.advance(51);
    assert.equal((broker.vhost.queue("q", null)).readyCount, 0);
    await broker.close();
  });

  it("drops its messages when it is deleted", async () => {
    const broker = await opened();
    broker.publish("x", delayed(50));
    broker.publish("x", delayed(60));
    broker.vhost.deleteExchange("x");
    assert.equal(broker.node.messages.count, 0);
    await broker.advance(100);
    assert.deepEqual(await broker.bodies("q"), []);
    const again = await broker.restart();
    assert.deepEqual(typesOf(again.test.store.recovered), ["queue.declared"]);
    await again.close();
  });
});

describe("a delayed message of a durable exchange", () => {
  it("survives the process, even a transient one, and is published on time", async () => {
    const before = await opened();
    for (const delayMs of [500, 100, 300]) before.publish("x", { ...delayed(delayMs), persistent: delayMs !== 300 });
    const broker = await before.restart(50);
    await broker.quiet();
    assert.equal(countOf(broker), 3);
    await broker.advance(49);
    assert.deepEqual(await broker.bodies("q"), []);
    await broker.advance(1);
    assert.deepEqual(await broker.bodies("q"), ["100"]);
    await broker.advance(400);
    assert.deepEqual(await broker.drain("q"), [
      { body: "300", headers: { "x-delay": -300n } },
      { body: "500", headers: { "x-delay": -500n } },
    ]);
    const again = await broker.restart();
    await again.quiet();
    assert.equal(countOf(again), 0);
    await again.close();
  });

  it("does not prevent a start when its exchange no longer delays messages", async () => {
    const before = await opened();
    before.exchange("y", "fanout");
    before.exchange("z", "x-message-deduplication", { "x-cache-size": 1, "x-cache-persistence": "memory" });
    before.test.store.append({
      type: "sequence.added",
      vhost: "/",
      exchange: "y",
      purpose: "delayed",
      sequenceId: 100,
    });
    before.test.store.append({ type: "sequence.added", vhost: "/", exchange: "z", purpose: "seen", sequenceId: 101 });
    const broker = await before.restart();
    broker.publish("x", { body: "as ever" });
    assert.deepEqual(await broker.bodies("q"), ["as ever"]);
    await broker.close();
  });

  it("is published in order after a restart when it became due meanwhile", async () => {
    const before = await opened();
    for (const delayMs of [500, 100, 300, 5000]) before.publish("x", delayed(delayMs));
    const broker = await before.restart(1000);
    await broker.quiet();
    assert.deepEqual(await broker.bodies("q"), ["100", "300", "500"]);
    assert.equal(countOf(broker), 1);
    await broker.close();
  });

  it("is published once, even if the process ends again and again", async () => {
    let broker = await opened();
    const got: string[] = [];
    for (let delayMs = 100; delayMs <= 1000; delayMs += 100) broker.publish("x", delayed(delayMs));
    for (let restarts = 0; restarts < 10; restarts++) {
      broker = await broker.restart(60);
      await broker.quiet();
      await broker.advance(60);
      got.push(...await broker.bodies("q"));
    }
    assert.deepEqual(got, ["100", "200", "300", "400", "500", "600", "700", "800", "900", "1000"]);
    await broker.close();
  });

  it("leaves memory, and is read back when it is due", async () => {
    const broker = await opened();
    const order: number[] = [];
    for (let i = 0; i < 500; i++) {
      const delayMs = 2001 + (i * 7919) % 500;
      order.push(delayMs);
      broker.publish("x", delayed(delayMs));
    }
    await broker.leaveMemory();
    assert.equal(broker.node.messages.count, 0);
    broker.publish("x", delayed(2005, "came later"));
    await broker.advance(2600);
    await broker.advance(1);
    order.sort((a, b) => a - b);
    const expected = order.map(String);
    expected.splice(5, 0, "came later");
    assert.deepEqual(await broker.bodies("q"), expected);
    assert.equal(broker.node.messages.count, 0);
    await broker.close();
  });

  it("is read back after a restart, long before and long after others are due", async () => {
    const before = await opened();
    for (let i = 0; i < 60; i++) before.publish("x", delayed(5000 + (i * 7919) % 60 * 5000));
    const broker = await before.restart();
    await broker.quiet();
    assert.equal(broker.node.messages.count, 0);
    const got: string[] = [];
    for (let i = 0; i < 61; i++) {
      await broker.advance(5000);
      got.push(...await broker.bodies("q"));
    }
    assert.deepEqual(got, Array.from({ length: 60 }, (_, i) => String(5000 + i * 5000)));
    assert.equal(broker.node.messages.count, 0);
    await broker.close();
  });

  it("is read back only once, in any order, when too many are late", async () => {
    const broker = await opened();
    const exchange = broker.vhost.exchange("x");
    exchange.delayed = new DelayedMessages(exchange, broker.vhost, broker.node, 100);
    const bodies = Array.from({ length: 500 }, (_, i) => `${i}`.padStart(50, "."));
    bodies.forEach((body, i) => broker.publish("x", delayed(1 + (i * 7919) % 500, body)));
    await broker.leaveMemory();
    const { store } = broker.test;
    const read = store.read.bind(store);
    let reads = 0;
    store.read = (sequenceId, from) => {
      reads++;
      return read(sequenceId, from);
    };
    // All are late at once, as on a machine after sleep.
    broker.clock.sleep(1000);
    await broker.advance(1);
    for (let turns = 0; countOf(broker) > 0 && turns < 100; turns++) await broker.advance(1);
    assert.equal(countOf(broker), 0);
    assert.ok(reads < 100, `${reads} reads for 500 messages`);
    assert.deepEqual((await broker.bodies("q")).sort(), bodies);
    assert.equal(broker.node.messages.count, 0);
    await broker.close();
  });

  it("is read before it is due, so that it is not late", async () => {
    const broker = await opened();
    const body = "as much as makes it worth while to leave memory".repeat(50);
    broker.publish("x", delayed(10_000, body));
    await broker.leaveMemory();
    await broker.advance(8900);
    assert.equal(broker.node.messages.count, 0);
    await broker.advance(200);
    assert.equal(broker.node.messages.count, 1);
    assert.deepEqual(await broker.bodies("q"), []);
    await broker.advance(900);
    assert.deepEqual(await broker.bodies("q"), [body]);
    await broker.close();
  });

  it("is published on time when it leaves memory while older ones are still recovered", async () => {
    const before = await opened();
    for (let i = 0; i < 100; i++) before.publish("x", delayed(3_600_000, "much later".repeat(10)));
    const broker = await before.restart();
    const { store } = broker.test;
    const read = store.read.bind(store);
    let goOn = () => {};
    const held = new Promise<void>((resolve) => goOn = resolve);
    store.read = async (sequenceId, from) => {
      if (from < 100) await held;
      return read(sequenceId, from);
    };
    const bodies = Array.from({ length: 40 }, (_, i) => `${i}`.padStart(100, "."));
    for (const body of bodies) broker.publish("x", delayed(5000, body));
    await broker.leaveMemory();
    await broker.advance(5000);
    assert.deepEqual(await broker.bodies("q"), bodies);
    goOn();
    await broker.quiet();
    assert.equal(countOf(broker), 100);
    assert.deepEqual(broker.reports, []);
    await broker.close();
  });

  it("is published later when it can't be read at first", async () => {
    const broker = await opened();
    const body = "as much as makes it worth while to leave memory".repeat(50);
    broker.publish("x", delayed(5000, body));
    await broker.leaveMemory();
    assert.equal(broker.node.messages.count, 0);
    const { store } = broker.test;
    const read = store.read.bind(store);
    store.read = () => Promise.reject(new Error("the disk is busy"));
    await broker.advance(5500);
    assert.deepEqual(broker.reports, [
      "exchange 'x' is held up, its delayed messages can't be read: the disk is busy",
    ]);
    store.read = read;
    await broker.advance(1000);
    assert.deepEqual(await broker.bodies("q"), [body]);
    await broker.close();
  });
});

describe("an exchange of any type with x-delayed-exchange", () => {
  it("delays messages with the header", async () => {
    const broker = await TestBroker.open();
    broker.exchange("x", "direct", { "x-delayed-exchange": true });
    broker.queue("q");
    broker.bind("x", "q", "key");
    broker.publish("x", { ...delayed(100), routingKey: "key" });
    broker.publish("x", { ...delayed(100), routingKey: "other" });
    broker.publish("x", { body: "at once", routingKey: "key" });
    assert.deepEqual(await broker.bodies("q"), ["at once"]);
    const again = await broker.restart();
    await again.quiet();
    await again.advance(100);
    assert.deepEqual(await again.bodies("q"), ["100"]);
    await again.close();
  });

  it("is necessary: without it the header has no effect", async () => {
    const broker = await TestBroker.open();
    broker.exchange("x", "fanout", { "x-delayed-exchange": false });
    broker.queue("q");
    broker.bind("x", "q");
    broker.publish("x", delayed(100));
    assert.deepEqual(await broker.drain("q"), [{ body: "100", headers: { "x-delay": 100 } }]);
    await broker.close();
  });
});
