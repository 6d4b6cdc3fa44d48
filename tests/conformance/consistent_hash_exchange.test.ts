import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel, Options } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  closeQuietly,
  connect,
  drain,
  hasExchangeType,
  method,
  openConfirmChannel,
  publish,
  refusal,
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

async function declare(exchangeArguments: Record<string, unknown> = {}): Promise<void> {
  const options = { durable: false, autoDelete: true, arguments: exchangeArguments };
  await channel.assertExchange(exchange, "x-consistent-hash", options);
}

async function bindQueue(weight: string): Promise<string> {
  const { queue } = await channel.assertQueue("", { exclusive: true });
  await channel.bindQueue(queue, exchange, weight);
  return queue;
}

async function bindQueues(...weights: string[]): Promise<string[]> {
  const queues: string[] = [];
  for (const weight of weights) queues.push(await bindQueue(weight));
  return queues;
}

/** Publishes a message for each of these, and returns the queue that each one reached. */
async function spread(
  queues: readonly string[],
  messages: readonly [key: string, Options.Publish][],
): Promise<number[]> {
  for (const [i, [key, options]] of messages.entries()) {
    await publish(channel, exchange, key, String(i), { mandatory: true, ...options });
  }
  const found = await Promise.all(queues.map((queue) => drain(channel, queue)));
  return messages.map((_, i) => found.findIndex((bodies) => bodies.includes(String(i))));
}

const KEYS = Array.from({ length: 200 }, (_, i): [string, Options.Publish] => [`key ${i}`, {}]);

// A plugin's exchange type: these tests run where RabbitMQ has the plugin enabled.
if (await hasExchangeType("x-consistent-hash")) {
  describe("an x-consistent-hash exchange", () => {
    it("sends each routing key to the queue that RabbitMQ's plugin sends it to", async () => {
      await declare();
      const queues = await bindQueues("1", "2", "3");

      // Computed by the plugin's own functions on Erlang/OTP 25.
      const expected = "012222121112101122112121221022222222112220021102221120221222";
      assert.equal((await spread(queues, KEYS.slice(0, 60))).join(""), expected);
      assert.equal((await spread(queues, KEYS.slice(0, 60))).join(""), expected);
    });

    it("keeps keys where they are when a queue is added, except those that move to it", async () => {
      await declare();
      const queues = await bindQueues("10", "10");
      const before = await spread(queues, KEYS);

      queues.push(await bindQueue("10"));
      const after = await spread(queues, KEYS);

      const moved = after.filter((queue, i) => queue !== before[i]);
      assert.ok(moved.every((queue) => queue === 2));
      assert.ok(moved.length > 20 && moved.length < 120, `${moved.length} of ${KEYS.length} moved`);
    });

    it("sends messages with the same value of a header to one queue, when configured", async () => {
      await declare({ "hash-header": "customer" });
      const queues = await bindQueues("5", "5", "5", "5");
      const customers = Array.from({ length: 80 }, (_, i) => `customer ${i % 20}`);

      const found = await spread(queues, customers.map((customer, i) => [String(i), { headers: { customer } }]));

      customers.forEach((_, i) => assert.equal(found[i], found[i % 20]));
      assert.deepEqual([...new Set(found)].sort(), [0, 1, 2, 3]);
    });

    for (const property of ["message_id", "correlation_id", "timestamp"]) {
      it(`sends messages with the same ${property} to one queue, when configured`, async () => {
        await declare({ "hash-property": property });
        const queues = await bindQueues("5", "5", "5", "5");
        const name = { message_id: "messageId", correlation_id: "correlationId", timestamp: "timestamp" }[property]!;
        const valueOf = (i: number) => property === "timestamp" ? 1_700_000_000 + i % 20 : `value ${i % 20}`;
        const messages = Array.from(
          { length: 80 },
          (_, i): [string, Options.Publish] => [String(i), { [name]: valueOf(i) }],
        );

        const found = await spread(queues, messages);

        found.forEach((queue, i) => assert.equal(queue, found[i % 20]));
        assert.deepEqual([...new Set(found)].sort(), [0, 1, 2, 3]);
      });
    }

    it("sends messages without the configured property to one queue, too", async () => {
      await declare({ "hash-header": "customer" });
      const queues = await bindQueues("5", "5", "5", "5");

      const found = await spread(queues, KEYS.slice(0, 20).map(([key]) => [key, { headers: { other: key } }]));

      assert.equal(new Set(found).size, 1);
      assert.notEqual(found[0], -1);
    });

    it("gives a queue the weight of one binding, even if there are more", async () => {
      await declare();
      const queues = await bindQueues("1", "1");
      const before = await spread(queues, KEYS);

      await channel.bindQueue(queues[0], exchange, "100");

      assert.deepEqual(await spread(queues, KEYS), before);
    });
  });

  describe("declaring an x-consistent-hash exchange", () => {
    const refused: readonly (readonly [Record<string, unknown>, string])[] = [
      [
        { "hash-header": "h", "hash-property": "message_id" },
        "hash-header and hash-property are mutually exclusive",
      ],
      [{ "hash-property": "app_id" }, "Unsupported property: app_id"],
    ];
    for (const [exchangeArguments, text] of refused) {
      it(`is refused with: ${text}`, async () => {
        assert.deepEqual(await refusal(declare(exchangeArguments)), {
          replyCode: 406,
          replyText: `PRECONDITION_FAILED - ${text}`,
          ...method["exchange.declare"],
        });
      });
    }
  });

  describe("binding to an x-consistent-hash exchange", () => {
    const refused = {
      "0": "The binding key must be greater than 0",
      "-3": "The binding key must be greater than 0",
      "heavy": 'The binding key must be an integer: <<"heavy">>',
      "10001": "The binding key must not exceed 10000",
    };
    for (const [weight, text] of Object.entries(refused)) {
      it(`is refused with the key ${weight}`, async () => {
        await declare();
        await bindQueue("1");

        assert.deepEqual(await refusal(bindQueue(weight)), {
          replyCode: 406,
          replyText: `PRECONDITION_FAILED - ${text}`,
          ...method["queue.bind"],
        });
      });
    }
  });
}
