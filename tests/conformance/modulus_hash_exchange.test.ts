import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { closeQuietly, connect, drain, hasExchangeType, openConfirmChannel, publish, unique } from "./client.ts";

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
  exchange = unique("x");
});
afterEach(() => closeQuietly(connection));

/** Declares an exchange and queues bound to it, one for each of the keys, with rising names. */
async function bindQueues(...keys: string[]): Promise<string[]> {
  await channel.assertExchange(exchange, "x-modulus-hash", { durable: false, autoDelete: true });
  const queues = keys.map((_, i) => `${exchange}-${i}`);
  for (const [i, queue] of [...queues.entries()].reverse()) {
    await channel.assertQueue(queue, { exclusive: true });
    await channel.bindQueue(queue, exchange, keys[i]);
  }
  return queues;
}

// RabbitMQ has this exchange type from 4.3 on, and before that with the sharding plugin.
if (await hasExchangeType("x-modulus-hash")) {
  describe("an x-modulus-hash exchange", () => {
    it("sends each routing key to the queue that RabbitMQ sends it to", async () => {
      const queues = await bindQueues("1", "", "x");
      const keys = Array.from({ length: 60 }, (_, i) => "key".repeat(i % 7) + i);

      for (const key of [...keys, ...keys]) await publish(channel, exchange, key, key, { mandatory: true });

      const found = await Promise.all(queues.map((queue) => drain(channel, queue)));
      // Computed by Erlang: erlang:phash2([Key], 1 bsl 27) rem 3.
      const indexes = keys.map((key) => found.findIndex((bodies) => bodies.includes(key)));
      assert.equal(indexes.join(""), "112210002212112212100020120010221012001010000010110212222221");
      assert.equal(found.flat().length, 2 * keys.length);
    });

    it("uses the keys in CC and BCC too", async () => {
      const queues = await bindQueues("", "", "", "", "");

      await publish(channel, exchange, "key", "alone");
      await publish(channel, exchange, "key", "with CC", { headers: { CC: ["x"] } });
      await publish(channel, exchange, "key", "with both", { headers: { BCC: ["y"], CC: ["x"] } });

      const found = await Promise.all(queues.map((queue) => drain(channel, queue)));
      assert.deepEqual(found, [["with CC"], [], [], ["alone", "with both"], []]);
    });

    it("gives more messages to a queue with more bindings", async () => {
      const [often, once] = await bindQueues("1", "1");
      for (const key of ["2", "3"]) await channel.bindQueue(often, exchange, key);

      for (let i = 0; i < 100; i++) await publish(channel, exchange, `key ${i}`, "x");

      assert.equal((await channel.checkQueue(once)).messageCount, 25);
    });
  });
}
