import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../../mod.ts";
import type { MethodOf } from "../../../src/amqp091/methods.ts";
import { FakeClock, settled } from "../../fake_clock.ts";
import { concat, methodFrame, publishFrames } from "../../frames.ts";
import { SlowStore } from "../../slow_store.ts";
import { InProcessClient, type Received } from "../in_process_client.ts";

const PERSISTENT = { deliveryMode: 2 };

async function open() {
  const store = new SlowStore();
  const broker = new Broker({ store, clock: new FakeClock() });
  const client = await InProcessClient.open(broker);
  return { store, broker, client };
}

/** Opens a client as {@linkcode open} does, with durable queue q, transient queue t and publisher confirms. */
async function openForPublishing() {
  const opened = await open();
  const { client, store } = opened;
  client.send(1, "queue.declare", { queue: "q", durable: true });
  client.send(1, "queue.declare", { queue: "t" });
  client.send(1, "confirm.select");
  await settled();
  store.sync();
  assert.deepEqual(await client.heardNames(), ["queue.declare-ok", "queue.declare-ok", "confirm.select-ok"]);
  return opened;
}

const publish = (count: number, routingKey = "q", properties = PERSISTENT): Uint8Array =>
  concat(...Array.from({ length: count }, (_, i) => publishFrames(1, { routingKey, properties, body: String(i) })));

const acks = (received: readonly Received[]): [number, boolean][] =>
  received.map(({ method }) => {
    assert.equal(method.name, "basic.ack");
    const { deliveryTag, multiple } = method as MethodOf<"basic.ack">;
    return [Number(deliveryTag), multiple];
  });

describe("a reply that promises durability", () => {
  for (
    const [what, before, method, answer] of [
      [
        "a durable queue's declaration",
        [],
        methodFrame(1, "queue.declare", { queue: "new", durable: true }),
        "queue.declare-ok",
      ],
      [
        "a durable exchange's declaration",
        [],
        methodFrame(1, "exchange.declare", { exchange: "new", type: "topic", durable: true }),
        "exchange.declare-ok",
      ],
      [
        "a durable binding",
        [methodFrame(1, "queue.declare", { queue: "q", durable: true })],
        methodFrame(1, "queue.bind", { queue: "q", exchange: "amq.topic", routingKey: "k" }),
        "queue.bind-ok",
      ],
      [
        "the end of a durable binding",
        [
          methodFrame(1, "queue.declare", { queue: "q", durable: true }),
          methodFrame(1, "queue.bind", { queue: "q", exchange: "amq.topic", routingKey: "k" }),
        ],
        methodFrame(1, "queue.unbind", { queue: "q", exchange: "amq.topic", routingKey: "k" }),
        "queue.unbind-ok",
      ],
      [
        "a durable queue's end",
        [methodFrame(1, "queue.declare", { queue: "q", durable: true })],
        methodFrame(1, "queue.delete", { queue: "q" }),
        "queue.delete-ok",
      ],
      [
        "the purge of persistent messages",
        [methodFrame(1, "queue.declare", { queue: "q", durable: true }), publish(3)],
        methodFrame(1, "queue.purge", { queue: "q" }),
        "queue.purge-ok",
      ],
      [
        "a commit of persistent messages",
        [methodFrame(1, "queue.declare", { queue: "q", durable: true }), methodFrame(1, "tx.select"), publish(3)],
        methodFrame(1, "tx.commit"),
        "tx.commit-ok",
      ],
    ] as readonly [string, Uint8Array[], Uint8Array, string][]
  ) {
    it(`to ${what} is sent when the store has it, and not before`, async () => {
      const { store, client } = await open();
      client.write(...before);
      await settled();
      store.sync();
      await client.heard();
      client.write(method);
      assert.deepEqual(await client.heardNames(), []);
      assert.ok(store.appended > store.durable);
      store.sync(store.appended - 1);
      assert.deepEqual(await client.heardNames(), []);
      store.sync();
      assert.deepEqual(await client.heardNames(), [answer]);
    });
  }

  it("holds back later replies on its connection, and nothing on others", async () => {
    const { store, broker, client } = await open();
    client.send(1, "queue.declare", { queue: "q", durable: true });
    client.send(1, "queue.declare", { queue: "t" });
    assert.deepEqual(await client.heardNames(), []);
    const other = await InProcessClient.open(broker);
    await other.request(1, "basic.qos", { prefetchCount: 1 });
    await other.request(1, "basic.consume", { queue: "t" });
    other.publish(1, { routingKey: "t", body: "hello" });
    assert.equal((await other.receiveAll(1, "basic.deliver")).body, "hello");
    assert.deepEqual(await client.heardNames(), []);
    store.sync();
    assert.deepEqual(await client.heardNames(), ["queue.declare-ok", "queue.declare-ok"]);
  });

  it("does not hold back heartbeats", async () => {
    const store = new SlowStore();
    const clock = new FakeClock();
    const client = await InProcessClient.open(new Broker({ store, clock }), { heartbeat: 10 });
    client.send(1, "queue.declare", { queue: "q", durable: true });
    await settled();
    await clock.advance(10_000);
    assert.deepEqual(await client.heardNames(), []);
    assert.equal(client.heartbeatCount, 1);
    store.sync();
    assert.deepEqual(await client.heardNames(), ["queue.declare-ok"]);
  });

  it("does not keep a connection from closing while it is held back", async () => {
    const store = new SlowStore();
    const clock = new FakeClock();
    const broker = new Broker({ store, clock });
    const client = await InProcessClient.open(broker);
    client.send(1, "queue.declare", { queue: "q", durable: true });
    await settled();
    client.finish();
    await settled();
    assert.equal(broker.connections.size, 1);
    await clock.advance(3_000);
    await client.connection.closed;
    assert.equal(broker.connections.size, 0);
    store.sync();
    await settled();
    assert.equal(clock.timerCount, 0);
  });
});

describe("publisher confirms", () => {
  it("are sent when the store has the messages, in order and together", async () => {
    const { store, client } = await openForPublishing();
    client.write(publish(5));
    await settled();
    const first = store.appended;
    client.write(publish(3));
    client.write(publish(1));
    assert.deepEqual(await client.heard(), []);
    store.sync(first - 1);
    assert.deepEqual(await client.heard(), []);
    store.sync(first);
    assert.deepEqual(acks(await client.heard()), [[5, true]]);
    store.sync(first + 3);
    assert.deepEqual(acks(await client.heard()), [[8, true]]);
    store.sync();
    assert.deepEqual(acks(await client.heard()), [[9, false]]);
  });

  it("are sent once for each turn when the store is always up to date", async () => {
    const broker = new Broker({ clock: new FakeClock() });
    const client = await InProcessClient.open(broker);
    await client.request(1, "queue.declare", { queue: "q", durable: true });
    await client.request(1, "confirm.select");
    client.write(publish(1000));
    assert.deepEqual(acks(await client.heard()), [[1000, true]]);
    client.write(publish(1));
    client.write(publish(1));
    const confirmed = acks(await client.heard());
    assert.equal(confirmed.at(-1)![0], 1002);
  });

  it("of messages that need not be stored wait only for earlier ones", async () => {
    const { store, client } = await openForPublishing();
    const before = store.appended;
    client.write(publish(1, "t"), publish(1, "q", { deliveryMode: 1 }), publish(1, "nowhere"));
    assert.equal(acks(await client.heard()).at(-1)![0], 3);
    assert.equal(store.appended, before);
    client.write(publish(1, "q"));
    client.write(publish(1, "t"));
    assert.deepEqual(await client.heard(), []);
    store.sync();
    assert.equal(acks(await client.heard()).at(-1)![0], 5);
  });

  it("name each message once when the store is up to date before it reports so", async () => {
    const { store, client } = await openForPublishing();
    client.write(publish(2));
    await settled();
    // The disk has finished, and its report is on the way, when the next message comes.
    store.durable = store.appended;
    client.write(publish(1, "t"));
    assert.deepEqual(acks(await client.heard()), [[3, true]]);
    store.sync();
    assert.deepEqual(await client.heard(), []);
    client.write(publish(1, "t"));
    assert.deepEqual(acks(await client.heard()), [[4, false]]);
  });

  it("on one channel do not wait for later messages of another connection", async () => {
    const { store, broker, client } = await openForPublishing();
    const other = await InProcessClient.open(broker);
    client.write(publish(1));
    await settled();
    const mine = store.appended;
    for (let i = 0; i < 10; i++) other.write(publish(1));
    await settled();
    store.sync(mine);
    assert.deepEqual(acks(await client.heard()), [[1, false]]);
  });

  it("are not sent after their channel is closed", async () => {
    const { store, client } = await openForPublishing();
    client.write(publish(2));
    client.send(1, "channel.close", { replyCode: 200 });
    await settled();
    store.sync();
    const names = await client.heardNames();
    assert.deepEqual(names.filter((name) => name === "basic.ack"), []);
    assert.deepEqual(names, ["channel.close-ok"]);
  });
});

describe("the store", () => {
  it("gets a message once, with all durable queues on its route, and a record when each has settled it", async () => {
    const { store, client } = await openForPublishing();
    client.send(1, "queue.declare", { queue: "q2", durable: true });
    for (const queue of ["q", "q2", "t"]) client.send(1, "queue.bind", { queue, exchange: "amq.fanout" });
    await settled();
    store.sync();
    await client.heard();
    store.records.length = store.durable = 0;
    client.publish(1, { exchange: "amq.fanout", properties: PERSISTENT, body: "hello" });
    client.publish(1, { exchange: "amq.fanout", properties: { deliveryMode: 1 }, body: "passing" });
    await settled();
    const [enqueued, ...more] = store.records;
    assert.ok(enqueued.type === "enqueued" && more.length === 0);
    assert.deepEqual([enqueued.body, enqueued.queueIds.length, enqueued.positions], ["hello", 2, [0, 0]]);
    for (const queue of ["q", "q2", "t"]) {
      for (let i = 0; i < 2; i++) client.send(1, "basic.get", { queue });
    }
    client.send(1, "basic.ack", { deliveryTag: 0n, multiple: true });
    await settled();
    const settledIds = store.records.slice(1).map((record) =>
      record.type === "settled" && [record.queueId, record.first, record.count]
    );
    assert.deepEqual(settledIds, enqueued.queueIds.map((id) => [id, 0, 1]));
  });

  it("does not get a persistent message without a durable queue on its route, in any way of routing", async () => {
    const { store, client } = await openForPublishing();
    for (const exchange of ["amq.headers", "amq.fanout"]) client.send(1, "queue.bind", { queue: "t", exchange });
    await settled();
    const before = store.appended;
    for (const exchange of ["amq.headers", "amq.fanout"]) {
      client.publish(1, { exchange, properties: PERSISTENT, body: "hello" });
    }
    await settled();
    assert.deepEqual(store.records.slice(before), []);
    client.write(methodFrame(1, "queue.purge", { queue: "t" }));
    await settled();
    assert.deepEqual(store.records.slice(before), []);
  });
});

describe("a store that is behind", () => {
  it("does not delay declarations of existing queues, so that clients can drain them", async () => {
    const { store, broker, client } = await openForPublishing();
    client.write(publish(3));
    await settled();
    assert.ok(store.appended > store.durable);
    const other = await InProcessClient.open(broker);
    other.send(1, "queue.declare", { queue: "q", durable: true });
    other.send(1, "basic.consume", { queue: "q" });
    assert.deepEqual(await other.heardNames(), [
      "queue.declare-ok",
      "basic.consume-ok",
      ...Array(3).fill("basic.deliver"),
    ]);
  });

  it("makes only publishers wait, until it has caught up", async () => {
    const { store, client } = await openForPublishing();
    store.press({ isBehind: true });
    client.write(publish(1, "t"));
    assert.equal((await client.heardNames()).at(-1), "basic.ack");
    client.write(publish(1, "t"));
    assert.deepEqual(await client.heard(), []);
    store.press({ isBehind: false });
    assert.deepEqual(acks(await client.heard()), [[2, false]]);
  });

  for (
    const [pressure, reason] of [
      [{ isShortOfSpace: true }, "low on disk"],
      // Nothing may be published while the disk is short of space, so that even no message at all must be too many.
      [{ isShortOfSpace: true, memoryBytes: -1 }, "low on memory & disk"],
    ] as const
  ) {
    it(`blocks publishers with the reason "${reason}", and lets them continue afterwards`, async () => {
      const store = new SlowStore();
      const memoryHighWatermarkBytes = "memoryBytes" in pressure ? pressure.memoryBytes : undefined;
      const broker = new Broker({ store, clock: new FakeClock(), memoryHighWatermarkBytes });
      // The store has the contents of a new broker.
      store.sync();
      const client = await InProcessClient.open(broker);
      client.send(1, "queue.declare", { queue: "t" });
      await client.receive(1, "queue.declare-ok");
      store.press({ isShortOfSpace: pressure.isShortOfSpace });
      client.publish(1, { routingKey: "t", body: "a message" });
      const { reason: told } = await client.receive(0, "connection.blocked");
      assert.equal(told, reason);
      if (memoryHighWatermarkBytes !== undefined) return;
      store.press({ isShortOfSpace: false });
      await client.receive(0, "connection.unblocked");
    });
  }
});
