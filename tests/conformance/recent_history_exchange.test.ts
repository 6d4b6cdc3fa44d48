import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  closeQuietly,
  connect,
  drain,
  hasExchangeType,
  Inbox,
  method,
  openConfirmChannel,
  publish,
  refusal,
  text,
  unique,
} from "./client.ts";

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

/** Declares an exchange that is deleted with its last binding. */
async function declare(exchangeArguments: Record<string, unknown> = {}, type = "x-recent-history"): Promise<void> {
  await channel.assertExchange(exchange, type, { durable: false, autoDelete: true, arguments: exchangeArguments });
}

async function bindQueue(source = exchange): Promise<string> {
  const { queue } = await channel.assertQueue("", { exclusive: true });
  await channel.bindQueue(queue, source, "whatever");
  return queue;
}

const numbers = (first: number, count: number) => Array.from({ length: count }, (_, i) => String(first + i));

// A plugin's exchange type: these tests run where RabbitMQ has the plugin enabled.
if (await hasExchangeType("x-recent-history")) {
  describe("an x-recent-history exchange", () => {
    it("sends a newly bound queue the last 20 messages, and then new ones", async () => {
      await declare();
      for (const body of numbers(0, 25)) await publish(channel, exchange, "key", body);

      const queue = await bindQueue();
      await publish(channel, exchange, "key", "25");

      assert.deepEqual(await drain(channel, queue), numbers(5, 21));
    });

    it("sends as many as its length argument says, to each queue", async () => {
      await declare({ "x-recent-history-length": 2 });
      for (const body of ["a", "b", "c"]) await publish(channel, exchange, "key", body);

      const first = await bindQueue();
      await publish(channel, exchange, "key", "d");
      const second = await bindQueue();

      assert.deepEqual(await drain(channel, first), ["b", "c", "d"]);
      assert.deepEqual(await drain(channel, second), ["c", "d"]);
    });

    it("sends messages unchanged", async () => {
      await declare();
      const properties = { messageId: "id", headers: { a: 1 }, persistent: true, expiration: "600000" };
      await publish(channel, exchange, "the key", "hello", properties);

      const message = await channel.get(await bindQueue(), { noAck: true });

      assert.ok(message);
      const { fields } = message;
      assert.deepEqual([text(message), fields.exchange, fields.routingKey], ["hello", exchange, "the key"]);
      const { messageId, headers, deliveryMode, expiration } = message.properties;
      assert.deepEqual([messageId, headers, deliveryMode, expiration], ["id", { a: 1 }, 2, "600000"]);
    });

    it("sends them to consumers that wait already", async () => {
      await declare();
      await publish(channel, exchange, "key", "early");
      const { queue } = await channel.assertQueue("", { exclusive: true });
      const inbox = await Inbox.open(channel, queue, { noAck: true });

      await channel.bindQueue(queue, exchange, "");

      assert.equal(text(await inbox.next()), "early");
    });

    it("does not remember messages with the header for that", async () => {
      await declare();
      await publish(channel, exchange, "key", "not kept", { headers: { "x-recent-history-no-store": true } });
      await publish(channel, exchange, "key", "kept", { headers: { "x-recent-history-no-store": false } });

      assert.deepEqual(await drain(channel, await bindQueue()), ["kept"]);
    });

    it("sends them to the queues behind a newly bound exchange", async () => {
      await declare();
      const behind = unique("behind");
      await channel.assertExchange(behind, "direct", { durable: false, autoDelete: true });
      const { queue } = await channel.assertQueue("", { exclusive: true });
      await channel.bindQueue(queue, behind, "wanted");
      await publish(channel, exchange, "wanted", "for it");

      await channel.bindExchange(behind, exchange, "");
      await publish(channel, exchange, "wanted", "later");
      await publish(channel, exchange, "unwanted", "not for it");

      assert.deepEqual(await drain(channel, queue), ["for it", "later"]);
    });

    it("remembers messages without a queue, which are still returned", async () => {
      await declare();
      const returned: string[] = [];
      channel.on("return", (message) => returned.push(text(message)));

      await publish(channel, exchange, "key", "to nobody", { mandatory: true });

      assert.deepEqual(returned, ["to nobody"]);
      assert.deepEqual(await drain(channel, await bindQueue()), ["to nobody"]);
    });
  });

  describe("declaring an x-recent-history exchange", () => {
    const refused: readonly (readonly [unknown, string])[] = [[0, "0"], [-1, "-1"], ["5", '<<"5">>'], [true, "true"]];
    for (const [length, described] of refused) {
      it(`is refused with a length of ${described}`, async () => {
        assert.deepEqual(await refusal(declare({ "x-recent-history-length": length })), {
          replyCode: 406,
          replyText: `PRECONDITION_FAILED - Invalid argument ${described}, 'x-recent-history-length' must be ` +
            "a positive integer",
          ...method["exchange.declare"],
        });
      });
    }
  });
}
