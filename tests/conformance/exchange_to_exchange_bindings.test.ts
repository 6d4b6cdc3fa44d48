import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { closeQuietly, connect, drain, method, openConfirmChannel, publish, refusal, unique } from "./client.ts";

let broker: BrokerUnderTest;
let connection: ChannelModel;
let channel: ConfirmChannel;
let queue: string;
let exchanges: string[];

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
  channel = await openConfirmChannel(connection);
  ({ queue } = await channel.assertQueue("", { exclusive: true }));
  exchanges = [];
});
afterEach(async () => {
  const janitor = await openConfirmChannel(connection);
  for (const name of exchanges) await janitor.deleteExchange(name);
  await closeQuietly(connection);
});

async function declare(type: string): Promise<string> {
  const name = unique("x");
  await channel.assertExchange(name, type, { durable: false });
  exchanges.push(name);
  return name;
}

describe("an exchange bound to an exchange", () => {
  it("gets what the source routes by the binding's key", async () => {
    const [source, destination] = [await declare("direct"), await declare("fanout")];
    await channel.bindExchange(destination, source, "wanted");
    await channel.bindQueue(queue, destination, "");

    await publish(channel, source, "wanted", "a");
    await publish(channel, source, "unwanted", "b");

    assert.deepEqual(await drain(channel, queue), ["a"]);
  });

  it("routes by its own type and bindings, with the message's routing key", async () => {
    const [source, destination] = [await declare("fanout"), await declare("topic")];
    await channel.bindExchange(destination, source, "");
    await channel.bindQueue(queue, destination, "logs.*");

    await publish(channel, source, "logs.error", "a");
    await publish(channel, source, "metrics.cpu", "b");

    assert.deepEqual(await drain(channel, queue), ["a"]);
  });

  it("passes a message on with the exchange that it was published to", async () => {
    const [source, destination] = [await declare("fanout"), await declare("fanout")];
    await channel.bindExchange(destination, source, "");
    await channel.bindQueue(queue, destination, "");

    await publish(channel, source, "key", "a");

    const message = await channel.get(queue, { noAck: true });
    assert(message);
    assert.equal(message.fields.exchange, source);
    assert.equal(message.fields.routingKey, "key");
  });

  it("leads along chains of any length", async () => {
    const chain: string[] = [];
    for (let i = 0; i < 10; i++) chain.push(await declare("fanout"));
    for (let i = 1; i < chain.length; i++) await channel.bindExchange(chain[i], chain[i - 1], "");
    await channel.bindQueue(queue, chain[9], "");

    await publish(channel, chain[0], "", "a");

    assert.deepEqual(await drain(channel, queue), ["a"]);
  });

  it("gives a queue one copy however many paths lead to it", async () => {
    const [source, left, right] = [await declare("fanout"), await declare("fanout"), await declare("fanout")];
    await channel.bindExchange(left, source, "");
    await channel.bindExchange(right, source, "");
    for (const exchange of [source, left, right]) await channel.bindQueue(queue, exchange, "");

    await publish(channel, source, "", "once");

    assert.deepEqual(await drain(channel, queue), ["once"]);
  });

  it("may close a circle", async () => {
    const [a, b, c] = [await declare("fanout"), await declare("fanout"), await declare("fanout")];
    await channel.bindExchange(b, a, "");
    await channel.bindExchange(c, b, "");
    await channel.bindExchange(a, c, "");
    await channel.bindQueue(queue, c, "");

    await publish(channel, a, "", "from a");
    await publish(channel, b, "", "from b");

    assert.deepEqual(await drain(channel, queue), ["from a", "from b"]);
  });

  it("may be bound to itself", async () => {
    const a = await declare("fanout");
    await channel.bindExchange(a, a, "");
    await channel.bindQueue(queue, a, "");

    await publish(channel, a, "", "once");

    assert.deepEqual(await drain(channel, queue), ["once"]);
  });

  it("gets nothing more once it is unbound", async () => {
    const [source, destination] = [await declare("fanout"), await declare("fanout")];
    await channel.bindExchange(destination, source, "", { a: 1 });
    await channel.bindExchange(destination, source, "", { a: 1 });
    await channel.bindQueue(queue, destination, "");

    await channel.unbindExchange(destination, source, "", { a: 1 });
    await publish(channel, source, "", "lost");

    assert.deepEqual(await drain(channel, queue), []);
  });

  it("gets messages by a binding to a headers exchange", async () => {
    const [source, destination] = [await declare("headers"), await declare("fanout")];
    await channel.bindExchange(destination, source, "", { "x-match": "any", colour: "red" });
    await channel.bindQueue(queue, destination, "");

    await publish(channel, source, "", "red", { headers: { colour: "red" } });
    await publish(channel, source, "", "blue", { headers: { colour: "blue" } });

    assert.deepEqual(await drain(channel, queue), ["red"]);
  });

  it("and a queue of the same name are two destinations", async () => {
    const source = await declare("direct");
    const name = await declare("fanout");
    await channel.assertQueue(name, { exclusive: true });
    await channel.bindQueue(name, source, "key");
    await channel.bindExchange(name, source, "key");
    await channel.bindQueue(queue, name, "");

    await channel.unbindQueue(name, source, "key");
    await publish(channel, source, "key", "a");

    assert.deepEqual(await drain(channel, name), []);
    assert.deepEqual(await drain(channel, queue), ["a"]);
  });

  it("loses its bindings when the source is deleted", async () => {
    const [source, destination] = [await declare("fanout"), await declare("fanout")];
    await channel.bindExchange(destination, source, "");
    await channel.bindQueue(queue, destination, "");
    await channel.deleteExchange(source);
    await channel.assertExchange(source, "fanout", { durable: false });

    await publish(channel, source, "", "lost");

    assert.deepEqual(await drain(channel, queue), []);
  });
});

describe("binding exchanges", () => {
  it("is refused when there is no such source", async () => {
    const name = unique("x");

    const reason = await refusal(channel.bindExchange("amq.fanout", name, ""));

    assert.deepEqual(reason, {
      replyCode: 404,
      replyText: `NOT_FOUND - no exchange '${name}' in vhost '/'`,
      ...method["exchange.bind"],
    });
  });

  it("is refused when there is no such destination", async () => {
    const name = unique("x");

    const reason = await refusal(channel.bindExchange(name, "amq.fanout", ""));

    assert.deepEqual(reason, {
      replyCode: 404,
      replyText: `NOT_FOUND - no exchange '${name}' in vhost '/'`,
      ...method["exchange.bind"],
    });
  });

  it("can be undone even if it was never done", async () => {
    const [source, destination] = [await declare("fanout"), await declare("fanout")];

    await channel.unbindExchange(destination, source, "");
    await channel.unbindExchange(destination, unique("x"), "");
    await channel.unbindExchange(unique("x"), source, "");

    await channel.checkExchange(source);
  });
});
