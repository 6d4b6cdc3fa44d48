import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { closeQuietly, connect, hasExchangeType, openConfirmChannel, publish, refusal, unique } from "./client.ts";

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

/** Declares an exchange that is deleted with its last binding, and queues bound to it. */
async function bindQueues(type: string, count: number, key: string): Promise<string[]> {
  await channel.assertExchange(exchange, type, { durable: false, autoDelete: true });
  const queues: string[] = [];
  for (let i = 0; i < count; i++) {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.bindQueue(queue, exchange, key);
    queues.push(queue);
  }
  return queues;
}

async function countIn(queues: readonly string[]): Promise<number[]> {
  const counts: number[] = [];
  for (const queue of queues) counts.push((await channel.checkQueue(queue)).messageCount);
  return counts;
}

// x-random is a plugin's, which may not be enabled; x-local-random is RabbitMQ's from 4.0 on.
for (const [type, key] of [["x-random", "any key"], ["x-local-random", ""]]) {
  if (!await hasExchangeType(type)) continue;

  describe(`an ${type} exchange`, () => {
    it("gives each message to one queue, and each queue about as many", async () => {
      const queues = await bindQueues(type, 4, key);

      for (let i = 0; i < 1000; i++) channel.publish(exchange, `key ${i % 2}`, Buffer.from("x"), { mandatory: true });
      await channel.waitForConfirms();

      const counts = await countIn(queues);
      assert.equal(counts.reduce((sum, count) => sum + count), 1000);
      // The standard deviation of each is 14: none is 10 times that away from 250.
      for (const count of counts) assert.ok(count > 110 && count < 390, `${counts}`);
    });

    it("gives messages for a deleted queue to the others", async () => {
      const [kept, gone] = await bindQueues(type, 2, key);

      await channel.deleteQueue(gone);
      for (let i = 0; i < 20; i++) await publish(channel, exchange, "", "x", { mandatory: true });

      assert.deepEqual(await countIn([kept]), [20]);
    });
  });
}

if (await hasExchangeType("x-local-random")) {
  describe("binding to an x-local-random exchange", () => {
    const refused = "PRECONDITION_FAILED - ";

    async function refusedBinding(bind: () => Promise<unknown>): Promise<string> {
      await channel.assertExchange(exchange, "x-local-random", { durable: false });
      const { replyCode, replyText } = await refusal(bind());
      assert.equal(replyCode, 406);
      await (await openConfirmChannel(connection)).deleteExchange(exchange);
      return replyText;
    }

    it("is refused with a key", async () => {
      const { queue } = await channel.assertQueue("", { exclusive: true });

      const text = await refusedBinding(() => channel.bindQueue(queue, exchange, "k"));

      assert.equal(text, `${refused}Non empty binding 'k' key not permitted`);
    });

    it("is refused for an exchange", async () => {
      const text = await refusedBinding(() => channel.bindExchange("amq.fanout", exchange, ""));

      assert.equal(text, `${refused}Destination not found`);
    });

    it("is refused for a quorum queue", async () => {
      const queue = unique("q");
      await channel.assertQueue(queue, { durable: true, arguments: { "x-queue-type": "quorum" } });

      const text = await refusedBinding(() => channel.bindQueue(queue, exchange, ""));

      await (await openConfirmChannel(connection)).deleteQueue(queue);
      assert.equal(text, `${refused}Queue type rabbit_quorum_queue not valid for this exchange type`);
    });
  });
}
