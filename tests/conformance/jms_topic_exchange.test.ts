import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  closeQuietly,
  connect,
  drain,
  hasExchangeType,
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
  await channel.assertExchange(exchange, "x-jms-topic", { durable: false, autoDelete: true });
});
afterEach(() => closeQuietly(connection));

async function bindQueue(selector: string): Promise<string> {
  const { queue } = await channel.assertQueue("", { exclusive: true });
  await channel.bindQueue(queue, exchange, "select", { rjms_erlang_selector: selector });
  return queue;
}

// A plugin's exchange type: these tests run where RabbitMQ has the plugin enabled.
if (await hasExchangeType("x-jms-topic")) {
  describe("an x-jms-topic exchange", () => {
    it("sends each message to the queues whose selector matches", async () => {
      // As RabbitMQ's JMS client writes: colour = 'blue' OR weight BETWEEN 10 AND 20, and name LIKE 'a%'
      const either = await bindQueue(
        `{'or',{'=',{'ident',<<"colour">>},<<"blue">>},{'between',{'ident',<<"weight">>},10,20}}.`,
      );
      const like = await bindQueue(`{'like',{'ident',<<"name">>},<<"a%">>,'no_escape'}.`);

      await publish(channel, exchange, "other key", "blue", { headers: { colour: "blue" } });
      await publish(channel, exchange, "select", "light", { headers: { weight: 15, name: "abc" } });
      await publish(channel, exchange, "select", "heavy", { headers: { weight: 21, name: "bc" } });
      await publish(channel, exchange, "select", "nothing");

      assert.deepEqual(await drain(channel, either), ["blue", "light"]);
      assert.deepEqual(await drain(channel, like), ["light"]);
    });

    it("works behind a topic exchange, which selects by topic", async () => {
      const queue = await bindQueue(`{'ident',<<"wanted">>}.`);
      await channel.bindExchange(exchange, "amq.topic", `${exchange}.#`);

      await publish(channel, "amq.topic", `${exchange}.a`, "both", { headers: { wanted: true } });
      await publish(channel, "amq.topic", `${exchange}.b`, "topic", { headers: { wanted: false } });
      await publish(channel, "amq.topic", "elsewhere", "selector", { headers: { wanted: true } });

      assert.deepEqual(await drain(channel, queue), ["both"]);
    });

    it("refuses an invalid selector", async () => {
      await bindQueue("'true'.");

      const { replyCode, replyText } = await refusal(bindQueue("{'and','true'"));

      assert.deepEqual(
        [replyCode, replyText],
        [406, "PRECONDITION_FAILED - invalid JMS selector: expected_comma_or_closing_brace"],
      );
    });
  });
}
