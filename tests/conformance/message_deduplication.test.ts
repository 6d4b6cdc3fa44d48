import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel, Message } from "amqplib";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  closeQuietly,
  connect,
  drain,
  Inbox,
  openChannel,
  openConfirmChannel,
  publish,
  refusal,
  texts,
  unique,
} from "./client.ts";

/** The plugin is not packaged with RabbitMQ, which without it refuses the exchange type and ignores the argument. */
const skip = productUnderTest !== "haremq";

let broker: BrokerUnderTest;
let connection: ChannelModel;
let channel: ConfirmChannel;
let queue: string;

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
  channel = await openConfirmChannel(connection);
  queue = (await channel.assertQueue("", { exclusive: true })).queue;
});
afterEach(() => closeQuietly(connection));

const known = (by: unknown, more: Record<string, unknown> = {}) => {
  return { headers: { "x-deduplication-header": by, ...more } };
};

/** Declares an exchange that is deleted with its last binding, and binds the queue to it. */
async function declare(exchangeArguments: Record<string, unknown>): Promise<string> {
  const name = unique("x");
  const options = { durable: false, autoDelete: true, arguments: exchangeArguments };
  await channel.assertExchange(name, "x-message-deduplication", options);
  await channel.bindQueue(queue, name, "a key that counts for nothing");
  return name;
}

describe("an x-message-deduplication exchange", { skip }, () => {
  it("passes the first of several messages with one header, whatever their routing keys", async () => {
    const exchange = await declare({ "x-cache-size": 10 });
    await publish(channel, exchange, "a", "first", known("id"));
    await publish(channel, exchange, "b", "second", known("id"));
    await publish(channel, exchange, "c", "other", known("other id"));
    assert.deepEqual(await drain(channel, queue), ["first", "other"]);
  });

  it("passes messages without the header", async () => {
    const exchange = await declare({ "x-cache-size": 10 });
    await publish(channel, exchange, "", "first");
    await publish(channel, exchange, "", "second", { headers: { other: 1 } });
    assert.deepEqual(await drain(channel, queue), ["first", "second"]);
  });

  it("remembers numbers, booleans and void as well as texts", async () => {
    const exchange = await declare({ "x-cache-size": 10 });
    for (const by of [42, 4.2, true, null, "42"]) {
      for (let i = 0; i < 3; i++) await publish(channel, exchange, "", String(by), known(by));
    }
    assert.deepEqual(await drain(channel, queue), ["42", "4.2", "true", "null", "42"]);
  });

  it("remembers no more than x-cache-size of them", async () => {
    const exchange = await declare({ "x-cache-size": 1 });
    for (const by of ["this", "that", "this"]) await publish(channel, exchange, "", by, known(by));
    assert.deepEqual(await drain(channel, queue), ["this", "that", "this"]);
  });

  it("remembers them for the time in x-cache-ttl, preferably that of the message", async () => {
    const exchange = await declare({ "x-cache-size": 10, "x-cache-ttl": 60_000 });
    await publish(channel, exchange, "", "long", known("long"));
    await publish(channel, exchange, "", "short", known("short", { "x-cache-ttl": 1 }));
    const inbox = await Inbox.open(channel, queue, { noAck: true });
    await inbox.take(2);
    // However long this takes, one millisecond has passed then.
    while (inbox.waiting.length === 0) await publish(channel, exchange, "", "short again", known("short"));
    await publish(channel, exchange, "", "long again", known("long"));
    assert.deepEqual(texts(await inbox.take(1)), ["short again"]);
    assert.equal(inbox.waiting.length, 0);
  });

  it("routes a duplicate nowhere: it is confirmed, and returned when it is mandatory", async () => {
    const returned: Message[] = [];
    channel.on("return", (message: Message) => returned.push(message));
    const exchange = await declare({ "x-cache-size": 10 });
    await publish(channel, exchange, "", "first", { ...known("id"), mandatory: true });
    await publish(channel, exchange, "", "second", { ...known("id"), mandatory: true });
    assert.deepEqual(texts(returned), ["second"]);
  });

  it("takes its arguments in digits too", async () => {
    const exchange = await declare({ "x-cache-size": "10", "x-cache-ttl": "1000", "x-cache-persistence": "memory" });
    await publish(channel, exchange, "", "message", known("id"));
    assert.deepEqual(await drain(channel, queue), ["message"]);
  });

  const size = "Missing or invalid argument, 'x-cache-size' must be an integer greater than 0";
  const ttl = "Invalid argument, 'x-cache-ttl' must be an integer greater than 0";
  const persistence = "Invalid argument, 'x-cache-persistence' must be either 'disk' or 'memory'";
  const refused: readonly (readonly [Record<string, unknown>, string])[] = [
    [{}, size],
    [{ "x-cache-size": 0 }, size],
    [{ "x-cache-size": "many" }, size],
    [{ "x-cache-size": true }, size],
    [{ "x-cache-size": 10, "x-cache-ttl": -1 }, ttl],
    [{ "x-cache-size": 10, "x-cache-ttl": "long" }, ttl],
    [{ "x-cache-size": 10, "x-cache-persistence": "tape" }, persistence],
    [{ "x-cache-size": 10, "x-cache-persistence": 1 }, persistence],
  ];
  for (const [exchangeArguments, text] of refused) {
    it(`is refused with ${JSON.stringify(exchangeArguments)}`, async () => {
      const other = await openChannel(connection);
      const options = { durable: false, arguments: exchangeArguments };
      const { replyCode, replyText } = await refusal(
        other.assertExchange(unique("x"), "x-message-deduplication", options),
      );
      assert.deepEqual([replyCode, replyText], [406, `PRECONDITION_FAILED - ${text}`]);
    });
  }
});

for (const type of ["classic", "quorum"]) {
  describe(`a ${type} queue with x-message-deduplication`, { skip }, () => testQueue(type));
}

function testQueue(type: string): void {
  const declared: string[] = [];

  async function deduplicating(queueArguments: Record<string, unknown> = {}): Promise<string> {
    const all = { "x-queue-type": type, "x-message-deduplication": true, ...queueArguments };
    const name = unique("q");
    await channel.assertQueue(name, { durable: true, arguments: all });
    declared.push(name);
    return name;
  }

  afterEach(async () => {
    for (const name of declared.splice(0)) await channel.deleteQueue(name);
  });

  it("refuses a message while another one with its header is in it, and tells the publisher", async () => {
    const name = await deduplicating();
    await publish(channel, "", name, "first", known("id"));
    await assert.rejects(publish(channel, "", name, "second", known("id")), /nacked/);
    await publish(channel, "", name, "without");
    await publish(channel, "", name, "without");
    assert.deepEqual(await drain(channel, name), ["first", "without", "without"]);
    await publish(channel, "", name, "third", known("id"));
    assert.deepEqual(await drain(channel, name), ["third"]);
  });

  it("contains a message until it is acknowledged", async () => {
    const name = await deduplicating();
    const inbox = await Inbox.open(channel, name);
    await publish(channel, "", name, "first", known("id"));
    const first = await inbox.next();
    await assert.rejects(publish(channel, "", name, "second", known("id")), /nacked/);
    channel.nack(first);
    const again = await inbox.next();
    assert.equal(again.fields.redelivered, true);
    await assert.rejects(publish(channel, "", name, "third", known("id")), /nacked/);
    channel.ack(again);
    await publish(channel, "", name, "fourth", known("id"));
    assert.deepEqual(texts([await inbox.next()]), ["fourth"]);
  });

  it("no longer contains a message that went to a consumer without acknowledgement", async () => {
    const name = await deduplicating();
    const inbox = await Inbox.open(channel, name, { noAck: true });
    for (const body of ["first", "second"]) {
      channel.publish("", name, Buffer.from(body), known("id"));
      assert.deepEqual(texts([await inbox.next()]), [body]);
    }
  });

  it("dead-letters duplicates, and forgets messages that it dead-letters", async () => {
    const name = await deduplicating({ "x-dead-letter-exchange": "", "x-dead-letter-routing-key": queue });
    await publish(channel, "", name, "first", known("id"));
    await assert.rejects(publish(channel, "", name, "second", known("id")), /nacked/);
    const message = await channel.get(name);
    assert(message);
    channel.reject(message, false);
    await publish(channel, "", name, "third", known("id"));
    assert.deepEqual(await drain(channel, queue), ["second", "first"]);
    assert.deepEqual(await drain(channel, name), ["third"]);
  });

  it("accepts what other queues of the route refuse or contain already", async () => {
    const [one, two] = [await deduplicating(), await deduplicating()];
    const exchange = unique("x");
    await channel.assertExchange(exchange, "fanout", { durable: false, autoDelete: true });
    await publish(channel, "", one, "first", known("id"));
    for (const name of [one, two, queue]) await channel.bindQueue(name, exchange, "");
    await assert.rejects(publish(channel, exchange, "", "second", known("id")), /nacked/);
    assert.deepEqual(await drain(channel, one), ["first"]);
    assert.deepEqual(await drain(channel, two), ["second"]);
    assert.deepEqual(await drain(channel, queue), ["second"]);
  });
}
