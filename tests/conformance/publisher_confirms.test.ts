import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  call,
  closeQuietly,
  connect,
  drain,
  method,
  openChannel,
  openConfirmChannel,
  publish,
  refusal,
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

interface Ack {
  deliveryTag: number;
  multiple: boolean;
}

describe("a channel in confirm mode", () => {
  it("numbers its messages from 1, in the order of publishing", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const tags: number[] = [];
    channel.on("ack", ({ deliveryTag }: Ack) => tags.push(deliveryTag));

    for (const body of ["a", "b", "c"]) await publish(channel, "", queue, body);

    assert.deepEqual(tags, [1, 2, 3]);
  });

  it("confirms each message of a burst exactly once, possibly several at a time", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const acks: Ack[] = [];
    channel.on("ack", (ack: Ack) => acks.push({ ...ack }));

    for (let i = 0; i < 1000; i++) channel.sendToQueue(queue, Buffer.from(String(i)));
    await within("1000 confirms", channel.waitForConfirms());

    const confirmed = new Set<number>();
    for (const { deliveryTag, multiple } of acks) {
      const news = [];
      for (let tag = multiple ? 1 : deliveryTag; tag <= deliveryTag; tag++) if (!confirmed.has(tag)) news.push(tag);
      assert(news.length > 0, `tag ${deliveryTag} confirmed nothing new`);
      for (const tag of news) confirmed.add(tag);
    }
    assert.equal(confirmed.size, 1000);
    assert.equal(Math.max(...confirmed), 1000);
  });

  it("confirms messages to one queue in order", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const order: number[] = [];

    const confirms: Promise<void>[] = [];
    for (let i = 0; i < 200; i++) confirms.push(publish(channel, "", queue, String(i)).then(() => void order.push(i)));
    await Promise.all(confirms);

    assert.deepEqual(order, Array.from({ length: 200 }, (_, i) => i));
  });

  it("confirms once the message is in every queue that it was routed to", async () => {
    const exchange = unique("x");
    await channel.assertExchange(exchange, "fanout", { autoDelete: true });
    const queues: string[] = [];
    for (let i = 0; i < 5; i++) {
      const { queue } = await channel.assertQueue("", { exclusive: true });
      await channel.bindQueue(queue, exchange, "");
      queues.push(queue);
    }
    const reader = await openChannel(connection);

    await publish(channel, exchange, "", "everywhere");

    for (const queue of queues) assert.deepEqual(await drain(reader, queue), ["everywhere"]);
  });

  it("confirms persistent messages to durable queues, and transient ones to others", async () => {
    const { queue: durable } = await channel.assertQueue(unique("q"), { durable: true });
    const { queue: transient } = await channel.assertQueue(unique("q"), { exclusive: true, durable: false });

    for (const queue of [durable, transient]) {
      for (const persistent of [true, false]) await publish(channel, "", queue, "kept", { persistent });
    }

    const got = [await drain(channel, durable), await drain(channel, transient)];
    await channel.deleteQueue(durable);
    assert.deepEqual(got, [["kept", "kept"], ["kept", "kept"]]);
  });

  it("confirms messages without a route", async () => {
    await publish(channel, "amq.direct", unique("nowhere"), "lost");
  });

  it("counts only messages after confirm.select", async () => {
    const late = await openChannel(connection) as ConfirmChannel;
    const { queue } = await late.assertQueue("", { exclusive: true });
    late.publish("", queue, Buffer.from("before"));
    await call(late, "confirm.select");
    const acked = within("a confirm", new Promise<Ack>((resolve) => late.once("ack", resolve)));

    late.publish("", queue, Buffer.from("after"));

    assert.deepEqual({ ...await acked }, { deliveryTag: 1, multiple: false });
    assert.deepEqual(await drain(late, queue), ["before", "after"]);
  });

  it("keeps its mode and its count when it is selected again", async () => {
    const tags: number[] = [];
    channel.on("ack", ({ deliveryTag }: Ack) => tags.push(deliveryTag));
    await publish(channel, "", unique("nowhere"), "first");

    await call(channel, "confirm.select");
    await publish(channel, "", unique("nowhere"), "second");

    assert.deepEqual(tags, [1, 2]);
  });

  it("counts independently of other channels", async () => {
    const other = await openConfirmChannel(connection);
    const tags: number[] = [];
    other.on("ack", ({ deliveryTag }: Ack) => tags.push(deliveryTag));
    await publish(channel, "", unique("nowhere"), "on the first channel");

    await publish(other, "", unique("nowhere"), "on the second");

    assert.deepEqual(tags, [1]);
  });

  it("can't become transactional", async () => {
    const reason = await refusal(call(channel, "tx.select"));

    assert.deepEqual(reason, {
      replyCode: 406,
      replyText: "PRECONDITION_FAILED - cannot switch from confirm to tx mode",
      ...method["tx.select"],
    });
  });
});
