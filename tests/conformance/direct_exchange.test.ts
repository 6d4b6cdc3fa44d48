import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { closeQuietly, connect, drain, openConfirmChannel, publish, unique } from "./client.ts";

let broker: BrokerUnderTest;
let connection: ChannelModel;
let channel: ConfirmChannel;
let exchange: string;

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
  channel = await openConfirmChannel(connection);
  exchange = unique("direct");
  await channel.assertExchange(exchange, "direct", { durable: false });
});
afterEach(async () => {
  await channel.deleteExchange(exchange);
  await closeQuietly(connection);
});

async function bound(...keys: string[]): Promise<string> {
  const { queue } = await channel.assertQueue("", { exclusive: true });
  for (const key of keys) await channel.bindQueue(queue, exchange, key);
  return queue;
}

describe("a direct exchange", () => {
  it("routes to the queues whose binding key is the routing key", async () => {
    const info = await bound("info");
    const error = await bound("error");

    await publish(channel, exchange, "error", "disk full");

    assert.deepEqual(await drain(channel, info), []);
    assert.deepEqual(await drain(channel, error), ["disk full"]);
  });

  it("routes to every queue that is bound with the key", async () => {
    const queues = [await bound("error"), await bound("error", "info"), await bound("error")];

    await publish(channel, exchange, "error", "disk full");

    for (const queue of queues) assert.deepEqual(await drain(channel, queue), ["disk full"]);
  });

  it("routes several keys to one queue", async () => {
    const queue = await bound("info", "error");

    await publish(channel, exchange, "info", "a");
    await publish(channel, exchange, "error", "b");
    await publish(channel, exchange, "debug", "c");

    assert.deepEqual(await drain(channel, queue), ["a", "b"]);
  });

  it("compares keys literally: case counts, wildcards don't", async () => {
    const queue = await bound("Error", "*", "#", "a.*");

    for (const key of ["error", "a", "a.b"]) await publish(channel, exchange, key, key);

    assert.deepEqual(await drain(channel, queue), []);
  });

  it("accepts the empty key and keys of 255 bytes", async () => {
    const long = "k".repeat(255);
    const { queue: empty } = await channel.assertQueue("", { exclusive: true });
    await channel.bindQueue(empty, exchange, "");
    const queue = await bound(long, "ключ 🔑");

    await publish(channel, exchange, "", "empty");
    await publish(channel, exchange, long, "long");
    await publish(channel, exchange, "ключ 🔑", "unicode");

    assert.deepEqual(await drain(channel, empty), ["empty"]);
    assert.deepEqual(await drain(channel, queue), ["long", "unicode"]);
  });
});
