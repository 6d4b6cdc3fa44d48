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
  exchange = unique("fanout");
  await channel.assertExchange(exchange, "fanout", { durable: false });
});
afterEach(async () => {
  await channel.deleteExchange(exchange);
  await closeQuietly(connection);
});

describe("a fanout exchange", () => {
  it("gives every bound queue a copy, whatever the keys", async () => {
    const queues: string[] = [];
    for (const key of ["", "a", "b.*"]) {
      const { queue } = await channel.assertQueue("", { exclusive: true });
      await channel.bindQueue(queue, exchange, key);
      queues.push(queue);
    }

    await publish(channel, exchange, "whatever", "news");

    for (const queue of queues) assert.deepEqual(await drain(channel, queue), ["news"]);
  });

  it("gives a queue that is bound twice one copy", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.bindQueue(queue, exchange, "a");
    await channel.bindQueue(queue, exchange, "b");

    await publish(channel, exchange, "a", "news");

    assert.deepEqual(await drain(channel, queue), ["news"]);
  });

  it("keeps routing to a queue while one of its bindings exists", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.bindQueue(queue, exchange, "a");
    await channel.bindQueue(queue, exchange, "b");

    await channel.unbindQueue(queue, exchange, "a");
    await publish(channel, exchange, "", "first");
    await channel.unbindQueue(queue, exchange, "b");
    await publish(channel, exchange, "", "second");

    assert.deepEqual(await drain(channel, queue), ["first"]);
  });

  it("drops messages while it has no bindings", async () => {
    await publish(channel, exchange, "", "lost");
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.bindQueue(queue, exchange, "");

    await publish(channel, exchange, "", "kept");

    assert.deepEqual(await drain(channel, queue), ["kept"]);
  });
});
