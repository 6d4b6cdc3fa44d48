import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PlainTable, PlainValue } from "../../../../src/wire/field_table.ts";
import { SeenHeaders } from "../../../../src/broker/exchange/deduplication/seen_headers.ts";
import { TestBroker, typesOf } from "../../test_broker.ts";

const FOREVER = { ttlMs: Infinity, isKept: false };

describe("an identity that an exchange has seen", () => {
  it("is new once", () => {
    const seen = new SeenHeaders({ ...FOREVER, size: 10 });
    assert.deepEqual(["a", "b", "a", "a"].map((identity) => seen.see(identity, 0)), [true, true, false, false]);
  });

  it("is forgotten when there are too many, the oldest first", () => {
    const seen = new SeenHeaders({ ...FOREVER, size: 2 });
    for (const identity of ["a", "b", "c"]) seen.see(identity, 0);
    assert.equal(seen.count, 2);
    assert.deepEqual(["b", "c", "a"].map((identity) => seen.see(identity, 0)), [false, false, true]);
  });

  it("is forgotten when all take more than 64 MiB", () => {
    const seen = new SeenHeaders({ ...FOREVER, size: 1_000_000 });
    const long = "x".repeat(1024 * 1024);
    for (let i = 0; i < 100; i++) seen.see(`${i}${long}`, 0);
    assert.equal(seen.count, 31);
    assert.equal(seen.see(`99${long}`, 0), false);
  });

  it("is new again when its time is over, which a message may set", () => {
    const seen = new SeenHeaders({ size: 10, ttlMs: 1000, isKept: false });
    seen.see("a", 0);
    seen.see("b", 0, 500);
    assert.deepEqual([seen.see("a", 999), seen.see("b", 499)], [false, false]);
    assert.deepEqual([seen.see("a", 1000), seen.see("b", 500)], [true, true]);
  });

  it("makes room for others when its time is over", () => {
    const seen = new SeenHeaders({ size: 10, ttlMs: 1000, isKept: false });
    for (const identity of ["a", "b", "c"]) seen.see(identity, 0);
    seen.see("d", 1000);
    assert.equal(seen.count, 1);
  });
});

/** Starts a broker with a deduplicating exchange and a queue. */
async function opened(exchangeArguments: PlainTable = {}, durable = true): Promise<TestBroker> {
  const broker = await TestBroker.open();
  broker.exchange("x", "x-message-deduplication", { "x-cache-size": 100, ...exchangeArguments }, durable);
  broker.queue("q");
  broker.bind("x", "q");
  return broker;
}

const known = (by: PlainValue, more: PlainTable = {}) => ({
  body: String(by),
  headers: { "x-deduplication-header": by, ...more },
});
const countOf = (broker: TestBroker): number => broker.vhost.exchange("x").router.seen!.count;

describe("an identity that a durable exchange has seen", () => {
  const persistences: readonly PlainTable[] = [{}, { "x-cache-persistence": "disk" }];
  for (const persistence of persistences) {
    it(`outlives the process, with ${JSON.stringify(persistence)}`, async () => {
      const before = await opened(persistence);
      for (const by of ["a", "b", 42]) before.publish("x", known(by));
      const broker = await before.restart();
      await broker.quiet();
      assert.equal(countOf(broker), 3);
      for (const by of ["a", "c", 42]) broker.publish("x", known(by));
      assert.deepEqual(await broker.bodies("q"), ["a", "b", "42", "c"]);
      await broker.close();
    });
  }

  it("does not outlive the process when it is kept in memory", async () => {
    const before = await opened({ "x-cache-persistence": "memory" });
    before.publish("x", known("a"));
    const broker = await before.restart();
    await broker.quiet();
    broker.publish("x", known("a"));
    assert.deepEqual(await broker.bodies("q"), ["a", "a"]);
    await broker.close();
  });

  it("keeps its age over a restart", async () => {
    const before = await opened({ "x-cache-ttl": 1000 });
    before.publish("x", known("a"));
    before.publish("x", known("b", { "x-cache-ttl": 5000 }));
    const broker = await before.restart(900);
    await broker.quiet();
    broker.publish("x", known("a"));
    await broker.advance(100);
    broker.publish("x", known("a"));
    broker.publish("x", known("b"));
    assert.deepEqual(await broker.bodies("q"), ["a", "b", "a"]);
    await broker.close();
  });

  it("is older after a restart than those that come before all are read", async () => {
    const before = await opened({ "x-cache-size": 10 });
    for (const by of ["a", "b", "c", "d", "e", "f", "g", "h", "i"]) before.publish("x", known(by));
    const broker = await before.restart();
    for (const by of ["x", "y", "z"]) broker.publish("x", known(by));
    await broker.quiet();
    assert.equal(countOf(broker), 10);
    for (const by of ["x", "y", "z", "i", "a"]) broker.publish("x", known(by));
    assert.deepEqual((await broker.bodies("q")).slice(9), ["x", "y", "z", "a"]);
    await broker.close();
  });

  it("is deleted from the store when it is forgotten", async () => {
    const before = await opened({ "x-cache-size": 10 });
    for (let i = 0; i < 300; i++) before.publish("x", known(i));
    let broker = await before.restart();
    const row = broker.test.store.recovered.topology.find(({ type }) => type === "sequence.added") as {
      sequenceId: number;
    };
    const { count } = broker.test.store.recovered.queues.find(({ queueId }) => queueId === row.sequenceId)!;
    assert.equal(count, 10);
    await broker.quiet();
    assert.equal(countOf(broker), 10);
    broker.vhost.deleteExchange("x");
    broker = await broker.restart();
    assert.deepEqual(typesOf(broker.test.store.recovered), ["queue.declared"]);
    await broker.close();
  });

  it("is not stored when the exchange is deleted in the same turn", async () => {
    for (const hasSequence of [true, false]) {
      const broker = await opened();
      if (hasSequence) broker.publish("x", known("a"));
      broker.vhost.exchanges.get("x")!.router.seen!.see("b", broker.node.timeMs);
      broker.vhost.deleteExchange("x");
      const again = await broker.restart();
      assert.deepEqual(typesOf(again.test.store.recovered), ["queue.declared"]);
      await again.close();
    }
  });

  it("is unknown to a new exchange of the same name", async () => {
    const broker = await opened();
    broker.publish("x", known("a"));
    broker.vhost.deleteExchange("x");
    broker.exchange("x", "x-message-deduplication", { "x-cache-size": 100 });
    broker.bind("x", "q");
    broker.publish("x", known("a"));
    const again = await broker.restart();
    await again.quiet();
    again.publish("x", known("a"));
    assert.deepEqual(await again.bodies("q"), ["a", "a"]);
    await again.close();
  });

  it("is kept beside the exchange's delayed messages", async () => {
    const before = await TestBroker.open();
    before.exchange("x", "x-delayed-message", { "x-delayed-type": "x-message-deduplication", "x-cache-size": 9 });
    before.queue("q");
    before.bind("x", "q");
    for (let i = 0; i < 2; i++) before.publish("x", known("a", { "x-delay": 100 }));
    before.publish("x", known("b"));
    const broker = await before.restart(50);
    await broker.quiet();
    broker.publish("x", known("b"));
    await broker.advance(60);
    assert.deepEqual(await broker.bodies("q"), ["b", "a"]);
    await broker.close();
  });
});

describe("an identity that a transient exchange has seen", () => {
  it("is in memory alone", async () => {
    const broker = await opened({ "x-cache-persistence": "disk" }, false);
    const { appended } = broker.test.store;
    for (let i = 0; i < 2; i++) broker.publish("x", { ...known("a"), persistent: false });
    assert.equal(broker.test.store.appended, appended);
    assert.deepEqual(await broker.bodies("q"), ["a"]);
    await broker.close();
  });
});
