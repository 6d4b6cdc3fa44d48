import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Channel, ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { call, closeQuietly, connect, Inbox, openChannel, openConfirmChannel, socketOf, unique } from "./client.ts";
import { type Numbers, type Shown, type Statistics, statisticsOf } from "./statistics.ts";

/** Time limit for expected statistics, which RabbitMQ collects at intervals. In milliseconds. */
const PATIENCE_MS = 15_000;
/** Time after which RabbitMQ has counted everything. In milliseconds. */
const SETTLED_MS = 7000;

let broker: BrokerUnderTest;
let shown: Statistics;
let connection: ChannelModel;
let publisher: ConfirmChannel;
let channel: Channel;
let queue: string;

before(async () => {
  broker = await startBrokerUnderTest();
  shown = statisticsOf(broker);
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
  publisher = await openConfirmChannel(connection);
  channel = await openChannel(connection);
  queue = unique("queue");
});
afterEach(() => closeQuietly(connection));

/** Waits until a broker's statistics are as expected, and asserts them. A number that is 0 may be missing. */
async function shows(read: () => Promise<Shown>, expected: Shown): Promise<void> {
  const numbers = async () => {
    const all = await read().catch((): Shown => ({}));
    return Object.fromEntries(Object.keys(expected).map((name) => [name, all[name] ?? 0]));
  };
  const isExpected = (found: Shown) => Object.entries(expected).every(([name, number]) => found[name] === number);
  let found = await numbers();
  for (const endMs = performance.now() + PATIENCE_MS; !isExpected(found) && performance.now() < endMs;) {
    await sleep(100);
    found = await numbers();
  }
  assert.deepEqual(found, expected);
}

/** Returns the numbers of the whole broker, once RabbitMQ has counted everything before. */
async function overview(): Promise<Numbers> {
  let numbers = await shown.overview();
  if (productUnderTest === "haremq") return numbers;
  for (let before: Numbers = {}; JSON.stringify(before) !== JSON.stringify(numbers);) {
    before = numbers;
    await sleep(SETTLED_MS);
    numbers = await shown.overview();
  }
  return numbers;
}

const showsQueue = (expected: Numbers) => shows(() => shown.queue(queue), expected);

/** Returns the connection's name, as RabbitMQ forms it. */
function nameOf(connection: ChannelModel): string {
  const { localAddress, localPort, remoteAddress, remotePort } = socketOf(connection);
  return `${localAddress}:${localPort} -> ${remoteAddress}:${remotePort}`;
}

async function fill(bodies: readonly string[], persistent = false): Promise<void> {
  for (const body of bodies) publisher.sendToQueue(queue, Buffer.from(body), { persistent });
  await publisher.waitForConfirms();
}

const get = async (options = {}) => await channel.get(queue, options);

describe("the statistics of a queue", () => {
  it("cover ready, unacknowledged and persistent messages with their bytes", async () => {
    await channel.assertQueue(queue, { durable: true });
    await fill(["12345", "1234"], true);
    await fill(["123", "1"]);
    await get();
    await showsQueue({
      messages: 4,
      messages_ready: 3,
      messages_unacknowledged: 1,
      messages_ram: 4,
      messages_persistent: 2,
      message_bytes: 13,
      message_bytes_ready: 8,
      message_bytes_unacknowledged: 5,
      message_bytes_ram: 13,
      message_bytes_persistent: 9,
    });
    await channel.deleteQueue(queue);
  });

  it("count no message of a transient queue as persistent, and all of a quorum queue", async () => {
    await channel.assertQueue(queue, { durable: false });
    await fill(["12345"], true);
    await showsQueue({ messages: 1, messages_persistent: 0, message_bytes: 5, message_bytes_persistent: 0 });
    await channel.deleteQueue(queue);
    await channel.assertQueue(queue, { durable: true, arguments: { "x-queue-type": "quorum" } });
    await fill(["12345", "123"]);
    await get();
    await showsQueue({
      messages: 2,
      messages_ready: 1,
      messages_unacknowledged: 1,
      messages_persistent: 2,
      message_bytes: 8,
      message_bytes_ready: 3,
      message_bytes_unacknowledged: 5,
      message_bytes_persistent: 8,
    });
    await channel.deleteQueue(queue);
  });

  it("count published, fetched, delivered, acknowledged and redelivered messages", async () => {
    await channel.assertQueue(queue, { durable: false });
    await get();
    await fill(["1", "2", "3", "4", "5", "6", "7"]);
    const first = await get();
    channel.ack(first as Exclude<typeof first, false>);
    await get({ noAck: true });
    const third = await get();
    channel.nack(third as Exclude<typeof third, false>, false, true);
    await channel.prefetch(2);
    const inbox = await Inbox.open(channel, queue);
    const [again, next] = await inbox.take(2);
    assert.deepEqual([again.fields.redelivered, next.fields.redelivered], [true, false]);
    channel.ack(next, true);
    await inbox.take(2);
    await showsQueue({
      publish: 7,
      get: 2,
      get_no_ack: 1,
      get_empty: 1,
      deliver: 4,
      deliver_no_ack: 0,
      ack: 3,
      redeliver: 1,
      messages_ready: 1,
      messages_unacknowledged: 2,
      consumers: 1,
    });
    await channel.deleteQueue(queue);
  });

  it("count deliveries without acknowledgement separately", async () => {
    await channel.assertQueue(queue, { durable: false });
    await fill(["1", "2", "3"]);
    const inbox = await Inbox.open(channel, queue, { noAck: true });
    await inbox.take(3);
    await showsQueue({ publish: 3, deliver: 0, deliver_no_ack: 3, ack: 0, messages: 0 });
    await channel.deleteQueue(queue);
  });

  it("count rejected messages neither as acknowledged nor as unacknowledged", async () => {
    await channel.assertQueue(queue, { durable: false });
    await fill(["1", "2"]);
    for (let i = 0; i < 2; i++) {
      const message = await get();
      channel.reject(message as Exclude<typeof message, false>, false);
    }
    await showsQueue({ publish: 2, get: 2, ack: 0, messages: 0, message_bytes: 0 });
    await channel.deleteQueue(queue);
  });
});

describe("the statistics of a channel", () => {
  it("count published, confirmed, returned and dropped messages", async () => {
    await channel.assertQueue(queue, { durable: false });
    publisher.on("return", () => {});
    await fill(["1", "2", "3"]);
    publisher.publish("", unique("nowhere"), Buffer.from("dropped"));
    publisher.publish("", unique("nowhere"), Buffer.from("dropped"));
    publisher.publish("", unique("nowhere"), Buffer.from("returned"), { mandatory: true });
    await publisher.waitForConfirms();
    await shows(() => shown.channel(nameOf(connection), 1), {
      publish: 6,
      confirm: 6,
      return_unroutable: 1,
      drop_unroutable: 2,
      messages_unconfirmed: 0,
    });
    await channel.deleteQueue(queue);
  });

  it("count deliveries, and show limits and unacknowledged messages", async () => {
    await channel.assertQueue(queue, { durable: false });
    await fill(["1", "2", "3", "4"]);
    await channel.prefetch(3);
    await channel.prefetch(5, true);
    await get({ noAck: true });
    const inbox = await Inbox.open(channel, queue);
    const [first] = await inbox.take(3);
    channel.ack(first);
    await get();
    await shows(() => shown.channel(nameOf(connection), 2), {
      deliver: 3,
      ack: 1,
      get_no_ack: 1,
      get_empty: 1,
      consumer_count: 1,
      messages_unacknowledged: 2,
      prefetch_count: 3,
      global_prefetch_count: 5,
    });
    await channel.deleteQueue(queue);
  });

  it("show what waits for the commit of its transaction", async () => {
    await channel.assertQueue(queue, { durable: false });
    await fill(["1", "2"]);
    await call(channel, "tx.select");
    const message = await get();
    channel.ack(message as Exclude<typeof message, false>);
    channel.sendToQueue(queue, Buffer.from("3"));
    channel.sendToQueue(queue, Buffer.from("4"));
    await shows(() => shown.channel(nameOf(connection), 2), { messages_uncommitted: 2, acks_uncommitted: 1 });
    await call(channel, "tx.commit");
    await shows(() => shown.channel(nameOf(connection), 2), {
      publish: 2,
      ack: 1,
      messages_uncommitted: 0,
      acks_uncommitted: 0,
    });
    await channel.deleteQueue(queue);
  });
});

describe("the statistics of an exchange", () => {
  it("count incoming messages, and outgoing ones for each queue", async () => {
    const [exchange, other] = [unique("exchange"), unique("queue")];
    await channel.assertExchange(exchange, "fanout", { durable: false });
    for (const name of [queue, other]) {
      await channel.assertQueue(name, { durable: false });
      await channel.bindQueue(name, exchange, "");
    }
    for (let i = 0; i < 3; i++) publisher.publish(exchange, "", Buffer.from("x"));
    await publisher.waitForConfirms();
    await shows(() => shown.exchange(exchange), { publish_in: 3, publish_out: 6 });
    await channel.deleteExchange(exchange);
    for (const name of [queue, other]) await channel.deleteQueue(name);
  });
});

describe("the statistics of a consumer", () => {
  it("show its queue, its limit, and whether it is active", async () => {
    await channel.assertQueue(queue, { durable: false, arguments: { "x-single-active-consumer": true } });
    await channel.prefetch(7);
    const [active, waiting] = [unique("tag"), unique("tag")];
    await channel.consume(queue, () => {}, { consumerTag: active });
    await channel.consume(queue, () => {}, { consumerTag: waiting, noAck: true });
    const both = { queue, prefetch_count: 7, exclusive: false };
    for (
      const [tag, expected] of [
        [active, { ...both, ack_required: true, active: true, activity_status: "single_active" }],
        [waiting, { ...both, ack_required: false, active: false, activity_status: "waiting" }],
      ] as const
    ) {
      await shows(() => shown.consumer(tag), expected);
    }
    await channel.deleteQueue(queue);
  });
});

describe("the statistics of a connection", () => {
  it("count its bytes and frames", async () => {
    const name = nameOf(connection);
    const socket = socketOf(connection);
    await channel.assertQueue(queue, { durable: false });
    await fill(["x".repeat(10_000)]);
    await shows(() => shown.connection(name), {
      channels: 2,
      recv_oct: socket.bytesWritten,
      send_oct: socket.bytesRead,
      send_pend: 0,
    });
    await channel.deleteQueue(queue);
  });
});

describe("the statistics of a broker", () => {
  it("count connections, channels and queues that are opened and closed", async () => {
    const names = ["connection", "channel"].flatMap((name) => [`${name}_created`, `${name}_closed`]);
    const all = [...names, "queue_declared", "queue_created", "queue_deleted"];
    const before = await overview();
    const other = await connect(broker);
    const otherChannel = await openChannel(other);
    await otherChannel.assertQueue(queue, { durable: false });
    await otherChannel.assertQueue(queue, { durable: false });
    await otherChannel.checkQueue(queue);
    await otherChannel.deleteQueue(queue);
    await otherChannel.assertQueue(queue, { exclusive: true });
    await other.close();
    const added: Numbers = {
      connection_created: 1,
      connection_closed: 1,
      channel_created: 1,
      channel_closed: 1,
      queue_declared: 3,
      queue_created: 2,
      queue_deleted: 2,
    };
    await shows(shown.overview, Object.fromEntries(all.map((name) => [name, (before[name] ?? 0) + added[name]])));
  });

  it("include channels that are closed", async () => {
    const before = await overview();
    await channel.assertQueue(queue, { durable: false });
    await fill(["1", "2"]);
    const message = await get();
    channel.ack(message as Exclude<typeof message, false>);
    await shows(() => shown.queue(queue), { ack: 1 });
    const { messages = 0, messages_ready: ready = 0 } = await shown.queue(queue);
    assert.deepEqual([messages, ready], [1, 1]);
    await channel.close();
    const added: Numbers = { publish: 2, confirm: 2, get: 1, ack: 1 };
    const expected = Object.entries(added).map(([name, number]) => [name, (before[name] ?? 0) + number]);
    await shows(shown.overview, Object.fromEntries(expected));
    await publisher.deleteQueue(queue);
  });
});
