import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel, Message } from "amqplib";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  channelClosed,
  closeQuietly,
  connect,
  connectionClosed,
  drain,
  method,
  openChannel,
  openConfirmChannel,
  publish,
  text,
  unique,
  within,
} from "./client.ts";

let broker: BrokerUnderTest;
let connection: ChannelModel;
let channel: ConfirmChannel;

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
  channel = await openConfirmChannel(connection);
});
afterEach(() => closeQuietly(connection));

describe("an unroutable message", () => {
  it("is dropped and confirmed when it isn't mandatory", async () => {
    const returned: Message[] = [];
    channel.on("return", (message) => returned.push(message));

    await publish(channel, "", unique("nowhere"), "lost");

    assert.deepEqual(returned, []);
  });

  it("comes back with 312 NO_ROUTE when it is mandatory", async () => {
    const key = unique("nowhere");
    const returned = nextReturn();

    channel.publish("amq.direct", key, Buffer.from("back"), { mandatory: true });

    const message = await returned;
    assert.deepEqual({ ...message.fields }, {
      replyCode: 312,
      replyText: "NO_ROUTE",
      exchange: "amq.direct",
      routingKey: key,
    });
    assert.equal(text(message), "back");
  });

  it("comes back from the default exchange too", async () => {
    const key = unique("nowhere");
    const returned = nextReturn();

    channel.sendToQueue(key, Buffer.from("back"), { mandatory: true });

    assert.equal((await returned).fields.exchange, "");
    assert.equal((await returned).fields.routingKey, key);
  });

  it("comes back before it is confirmed", async () => {
    const events: string[] = [];
    channel.on("return", () => events.push("returned"));

    await publish(channel, "", unique("nowhere"), "back", { mandatory: true });
    events.push("confirmed");

    assert.deepEqual(events, ["returned", "confirmed"]);
  });

  it("comes back with its properties and headers", async () => {
    const returned = nextReturn();

    channel.publish("", unique("nowhere"), Buffer.from("{}"), {
      mandatory: true,
      contentType: "application/json",
      correlationId: "42",
      headers: { attempt: 1, trace: { id: "abc" } },
    });

    const { properties } = await returned;
    assert.equal(properties.contentType, "application/json");
    assert.equal(properties.correlationId, "42");
    assert.deepEqual({ ...properties.headers }, { attempt: 1, trace: { id: "abc" } });
  });

  it("comes back whole, empty or in many frames", async () => {
    for (const body of [Buffer.alloc(0), Buffer.alloc(500_000, "large")]) {
      const returned = nextReturn();

      channel.publish("", unique("nowhere"), body, { mandatory: true });

      assert((await returned).content.equals(body));
    }
  });

  it("comes back on a channel without confirms too", async () => {
    const plain = await openChannel(connection);
    const returned = within("a return", new Promise<Message>((resolve) => plain.once("return", resolve)));

    plain.publish("", unique("nowhere"), Buffer.from("back"), { mandatory: true });

    assert.equal(text(await returned), "back");
  });

  it("comes back in the order of publishing, among others that don't", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const nowhere = unique("nowhere");
    const returned: string[] = [];
    channel.on("return", (message) => returned.push(text(message)));

    for (let i = 0; i < 10; i++) {
      channel.sendToQueue(i % 2 ? queue : nowhere, Buffer.from(String(i)), { mandatory: true });
    }
    await channel.waitForConfirms();

    assert.deepEqual(returned, ["0", "2", "4", "6", "8"]);
    assert.deepEqual(await drain(channel, queue), ["1", "3", "5", "7", "9"]);
  });

  function nextReturn(): Promise<Message> {
    return within("a return", new Promise((resolve) => channel.once("return", resolve)));
  }
});

describe("a mandatory message that is routed", () => {
  it("doesn't come back", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const returned: Message[] = [];
    channel.on("return", (message) => returned.push(message));

    await publish(channel, "", queue, "kept", { mandatory: true });

    assert.deepEqual(returned, []);
    assert.deepEqual(await drain(channel, queue), ["kept"]);
  });
});

describe("publishing to an exchange that doesn't exist", () => {
  it("closes the channel with 404", async () => {
    const exchange = unique("x");
    const closed = channelClosed(channel);

    channel.publish(exchange, "key", Buffer.from("lost"));

    assert.deepEqual(await closed, {
      replyCode: 404,
      replyText: `NOT_FOUND - no exchange '${exchange}' in vhost '/'`,
      ...method["basic.publish"],
    });
  });

  it("drops what follows on the channel, and leaves other channels alone", async () => {
    const other = await openConfirmChannel(connection);
    const { queue } = await other.assertQueue("", { exclusive: true });
    const closed = channelClosed(channel);

    await publish(channel, "", queue, "before");
    channel.publish(unique("x"), "key", Buffer.from("lost"));
    channel.publish("", queue, Buffer.from("after"));
    await closed;
    await publish(other, "", queue, "elsewhere");

    assert.deepEqual(await drain(other, queue), ["before", "elsewhere"]);
  });
});

describe("publishing with immediate", () => {
  it("closes the connection with 540, as in RabbitMQ, which has never implemented it", async () => {
    const closed = connectionClosed(connection);
    const internals = channel as unknown as {
      sendMessage(fields: Record<string, unknown>, properties: Record<string, unknown>, body: Buffer): void;
    };

    internals.sendMessage({ exchange: "", routingKey: "q", immediate: true }, { headers: {} }, Buffer.from("x"));

    assert.deepEqual(await closed, { replyCode: 540, replyText: "NOT_IMPLEMENTED - immediate=true" });
  });

  it("closes the connection with 540 whatever else is wrong with the message", async () => {
    const closed = connectionClosed(connection);
    const internals = channel as unknown as {
      sendMessage(fields: Record<string, unknown>, properties: Record<string, unknown>, body: Buffer): void;
    };

    const properties = { headers: {}, userId: "somebody" };
    internals.sendMessage({ exchange: "", routingKey: "q", immediate: true }, properties, Buffer.from("x"));

    assert.deepEqual(await closed, { replyCode: 540, replyText: "NOT_IMPLEMENTED - immediate=true" });
  });
});

// RabbitMQ 4's default, which HareMQ shares; RabbitMQ 3.10's is 128 MiB.
if (productUnderTest === "haremq") {
  describe("a message of more than 16 MiB", () => {
    it("closes the channel with 406, while one of 16 MiB doesn't", async () => {
      const { queue } = await channel.assertQueue("", { exclusive: true });
      const closed = channelClosed(channel);

      await publish(channel, "", queue, Buffer.alloc(16777216));
      channel.sendToQueue(queue, Buffer.alloc(16777217));

      assert.deepEqual(await closed, {
        replyCode: 406,
        replyText: "PRECONDITION_FAILED - message size 16777217 is larger than configured max size 16777216",
        ...method["basic.publish"],
      });
    });
  });
}
