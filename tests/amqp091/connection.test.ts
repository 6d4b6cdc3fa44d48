import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { fieldTable } from "../../src/wire/field_table.ts";
import { FakeClock, settled } from "../fake_clock.ts";
import { bodyFrame, concat, frame, HEADER_0_9_1, headerFrame, methodFrame, publishFrames } from "../frames.ts";
import { type ClientOptions, InProcessClient } from "./in_process_client.ts";

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

/** Returns whether a promise has settled after everything possible was done. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  promise.then(() => done = true, () => done = true);
  await settled();
  return done;
}

describe("a handshake", () => {
  for (
    const [what, begin] of [
      ["has not begun", async () => {}],
      ["stopped in the header", (client) => client.write(HEADER_0_9_1.subarray(0, 5))],
      ["waits for connection.start-ok", (client) => client.write(HEADER_0_9_1)],
      ["waits for connection.tune-ok", async (client) => {
        await client.logIn();
        await client.receive(0, "connection.tune");
      }],
    ] as readonly [string, (client: InProcessClient) => Promise<unknown>][]
  ) {
    it(`that ${what} is given up after 10 s, and leaves nothing behind`, async () => {
      const clock = new FakeClock();
      const broker = new Broker({ clock });
      const client = new InProcessClient(broker);
      await begin(client);
      await client.heard();
      await clock.advance(9_999);
      assert.equal(broker.connections.size, 1);
      await clock.advance(1);
      assert.deepEqual(await client.heardNames(), []);
      await client.connection.closed;
      await settled();
      assert.equal(broker.connections.size, 0);
      assert.equal(clock.timerCount, 0);
    });
  }

  it("has no time limit once it is complete", async () => {
    const clock = new FakeClock();
    const client = await InProcessClient.open(new Broker({ clock }));
    assert.equal(clock.timerCount, 0);
    await clock.advance(100_000);
    await client.request(1, "queue.declare", { queue: "q" });
  });
});

describe("heartbeats of a connection", () => {
  it("are sent when nothing else is, and keep a connection open whose peer sends them", async () => {
    const clock = new FakeClock();
    const client = await InProcessClient.open(new Broker({ clock }), { heartbeat: 10 });
    for (let i = 0; i < 10; i++) {
      client.write(frame(8, 0));
      await clock.advance(10_000);
      await client.heard();
    }
    assert.ok(client.heartbeatCount >= 10, `${client.heartbeatCount} heartbeats in ten intervals`);
    assert.equal(await isDone(client.connection.closed), false);
  });

  it("close a connection whose peer is silent for two intervals, and return its messages", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const queue = broker.vhost("/").queue("q");
    await queue.publisher().getWriter().write({ body: "hello" });
    const client = await InProcessClient.open(broker, { heartbeat: 10 });
    await client.request(1, "basic.consume", { queue: "q" });
    await client.receiveAll(1, "basic.deliver");
    await clock.advance(19_000);
    assert.equal(await isDone(client.connection.closed), false);
    await clock.advance(6_000);
    // The peer reads nothing either: unread output must not keep the connection open.
    assert.equal(await isDone(client.connection.closed), true);
    assert.deepEqual([broker.connections.size, queue.messageCount, queue.consumerCount], [0, 1, 0]);
    assert.equal(clock.timerCount, 0);
  });

  it("do not close a connection that the broker itself holds back while its peer reads", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock, memoryHighWatermarkBytes: MEBIBYTE });
    const client = await InProcessClient.open(broker, { heartbeat: 10 });
    await client.request(1, "queue.declare", { queue: "q" });
    for (let i = 0; i < 12; i++) client.publish(1, { routingKey: "q", body: new Uint8Array(100 * KIBIBYTE) });
    await client.receive(0, "connection.blocked");
    for (let i = 0; i < 20; i++) {
      client.write(frame(8, 0));
      await clock.advance(5_000);
      await client.heard();
    }
    assert.equal(await isDone(client.connection.closed), false);
    const consumer = await InProcessClient.open(broker);
    await consumer.request(1, "queue.purge", { queue: "q" });
    await client.receive(0, "connection.unblocked");
  });
});

describe("a connection that the broker closes", () => {
  it("is dropped when its peer does not answer for 30 s", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const client = await InProcessClient.open(broker);
    const closing = client.connection.close("because");
    await client.receive(0, "connection.close");
    await clock.advance(29_000);
    assert.equal(await isDone(closing), false);
    await clock.advance(1_000);
    assert.equal(await isDone(closing), true);
    assert.equal(clock.timerCount, 0);
  });

  it("is dropped after its heartbeat interval when that is shorter", async () => {
    const clock = new FakeClock();
    const client = await InProcessClient.open(new Broker({ clock }), { heartbeat: 5 });
    const closing = client.connection.close("because");
    await client.heard();
    await clock.advance(5_000);
    assert.equal(await isDone(closing), true);
  });

  it("is dropped 3 s after its peer confirmed, when the peer does not end the transport", async () => {
    const clock = new FakeClock();
    const client = await InProcessClient.open(new Broker({ clock }));
    const closing = client.connection.close("because");
    await client.receive(0, "connection.close");
    client.send(0, "connection.close-ok");
    await client.heard();
    await clock.advance(2_999);
    assert.equal(await isDone(closing), false);
    await clock.advance(1);
    assert.equal(await isDone(closing), true);
    assert.equal(clock.timerCount, 0);
  });

  it("ends although its peer reads nothing and its transport can't be aborted", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const queue = broker.vhost("/").queue("q");
    const client = await InProcessClient.open(broker);
    await client.request(1, "basic.consume", { queue: "q" });
    const publisher = queue.publisher().getWriter();
    for (let i = 0; i < 20; i++) await publisher.write({ body: new Uint8Array(100 * KIBIBYTE) });
    const closing = client.connection.close("because");
    await clock.advance(60_000);
    assert.equal(await isDone(closing), true);
    assert.deepEqual([broker.connections.size, queue.messageCount, clock.timerCount], [0, 20, 0]);
  });

  it("ends although its peer has ended its side and reads nothing", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const queue = broker.vhost("/").queue("q");
    const client = await InProcessClient.open(broker);
    await client.request(1, "basic.consume", { queue: "q" });
    const publisher = queue.publisher().getWriter();
    for (let i = 0; i < 20; i++) await publisher.write({ body: new Uint8Array(100 * KIBIBYTE) });
    client.finish();
    await settled();
    assert.equal(queue.messageCount, 20);
    await clock.advance(60_000);
    assert.equal(await isDone(client.connection.closed), true);
    assert.deepEqual([broker.connections.size, clock.timerCount], [0, 0]);
  });

  it("is aborted when its transport can be", async () => {
    const clock = new FakeClock();
    let aborts = 0;
    const client = new InProcessClient(new Broker({ clock }), { abort: () => aborts++ });
    await clock.advance(10_000);
    await client.heard();
    await client.connection.closed;
    assert.ok(aborts > 0);
  });
});

describe("a memory alarm", () => {
  async function alarm(options: ClientOptions = {}) {
    const clock = new FakeClock();
    const broker = new Broker({ clock, memoryHighWatermarkBytes: MEBIBYTE });
    const publisher = await InProcessClient.open(broker, options);
    await publisher.request(1, "queue.declare", { queue: "q" });
    const body = new Uint8Array(100 * KIBIBYTE);
    const written: Promise<boolean>[] = [];
    for (let i = 0; i < 30; i++) written.push(publisher.publish(1, { routingKey: "q", body }));
    await settled();
    return { clock, broker, publisher, queue: broker.vhost("/").queue("q"), written };
  }

  it("stops publishers and tells them, but not consumers, whose reading ends it", async () => {
    const { broker, publisher, queue } = await alarm();
    const blocked = await publisher.receive(0, "connection.blocked");
    assert.equal(blocked.reason, "low on memory");
    assert.ok(queue.messageCount < 13, `${queue.messageCount} messages of 100 KiB were taken in with a limit of 1 MiB`);
    const consumer = await InProcessClient.open(broker);
    await consumer.request(1, "basic.consume", { queue: "q", noAck: true });
    for (let i = 0; i < 30; i++) await consumer.receiveAll(1, "basic.deliver");
    assert.equal((await publisher.heardNames())[0], "connection.unblocked");
    assert.equal(queue.messageCount, 0);
  });

  it("stops publishers without the capability, and does not tell them", async () => {
    const capabilities = { "connection.blocked": false, consumer_cancel_notify: true };
    const { broker, publisher, queue } = await alarm({ clientProperties: fieldTable({ capabilities }) });
    assert.deepEqual(await publisher.heardNames(), []);
    assert.ok(queue.messageCount < 13);
    const consumer = await InProcessClient.open(broker);
    await consumer.request(1, "basic.consume", { queue: "q", noAck: true });
    for (let i = 0; i < 30; i++) await consumer.receiveAll(1, "basic.deliver");
    assert.deepEqual(await publisher.heardNames(), []);
  });

  it("keeps messages that are sent meanwhile from being read", async () => {
    const { publisher, queue, written } = await alarm();
    await publisher.heard();
    const before = queue.messageCount;
    assert.equal(await isDone(written[29]), false);
    for (let i = 0; i < 10; i++) publisher.publish(1, { routingKey: "q", body: "more" });
    await publisher.heard();
    assert.equal(queue.messageCount, before);
  });

  it("stops a message that begins during it, and lets it pass afterwards", async () => {
    const { broker } = await alarm();
    const late = await InProcessClient.open(broker);
    await late.request(1, "queue.declare", { queue: "late" });
    late.publish(1, { routingKey: "late", body: "a" });
    await late.receive(0, "connection.blocked");
    const queue = broker.vhost("/").queue("late");
    assert.equal(queue.messageCount, 0);
    const consumer = await InProcessClient.open(broker);
    await consumer.request(1, "basic.consume", { queue: "q", noAck: true });
    for (let i = 0; i < 30; i++) await consumer.receiveAll(1, "basic.deliver");
    await late.receive(0, "connection.unblocked");
    await settled();
    assert.equal(queue.messageCount, 1);
  });

  it("does not keep a connection with a stopped message from being closed", async () => {
    const { broker } = await alarm();
    const late = await InProcessClient.open(broker);
    late.publish(1, { routingKey: "late", body: "a" });
    await late.receive(0, "connection.blocked");
    const closed = late.connection.close("enough");
    await late.receive(0, "connection.close");
    late.send(0, "connection.close-ok");
    late.finish();
    await closed;
    assert.equal(broker.connections.has(late.connection), false);
  });

  it("stops a publisher that never completes a message", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock, memoryHighWatermarkBytes: 4 * MEBIBYTE });
    const channels = Array.from({ length: 50 }, (_, i) => i + 1);
    const client = await InProcessClient.open(broker, { channels });
    const part = new Uint8Array(100 * KIBIBYTE);
    for (const channel of channels) {
      client.write(
        concat(methodFrame(channel, "basic.publish", { routingKey: "q" }), headerFrame(channel, 10 * MEBIBYTE)),
      );
    }
    for (let i = 0; i < 5; i++) for (const channel of channels) client.write(bodyFrame(channel, part));
    for (let i = 0; i < 10; i++) await settled();
    assert.ok(broker.messageBytes < 6 * MEBIBYTE, `${broker.messageBytes} bytes with a limit of 4 MiB`);
  });

  it("does not keep a blocked connection from being dropped with its messages", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock, memoryHighWatermarkBytes: MEBIBYTE });
    const queue = broker.vhost("/").queue("q");
    const client = await InProcessClient.open(broker, { heartbeat: 10 });
    await client.request(1, "basic.consume", { queue: "q" });
    for (let i = 0; i < 12; i++) client.publish(1, { routingKey: "q", body: new Uint8Array(100 * KIBIBYTE) });
    await settled();
    assert.equal(queue.consumerCount, 1);
    // The peer neither sends nor reads any more. Its messages are those that keep the alarm on.
    await clock.advance(60_000);
    assert.equal(await isDone(client.connection.closed), true);
    assert.deepEqual([queue.consumerCount, broker.connections.size], [0, 0]);
    assert.ok(queue.messageCount > 9, `${queue.messageCount} messages came back`);
  });

  it("does not keep the broker from closing", async () => {
    const { clock, broker, publisher } = await alarm();
    const closing = broker.close();
    await publisher.heard();
    await clock.advance(60_000);
    assert.equal(await isDone(closing), true);
    assert.equal(broker.connections.size, 0);
  });
});

describe("a peer that does not read", () => {
  it("stops its own deliveries at the high-water mark, and nobody else's", async () => {
    const broker = new Broker({ clock: new FakeClock(), outputHighWaterBytes: 64 * KIBIBYTE });
    const queue = broker.vhost("/").queue("q");
    const idle = await InProcessClient.open(broker);
    await idle.request(1, "basic.consume", { queue: "q", noAck: true });
    const publisher = queue.publisher().getWriter();
    for (let i = 0; i < 1000; i++) await publisher.write({ body: new Uint8Array(KIBIBYTE) });
    // One high-water mark is being written, and another is gathered.
    assert.ok(queue.messageCount >= 1000 - 3 * 64, `${1000 - queue.messageCount} of 1 KiB wait for the peer`);
    const before = queue.messageCount;
    const reading = await InProcessClient.open(broker);
    await reading.request(1, "basic.consume", { queue: "q", noAck: true });
    for (let i = 0; i < before; i++) await reading.receiveAll(1, "basic.deliver");
    assert.equal(queue.messageCount, 0);
    for (let i = before; i < 1000; i++) await idle.receiveAll(1, "basic.deliver");
  });

  it("gets all its messages in order once it reads again", async () => {
    const broker = new Broker({ clock: new FakeClock(), outputHighWaterBytes: 64 * KIBIBYTE });
    const queue = broker.vhost("/").queue("q");
    const client = await InProcessClient.open(broker);
    await client.request(1, "basic.consume", { queue: "q", noAck: true });
    const publisher = queue.publisher().getWriter();
    for (let i = 0; i < 2000; i++) await publisher.write({ body: String(i).padStart(500) });
    for (let i = 0; i < 2000; i++) {
      const { body } = await client.receiveAll(1, "basic.deliver");
      assert.equal(body, String(i).padStart(500));
    }
  });

  it("is not read while its replies pile up", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock, outputHighWaterBytes: 64 * KIBIBYTE });
    const queue = broker.vhost("/").queue("q");
    const publisher = queue.publisher().getWriter();
    for (let i = 0; i < 500; i++) await publisher.write({ body: new Uint8Array(100 * KIBIBYTE) });
    const client = await InProcessClient.open(broker);
    const gets = concat(...Array.from({ length: 500 }, () => methodFrame(1, "basic.get", { queue: "q", noAck: true })));
    client.write(gets);
    for (let i = 0; i < 10; i++) await settled();
    assert.ok(queue.messageCount >= 490, `${500 - queue.messageCount} messages of 100 KiB wait for the peer`);
    for (let i = 0; i < 500; i++) await client.receiveAll(1, "basic.get-ok");
    assert.equal(queue.messageCount, 0);
  });

  it("and has declared so takes no more messages or memory, although it goes on asking", async () => {
    const broker = new Broker({ clock: new FakeClock(), outputHighWaterBytes: 64 * KIBIBYTE });
    const queue = broker.vhost("/").queue("q");
    const client = await InProcessClient.open(broker);
    await client.request(1, "basic.consume", { queue: "q", noAck: true });
    await client.stopReading();
    await settled();
    const publisher = queue.publisher().getWriter();
    for (let i = 0; i < 100; i++) await publisher.write({ body: new Uint8Array(100 * KIBIBYTE) });
    assert.ok(queue.messageCount >= 95, `${100 - queue.messageCount} messages went to nobody`);
    const before = queue.messageCount;
    const made = await countingBytesMade(async () => {
      for (let i = 0; i < before; i++) await client.send(1, "basic.get", { queue: "q" });
    });
    assert.ok(made < MEBIBYTE, `${made} bytes were taken for what nobody reads`);
  });
});

/** Returns the size of the arrays over 64 KiB that are made while `act` runs. */
async function countingBytesMade(act: () => Promise<void>): Promise<number> {
  const construct = globalThis.Uint8Array;
  let made = 0;
  globalThis.Uint8Array = new Proxy(construct, {
    construct(target, args, newTarget) {
      if (typeof args[0] === "number" && args[0] > 64 * KIBIBYTE) made += args[0];
      return Reflect.construct(target, args, newTarget);
    },
  });
  try {
    await act();
  } finally {
    globalThis.Uint8Array = construct;
  }
  return made;
}

describe("a publisher", () => {
  const many = (count: number) => concat(...Array.from({ length: count }, () => publishFrames(1, { routingKey: "q" })));

  /** Sets up a queue whose consumer takes only as much as it is asked to read. */
  async function behind() {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const queue = broker.vhost("/").queue("q");
    const [consumer, publisher] = [await InProcessClient.open(broker), await InProcessClient.open(broker)];
    consumer.send(1, "basic.qos", { prefetchCount: 1 });
    await consumer.receive(1, "basic.qos-ok");
    await consumer.request(1, "basic.consume", { queue: "q" });
    return { clock, queue, consumer, publisher };
  }

  it("waits 5 ms when more than 2,048 messages are ready for consumers that can't keep up", async () => {
    const { clock, queue, publisher } = await behind();
    publisher.write(many(3000));
    const next = publisher.write(many(1));
    await settled();
    assert.equal(queue.messageCount, 2999);
    assert.equal(await isDone(next), false);
    await clock.advance(4);
    assert.equal(await isDone(next), false);
    await clock.advance(1);
    assert.equal(await isDone(next), true);
    assert.equal(queue.messageCount, 3000);
  });

  it("continues as soon as consumers have caught up", async () => {
    const { clock, queue, consumer, publisher } = await behind();
    const timers = clock.timerCount;
    publisher.write(many(3000));
    const next = publisher.write(many(1));
    await settled();
    assert.equal(await isDone(next), false);
    consumer.send(1, "basic.qos", { prefetchCount: 0, global: true });
    consumer.send(1, "basic.cancel", { consumerTag: "none" });
    await consumer.request(1, "queue.purge", { queue: "q" }).catch(() => {});
    assert.equal(await isDone(next), true);
    assert.equal(queue.messageCount, 1);
    assert.equal(clock.timerCount, timers);
  });

  it("does not wait for a queue without consumers, nor for a short one", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const queue = broker.vhost("/").queue("q");
    const publisher = await InProcessClient.open(broker);
    for (let i = 0; i < 5; i++) assert.equal(await isDone(publisher.write(many(2000))), true);
    assert.equal(queue.messageCount, 10_000);
    assert.equal(clock.timerCount, 0);
  });
});
