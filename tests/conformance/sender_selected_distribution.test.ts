import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel, Message } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  call,
  channelClosed,
  closeQuietly,
  connect,
  drain,
  method,
  openChannel,
  openConfirmChannel,
  publish,
  text,
  unique,
} from "./client.ts";

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

/** Declares exclusive queues, and returns their names. */
async function declareQueues(count: number): Promise<string[]> {
  const names: string[] = [];
  for (let i = 0; i < count; i++) names.push((await channel.assertQueue("", { exclusive: true })).queue);
  return names;
}

async function readFrom(queue: string): Promise<Message> {
  const message = await channel.get(queue, { noAck: true });
  assert.ok(message, `there is no message in ${queue}`);
  return message;
}

describe("a message with CC and BCC", () => {
  it("is routed by all keys, and shows no BCC", async () => {
    const [to, cc, bcc] = await declareQueues(3);

    const headers = { a: 1, BCC: [bcc], CC: [cc, "nobody"], z: "end" };
    await publish(channel, "", to, "hello", { headers, messageId: "id" });

    for (const queue of [to, cc, bcc]) {
      const { fields, properties, content } = await readFrom(queue);
      assert.equal(content.toString(), "hello");
      assert.deepEqual([fields.exchange, fields.routingKey], ["", to]);
      assert.deepEqual(properties.headers, { a: 1, CC: [cc, "nobody"], z: "end" });
      assert.equal(properties.messageId, "id");
    }
  });

  it("does not affect the next message, which is routed by its own keys alone", async () => {
    const [to, cc] = await declareQueues(2);

    await publish(channel, "", to, "first");
    await publish(channel, "", to, "second", { headers: { CC: [cc] } });
    await publish(channel, "", to, "third", { headers: { other: [cc] } });
    await publish(channel, "", to, "fourth");

    assert.deepEqual(await drain(channel, to), ["first", "second", "third", "fourth"]);
    assert.deepEqual(await drain(channel, cc), ["second"]);
  });

  it("reaches each queue once", async () => {
    const [to] = await declareQueues(1);

    await publish(channel, "", to, "once", { headers: { CC: [to, to], BCC: [to] } });

    assert.deepEqual(await drain(channel, to), ["once"]);
  });

  it("is routed by each key through topic exchanges, and through exchanges bound to them", async () => {
    const [first, second, third] = await declareQueues(3);
    const behind = unique("x");
    await channel.assertExchange(behind, "direct", { durable: false, autoDelete: true });
    await channel.bindQueue(first, "amq.topic", "*.first");
    await channel.bindQueue(second, "amq.topic", "second.#");
    await channel.bindExchange(behind, "amq.topic", "third");
    await channel.bindQueue(third, behind, "third");

    await publish(channel, "amq.topic", "a.first", "to all", { headers: { CC: ["second"], BCC: ["third"] } });

    for (const queue of [first, second, third]) assert.deepEqual(await drain(channel, queue), ["to all"]);
  });

  it("goes to the alternate exchange only when no key has a route", async () => {
    const [wanted, unrouted] = await declareQueues(2);
    const [exchange, alternateExchange] = [unique("x"), unique("ae")];
    await channel.assertExchange(alternateExchange, "fanout", { durable: false, autoDelete: true });
    await channel.assertExchange(exchange, "direct", { durable: false, autoDelete: true, alternateExchange });
    await channel.bindQueue(wanted, exchange, "known");
    await channel.bindQueue(unrouted, alternateExchange, "");

    await publish(channel, exchange, "unknown", "known by CC", { headers: { CC: ["known"] } });
    await publish(channel, exchange, "unknown", "not known", { headers: { CC: ["unknown too"] } });

    assert.deepEqual(await drain(channel, wanted), ["known by CC"]);
    assert.deepEqual(await drain(channel, unrouted), ["not known"]);
  });

  it("is not returned when a key in its headers has a queue, and otherwise as consumers would see it", async () => {
    const [queue] = await declareQueues(1);

    const mandatory = true;
    await publish(channel, "", unique("nobody"), "routed", { mandatory, headers: { BCC: [queue] } });
    await publish(channel, "", unique("nobody"), "returned", { mandatory, headers: { CC: ["a"], BCC: ["b"], z: 1 } });

    assert.deepEqual(returned.map(text), ["returned"]);
    assert.deepEqual(returned[0].properties.headers, { CC: ["a"], z: 1 });
    assert.deepEqual(await drain(channel, queue), ["routed"]);
  });

  it("works in a transaction too", async () => {
    const [to, cc] = await declareQueues(2);
    const transactional = await openChannel(connection);
    await call(transactional, "tx.select");

    transactional.publish("", to, Buffer.from("both"), { headers: { CC: [cc] } });
    await call(transactional, "tx.commit");

    assert.deepEqual([await drain(channel, to), await drain(channel, cc)], [["both"], ["both"]]);
  });

  it("ignores elements that are not texts", async () => {
    const [to, cc] = await declareQueues(2);

    await publish(channel, "", to, "some", { headers: { CC: [5, cc, true] } });

    assert.deepEqual(await drain(channel, cc), ["some"]);
  });

  const refused = { CC: ["a", "longstr"], BCC: [true, "bool"] } as const;
  for (const [name, [value, type]] of Object.entries(refused)) {
    it(`is refused with 406 when ${name} is of type ${type}`, async () => {
      const closed = channelClosed(channel);

      channel.publish("amq.direct", "key", Buffer.from("refused"), { headers: { [name]: value } });

      assert.deepEqual(await closed, {
        replyCode: 406,
        replyText: `PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,"${name}",${type}}`,
        ...method["basic.publish"],
      });
    });
  }

  it("is refused for an unknown exchange before anything else", async () => {
    const closed = channelClosed(channel);
    const exchange = unique("nowhere");

    channel.publish(exchange, "key", Buffer.from("refused"), { headers: { CC: 1 } });

    assert.deepEqual(await closed, {
      replyCode: 404,
      replyText: `NOT_FOUND - no exchange '${exchange}' in vhost '/'`,
      ...method["basic.publish"],
    });
  });
});
