import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel, ConsumeMessage, Message, Options } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  closeQuietly,
  connect,
  drain,
  hasExchangeType,
  Inbox,
  openChannel,
  openConfirmChannel,
  publish,
  refusal,
  texts,
  unique,
} from "./client.ts";

/** The plugin is not packaged with RabbitMQ, which refuses the exchange type without it. */
const skip = !await hasExchangeType("x-delayed-message");

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

/** Declares an exchange that is deleted with its last binding, and binds the queue to it. */
async function declare(type: string, exchangeArguments: Record<string, unknown>, key = "key"): Promise<string> {
  const name = unique("x");
  await channel.assertExchange(name, type, { durable: false, autoDelete: true, arguments: exchangeArguments });
  await channel.bindQueue(queue, name, key);
  return name;
}

const delayed = (delay: unknown, options: Options.Publish = {}): Options.Publish => {
  return { headers: { "x-delay": delay }, ...options };
};

/** Returns the time between publish and delivery of a message. In milliseconds. */
const tookMs = (message: ConsumeMessage): number => Date.now() - Number(message.properties.messageId);
const now = (): Options.Publish => ({ messageId: String(Date.now()) });

describe("an x-delayed-message exchange", { skip }, () => {
  it("delivers a message after the milliseconds in its x-delay header", async () => {
    const exchange = await declare("x-delayed-message", { "x-delayed-type": "direct" });
    const inbox = await Inbox.open(channel, queue, { noAck: true });
    await publish(channel, exchange, "key", "later", delayed(200, now()));

    const message = await inbox.next();
    const ms = tookMs(message);
    assert.ok(ms >= 200, `after ${ms} ms`);
    assert.deepEqual(
      [message.content.toString(), message.fields.exchange, message.fields.routingKey],
      ["later", exchange, "key"],
    );
    assert.deepEqual(message.properties.headers, { "x-delay": -200 });
  });

  it("delivers messages in the order of their due times", async () => {
    const exchange = await declare("x-delayed-message", { "x-delayed-type": "fanout" });
    const inbox = await Inbox.open(channel, queue, { noAck: true });
    for (const ms of [500, 100, 300, 200, 101, 400]) {
      channel.publish(exchange, "", Buffer.from(String(ms)), delayed(ms));
    }
    assert.deepEqual(texts(await inbox.take(6)), ["100", "101", "200", "300", "400", "500"]);
  });

  it("takes a delay in digits, and one with a fraction", async () => {
    const exchange = await declare("x-delayed-message", { "x-delayed-type": "fanout" });
    const inbox = await Inbox.open(channel, queue, { noAck: true });
    await Promise.all([
      publish(channel, exchange, "", "digits", delayed("100")),
      publish(channel, exchange, "", "fraction", delayed({ "!": "double", value: 50.5 })),
    ]);
    assert.deepEqual(texts(await inbox.take(2)), ["fraction", "digits"]);
  });

  it("delivers messages without a delay, or with an invalid one, at once", async () => {
    const exchange = await declare("x-delayed-message", { "x-delayed-type": "fanout" });
    await publish(channel, exchange, "", "none");
    await publish(channel, exchange, "", "zero", delayed(0));
    await publish(channel, exchange, "", "past", delayed(-1000));
    await publish(channel, exchange, "", "too long", delayed(4294967296));
    await publish(channel, exchange, "", "boolean", delayed(true));
    assert.deepEqual(await drain(channel, queue), ["none", "zero", "past", "too long", "boolean"]);
  });

  for (
    const [type, key, routed, unrouted] of [
      ["direct", "a.b", "a.b", "a.c"],
      ["topic", "a.*", "a.b", "b.a"],
      ["x-random", "", "anything", undefined],
    ] as const
  ) {
    it(`routes like the type in its argument, such as ${type}`, async () => {
      const exchange = await declare("x-delayed-message", { "x-delayed-type": type }, key);
      const inbox = await Inbox.open(channel, queue, { noAck: true });
      if (unrouted !== undefined) await publish(channel, exchange, unrouted, "unrouted", delayed(20));
      await publish(channel, exchange, routed, "routed", delayed(30));
      await publish(channel, exchange, routed, "last", delayed(31));
      assert.deepEqual(texts(await inbox.take(2)), ["routed", "last"]);
    });
  }

  it("checks the arguments of that type, and its bindings", async () => {
    const name = unique("x");
    const both = { "x-delayed-type": "x-consistent-hash", "hash-header": "a", "hash-property": "message_id" };
    const { replyCode, replyText } = await refusal(
      channel.assertExchange(name, "x-delayed-message", { durable: false, arguments: both }),
    );
    assert.deepEqual([replyCode, replyText], [
      406,
      "PRECONDITION_FAILED - hash-header and hash-property are mutually exclusive",
    ]);
    channel = await openConfirmChannel(connection);
    const exchange = await declare("x-delayed-message", { "x-delayed-type": "headers" });
    const binding = await refusal(channel.bindQueue(queue, exchange, "", { "x-match": "some" }));
    assert.equal(binding.replyCode, 406);
  });

  const refused: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ["without a type", {}, "Invalid argument, 'x-delayed-type' must be an existing exchange type"],
    [
      "with a type that is no text",
      { "x-delayed-type": 1 },
      "Invalid argument, 'x-delayed-type' must be an existing exchange type",
    ],
    [
      "with its own type",
      { "x-delayed-type": "x-delayed-message" },
      "Invalid argument, 'x-delayed-message' can't be used for 'x-delayed-type'",
    ],
    ["with an unknown type", { "x-delayed-type": "x-made-up" }, "unknown exchange type 'x-made-up'"],
  ];
  for (const [what, exchangeArguments, text] of refused) {
    it(`is refused ${what}`, async () => {
      const other = await openChannel(connection);
      const { replyCode, replyText } = await refusal(
        other.assertExchange(unique("x"), "x-delayed-message", { durable: false, arguments: exchangeArguments }),
      );
      assert.deepEqual([replyCode, replyText], [406, `PRECONDITION_FAILED - ${text}`]);
    });
  }

  it("does not return a delayed mandatory message", async () => {
    const returned: Message[] = [];
    channel.on("return", (message: Message) => returned.push(message));
    const exchange = await declare("x-delayed-message", { "x-delayed-type": "direct" });
    await publish(channel, exchange, "nowhere", "kept back", delayed(20, { mandatory: true }));
    await publish(channel, exchange, "nowhere", "not delayed", { mandatory: true });
    assert.deepEqual(texts(returned), ["not delayed"]);
  });

  it("sends a delayed message to all keys in CC and BCC, and shows those in CC", async () => {
    const exchange = await declare("x-delayed-message", { "x-delayed-type": "direct" }, "copy");
    const inbox = await Inbox.open(channel, queue, { noAck: true });
    await publish(channel, exchange, "key", "CC", { headers: { "x-delay": 20, CC: ["copy"] } });
    assert.deepEqual((await inbox.next()).properties.headers, { "x-delay": -20, CC: ["copy"] });
    await publish(channel, exchange, "key", "BCC", { headers: { "x-delay": 20, CC: ["other"], BCC: ["copy"] } });
    assert.deepEqual((await inbox.next()).properties.headers, { "x-delay": -20, CC: ["other"] });
  });

  it("delays messages of a transaction from its commit on, and none that are rolled back", async () => {
    const exchange = await declare("x-delayed-message", { "x-delayed-type": "fanout" });
    const inbox = await Inbox.open(channel, queue, { noAck: true });
    const transacted = await openChannel(connection);
    const internals = transacted as unknown as { rpc(id: number, fields: unknown, answer: number): Promise<unknown> };
    const call = (id: number) => internals.rpc(90 << 16 | id, {}, 90 << 16 | id + 1);
    await call(10);
    transacted.publish(exchange, "", Buffer.from("rolled back"), delayed(10));
    await call(30);
    transacted.publish(exchange, "", Buffer.from("committed"), delayed(20));
    await call(20);
    await publish(channel, exchange, "", "last", delayed(200));
    assert.deepEqual(texts(await inbox.take(2)), ["committed", "last"]);
  });
});

describe("an exchange of another type with x-delayed-exchange", { skip }, () => {
  it("delays messages too", async () => {
    const exchange = await declare("topic", { "x-delayed-exchange": true }, "a.*");
    const inbox = await Inbox.open(channel, queue, { noAck: true });
    await Promise.all([
      publish(channel, exchange, "a.b", "later", delayed(100, now())),
      publish(channel, exchange, "a.b", "at once"),
    ]);
    const [first, second] = [await inbox.next(), await inbox.next()];
    const ms = tookMs(second);
    assert.deepEqual(texts([first, second]), ["at once", "later"]);
    assert.ok(ms >= 100, `after ${ms} ms`);
  });
});
