import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../../../mod.ts";
import type { MethodOf } from "../../../../src/amqp091/methods.ts";
import { fieldTable } from "../../../../src/wire/field_table.ts";
import type { Queue } from "../../../../src/broker/queue/queue.ts";
import type { BasicProperties } from "../../../../src/wire/properties.ts";
import { openFileStore } from "../../../../src/store/file_store.ts";
import { MemoryFiles } from "../../../../src/store/memory_files.ts";
import { InProcessClient, type Received } from "../../../amqp091/in_process_client.ts";
import { FakeClock } from "../../../fake_clock.ts";

const PERSISTENT = { deliveryMode: 2 };
const BODY_BYTES = 1000;
const SMALL = { batchBytes: 16 * 1024, journalFileBytes: 64 * 1024, segmentBytes: 64 * 1024, blockBytes: 8 * 1024 };

/** Files that can't be read while a test says so. */
class UnreadableFiles extends MemoryFiles {
  isUnreadable = false;

  override async open(...given: Parameters<MemoryFiles["open"]>): ReturnType<MemoryFiles["open"]> {
    const file = await super.open(...given);
    const read = file.read.bind(file);
    file.read = (at, into) => this.isUnreadable ? Promise.reject(new Error("the disk is gone")) : read(at, into);
    return file;
  }
}

/** Starts a broker that keeps little in memory, and a client with a durable and a transient queue. */
async function openBroker(memoryBytes = Infinity) {
  const clock = new FakeClock();
  const files = new UnreadableFiles();
  const after = (delayMs: number, callback: () => void) => clock.after(delayMs, callback);
  const store = await openFileStore({ files, after, ...SMALL, diskFreeLimitBytes: 0 });
  const lines: string[] = [];
  const log = (_: string, line: string) => lines.push(line);
  const broker = new Broker({ store, clock, log, memoryHighWatermarkBytes: memoryBytes });
  const client = await InProcessClient.open(broker);
  for (const queue of ["durable", "passing"]) {
    client.send(1, "queue.declare", { queue, durable: queue === "durable" });
    await client.receive(1, "queue.declare-ok");
  }
  const names = async (prefix: string) => (await files.list()).filter((name) => name.startsWith(prefix));

  /** Publishes bodies that begin with their number. */
  async function publish(routingKey: string, from: number, to: number, properties: BasicProperties = PERSISTENT) {
    for (let number = from; number < to; number++) {
      await client.publish(1, { routingKey, properties, body: `${number} `.padEnd(BODY_BYTES, ".") });
      if (number % 100 === 0) await clock.advance(20);
    }
    for (let i = 0; i < 10; i++) await clock.advance(20);
  }

  /** Waits for `count` deliveries. */
  async function deliveries(count: number): Promise<Received[]> {
    const received: Received[] = [];
    while (received.length < count) {
      received.push(...(await client.heard()).filter(({ method }) => method.name === "basic.deliver"));
      await clock.advance(10);
    }
    return received;
  }

  const count = async (queue: string) => {
    client.send(1, "queue.declare", { queue, passive: true });
    return (await client.receive(1, "queue.declare-ok")).messageCount;
  };
  return { clock, files, store, broker, client, lines, names, publish, deliveries, count };
}

const numberOf = ({ body }: Received): number => parseInt(body!);
const isRedelivered = ({ method }: Received): boolean => (method as MethodOf<"basic.deliver">).redelivered;
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe("persistent messages of a durable queue", () => {
  it("leave memory when they are in segments, and come back complete and in order", async () => {
    const { broker, client, publish, deliveries, count } = await openBroker();
    await publish("durable", 0, 1000);
    assert.ok(broker.messageBytes < 600 * BODY_BYTES, `${broker.messageBytes} bytes are in memory`);
    assert.equal(await count("durable"), 1000);
    client.send(1, "basic.consume", { queue: "durable", noAck: true });
    const delivered = await deliveries(1000);
    assert.deepEqual(delivered.map(numberOf), numbers(0, 1000));
    assert.ok(delivered.every((one) => one.body!.length === BODY_BYTES && !isRedelivered(one)));
  });

  it("leave memory again while they are unacknowledged, and return to their places", async () => {
    const { broker, client, publish, deliveries, count } = await openBroker();
    await publish("durable", 0, 1000);
    const waitingBytes = broker.messageBytes;
    client.send(1, "basic.consume", { queue: "durable", consumerTag: "all" });
    const delivered = await deliveries(1000);
    assert.ok(broker.messageBytes <= waitingBytes + 256 * 1024, "what was delivered has not left memory");
    client.send(1, "basic.cancel", { consumerTag: "all" });
    await client.receive(1, "basic.cancel-ok");
    // The last, the first, and one in the middle stay; the others are returned.
    const tags = [1000n, 1n, 500n];
    for (const deliveryTag of tags) client.send(1, "basic.ack", { deliveryTag });
    client.send(1, "basic.nack", { deliveryTag: 0n, multiple: true, requeue: true });
    assert.equal(await count("durable"), 997);
    client.send(1, "basic.consume", { queue: "durable", noAck: true });
    const again = await deliveries(997);
    assert.deepEqual(again.map(numberOf), delivered.map(numberOf).filter((n) => ![999, 0, 499].includes(n)));
    assert.ok(again.every((one) => isRedelivered(one) && one.body!.length === BODY_BYTES));
    assert.equal(await count("durable"), 0);
  });

  it("are read for basic.get, which is answered in order", async () => {
    const { client, publish } = await openBroker();
    await publish("durable", 0, 500);
    for (let i = 0; i < 3; i++) client.send(1, "basic.get", { queue: "durable", noAck: true });
    client.send(1, "queue.declare", { queue: "durable", passive: true });
    for (let number = 0; number < 3; number++) {
      const received = await client.receiveAll(1, "basic.get-ok");
      assert.equal(numberOf(received), number);
      assert.equal((received.method as MethodOf<"basic.get-ok">).messageCount, 499 - number);
    }
    assert.equal((await client.receive(1, "queue.declare-ok")).messageCount, 497);
  });

  it("keep their order with transient ones between them, which stay in memory", async () => {
    const { client, publish, deliveries } = await openBroker();
    for (let from = 0; from < 600; from += 20) {
      await publish("durable", from, from + 15);
      await publish("durable", from + 15, from + 20, { deliveryMode: 1 });
    }
    client.send(1, "basic.consume", { queue: "durable", noAck: true });
    assert.deepEqual((await deliveries(600)).map(numberOf), numbers(0, 600));
  });

  it("can be purged on disk, and more are added behind them", async () => {
    const { client, publish, deliveries, names } = await openBroker();
    await publish("durable", 0, 500);
    assert.ok((await names("segment-")).length > 0);
    client.send(1, "queue.purge", { queue: "durable" });
    assert.equal((await client.receive(1, "queue.purge-ok")).messageCount, 500);
    await publish("durable", 500, 520);
    assert.deepEqual(await names("segment-"), []);
    client.send(1, "basic.consume", { queue: "durable", noAck: true });
    assert.deepEqual((await deliveries(20)).map(numberOf), numbers(500, 520));
  });

  it("that can't be read block only their queue, until they can", async () => {
    const { client, clock, files, lines, publish, deliveries } = await openBroker();
    await publish("durable", 0, 500);
    files.isUnreadable = true;
    client.send(1, "basic.consume", { queue: "durable", noAck: true, nowait: true });
    await clock.advance(3000);
    assert.deepEqual(await client.heard(), []);
    const told = lines.filter((line) => /queue 'durable' is held up, .*: the disk is gone/.test(line));
    assert.equal(told.length, 1);
    client.publish(1, { routingKey: "passing", body: "others go on" });
    client.send(1, "basic.get", { queue: "passing", noAck: true });
    assert.equal((await client.receiveAll(1, "basic.get-ok")).body, "others go on");
    files.isUnreadable = false;
    assert.deepEqual((await deliveries(500)).map(numberOf), numbers(0, 500));
  });

  it("that can't be read for basic.get close the connection with 541", async () => {
    const { client, clock, files, publish } = await openBroker();
    await publish("durable", 0, 500);
    files.isUnreadable = true;
    client.send(1, "basic.get", { queue: "durable" });
    for (let i = 0; i < 3; i++) await clock.advance(1000);
    const { replyCode, replyText, classId, methodId } = await client.receive(0, "connection.close");
    assert.deepEqual([replyCode, classId, methodId], [541, 60, 70]);
    assert.match(replyText, /can't be read from disk, see the broker's log/);
  });
});

describe("messages of a quorum queue", () => {
  it("can be fetched after others that were returned, could not be read and were purged", async () => {
    const { broker, client, clock, files, publish } = await openBroker();
    client.send(1, "queue.declare", { queue: "q", durable: true, arguments: fieldTable({ "x-queue-type": "quorum" }) });
    await client.receive(1, "queue.declare-ok");
    await publish("q", 0, 500);
    for (let i = 0; i < 3; i++) client.send(1, "basic.get", { queue: "q" });
    for (let i = 0; i < 10; i++) await clock.advance(20);
    assert.equal((await client.heard()).length, 3);
    client.send(1, "basic.nack", { deliveryTag: 0n, multiple: true, requeue: true });
    files.isUnreadable = true;
    client.send(1, "basic.get", { queue: "q" });
    for (let i = 0; i < 3; i++) await clock.advance(1000);
    assert.equal((await client.receive(0, "connection.close")).replyCode, 541);
    files.isUnreadable = false;
    (broker.node.vhosts.get("/")!.queues.get("q") as Queue).purge();
    const other = await InProcessClient.open(broker);
    for (let number = 0; number < 500; number++) {
      other.publish(1, { routingKey: "q", properties: PERSISTENT, body: `${number} `.padEnd(BODY_BYTES, ".") });
      if (number % 100 === 0) await clock.advance(20);
    }
    for (let i = 0; i < 10; i++) await clock.advance(20);
    other.send(1, "basic.get", { queue: "q" });
    for (let i = 0; i < 3; i++) await clock.advance(1000);
    assert.equal(parseInt((await other.receiveAll(1, "basic.get-ok")).body!), 0);
  });
});

describe("transient messages", () => {
  const MEMORY = 4 * 1024 * 1024;

  it("are spilled to disk when memory is low, and come back complete and in order", async () => {
    const { broker, client, names, publish, deliveries, count } = await openBroker(MEMORY);
    await publish("passing", 0, 8000, {});
    assert.ok(broker.messageBytes < MEMORY, `${broker.messageBytes} bytes are in memory`);
    assert.equal(await count("passing"), 8000);
    assert.equal((await names("spill-")).length, 1);
    client.send(1, "basic.consume", { queue: "passing", noAck: true });
    const delivered = await deliveries(8000);
    assert.deepEqual(delivered.map(numberOf), numbers(0, 8000));
    assert.ok(delivered.every((one) => one.body!.length === BODY_BYTES));
  });

  it("on disk are removed with their queue, and with the broker", async () => {
    const { broker, client, clock, files, publish } = await openBroker(MEMORY);
    const spilledBytes = async () => {
      const spill = (await files.list()).find((name) => name.startsWith("spill-"));
      return spill === undefined ? 0 : await (await files.open(spill)).size();
    };
    await publish("passing", 0, 6000, {});
    const before = await spilledBytes();
    assert.ok(before > 0);
    client.send(1, "queue.delete", { queue: "passing" });
    assert.equal((await client.receive(1, "queue.delete-ok")).messageCount, 6000);
    // The space is reused.
    client.send(1, "queue.declare", { queue: "passing" });
    await client.receive(1, "queue.declare-ok");
    await publish("passing", 0, 6000, {});
    assert.ok(await spilledBytes() <= before * 1.2);
    const closed = broker.close();
    client.finish();
    await client.heard();
    await clock.advance(60_000);
    await closed;
    assert.deepEqual((await files.list()).filter((name) => name.startsWith("spill-")), []);
  });
});
