import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel, Message } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { closeQuietly, connect, drain, method, openConfirmChannel, publish, refusal, text, unique } from "./client.ts";

let broker: BrokerUnderTest;
let connection: ChannelModel;
let channel: ConfirmChannel;
let returned: Message[];

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
  channel = await openConfirmChannel(connection);
  returned = [];
  channel.on("return", (message: Message) => returned.push(message));
});
afterEach(() => closeQuietly(connection));

/** Declares an exchange that is deleted with its last binding. */
async function declare(type: string, alternateExchange?: string): Promise<string> {
  const name = unique("x");
  await channel.assertExchange(name, type, { durable: false, autoDelete: true, alternateExchange });
  return name;
}

/** Binds an exclusive queue, and returns its name. */
async function bindQueue(exchange: string, key: string): Promise<string> {
  const { queue } = await channel.assertQueue("", { exclusive: true });
  await channel.bindQueue(queue, exchange, key);
  return queue;
}

describe("an alternate exchange", () => {
  it("receives messages without a queue from its exchange, unchanged", async () => {
    const alternate = await declare("fanout");
    const exchange = await declare("direct", alternate);
    const wanted = await bindQueue(exchange, "key");
    const unrouted = await bindQueue(alternate, "");

    await publish(channel, exchange, "key", "for a queue");
    await publish(channel, exchange, "other", "for none", { headers: { a: 1 } });

    assert.deepEqual(await drain(channel, wanted), ["for a queue"]);
    const message = await channel.get(unrouted, { noAck: true });
    assert.ok(message);
    assert.deepEqual(
      [text(message), message.fields.exchange, message.fields.routingKey, message.properties.headers],
      ["for none", exchange, "other", { a: 1 }],
    );
    assert.equal(await channel.get(unrouted), false);
  });

  it("counts as a route for a mandatory message, unless it has no queue either", async () => {
    const alternate = await declare("direct");
    const exchange = await declare("direct", alternate);
    await bindQueue(exchange, "unused");
    const unrouted = await bindQueue(alternate, "known");

    await publish(channel, exchange, "known", "routed", { mandatory: true });
    await publish(channel, exchange, "unknown", "returned", { mandatory: true });

    assert.deepEqual(await drain(channel, unrouted), ["routed"]);
    assert.deepEqual(returned.map(text), ["returned"]);
  });

  it("may have one itself, and a circle of them ends", async () => {
    const [first, second, third] = ["a", "b", "c"].map(unique);
    const declared = [[first, second], [second, third], [third, first]];
    for (const [name, alternateExchange] of declared) {
      await channel.assertExchange(name, "direct", { durable: false, autoDelete: true, alternateExchange });
    }
    const queue = await bindQueue(third, "key");
    for (const exchange of [first, second]) await bindQueue(exchange, "unused");

    await publish(channel, first, "key", "at the end", { mandatory: true });
    await publish(channel, first, "nowhere", "in vain", { mandatory: true });

    assert.deepEqual(await drain(channel, queue), ["at the end"]);
    assert.deepEqual(returned.map(text), ["in vain"]);
  });

  it("may be declared later, and is used from then on", async () => {
    const alternate = unique("later");
    const exchange = await declare("direct", alternate);
    await bindQueue(exchange, "unused");

    await publish(channel, exchange, "key", "too early", { mandatory: true });
    await channel.assertExchange(alternate, "fanout", { durable: false, autoDelete: true });
    const unrouted = await bindQueue(alternate, "");
    await publish(channel, exchange, "key", "in time", { mandatory: true });

    assert.deepEqual(returned.map(text), ["too early"]);
    assert.deepEqual(await drain(channel, unrouted), ["in time"]);
  });

  it("is used for messages that reach its exchange through another one", async () => {
    const alternate = await declare("fanout");
    const behind = await declare("direct", alternate);
    const first = await declare("fanout");
    await channel.bindExchange(behind, first, "");
    await bindQueue(behind, "unused");
    const unrouted = await bindQueue(alternate, "");

    await publish(channel, first, "key", "far");

    assert.deepEqual(await drain(channel, unrouted), ["far"]);
  });

  it("has no queues when it is the default exchange", async () => {
    const exchange = await declare("direct", "");
    const queue = await bindQueue(exchange, "unused");

    await publish(channel, exchange, queue, "returned", { mandatory: true });

    assert.deepEqual(await drain(channel, queue), []);
    assert.deepEqual(returned.map(text), ["returned"]);
  });

  it("works for exchanges that look at headers", async () => {
    const alternate = await declare("headers");
    const exchange = await declare("headers", alternate);
    const { queue: wanted } = await channel.assertQueue("", { exclusive: true });
    const { queue: unrouted } = await channel.assertQueue("", { exclusive: true });
    await channel.bindQueue(wanted, exchange, "", { a: 1 });
    await channel.bindQueue(unrouted, alternate, "", { a: 2 });

    for (const a of [1, 2, 3]) await publish(channel, exchange, "", String(a), { headers: { a }, mandatory: true });

    assert.deepEqual(await drain(channel, wanted), ["1"]);
    assert.deepEqual(await drain(channel, unrouted), ["2"]);
    assert.deepEqual(returned.map(text), ["3"]);
  });
});

describe("declaring an alternate exchange", () => {
  for (const { type, value } of [{ type: "byte", value: 5 }, { type: "bool", value: true }]) {
    it(`is refused for a ${type} instead of a name`, async () => {
      const name = unique("x");

      const reason = await refusal(channel.assertExchange(name, "direct", {
        arguments: { "alternate-exchange": value },
      }));

      assert.deepEqual(reason, {
        replyCode: 406,
        replyText: `PRECONDITION_FAILED - invalid type '${type}' for arg 'alternate-exchange' in ` +
          `exchange '${name}' in vhost '/'`,
        ...method["exchange.declare"],
      });
    });
  }

  it("is refused for a reserved name before anything else", async () => {
    const reason = await refusal(channel.assertExchange("amq.mine", "direct", {
      arguments: { "alternate-exchange": 5 },
    }));

    assert.deepEqual(reason, {
      replyCode: 403,
      replyText: "ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*'",
      ...method["exchange.declare"],
    });
  });
});
