import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { closeQuietly, connect, drain, method, openConfirmChannel, publish, refusal, unique } from "./client.ts";

let broker: BrokerUnderTest;
let connection: ChannelModel;
let channel: ConfirmChannel;
let queue: string;

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
  channel = await openConfirmChannel(connection);
  ({ queue } = await channel.assertQueue("", { exclusive: true }));
});
afterEach(() => closeQuietly(connection));

describe("binding a queue", () => {
  it("twice in the same way makes one binding", async () => {
    const key = unique("key");
    await channel.bindQueue(queue, "amq.direct", key);
    await channel.bindQueue(queue, "amq.direct", key);

    await publish(channel, "amq.direct", key, "once");
    const got = await drain(channel, queue);
    await channel.unbindQueue(queue, "amq.direct", key);
    await publish(channel, "amq.direct", key, "lost");

    assert.deepEqual(got, ["once"]);
    assert.deepEqual(await drain(channel, queue), []);
  });

  it("under several keys still gives it one copy of a message", async () => {
    const key = unique("key");
    for (const pattern of [key, `${key}.#`, "*", "#"]) await channel.bindQueue(queue, "amq.topic", pattern);

    await publish(channel, "amq.topic", key, "once");

    assert.deepEqual(await drain(channel, queue), ["once"]);
  });

  it("with other arguments is another binding", async () => {
    const key = unique("key");
    await channel.bindQueue(queue, "amq.direct", key, { a: 1 });
    await channel.bindQueue(queue, "amq.direct", key, { a: 2 });

    await channel.unbindQueue(queue, "amq.direct", key, { a: 1 });
    await publish(channel, "amq.direct", key, "through the second");
    const got = await drain(channel, queue);
    await channel.unbindQueue(queue, "amq.direct", key, { a: 2 });
    await publish(channel, "amq.direct", key, "lost");

    assert.deepEqual(got, ["through the second"]);
    assert.deepEqual(await drain(channel, queue), []);
  });

  it("with the same arguments in another order is the same binding", async () => {
    const key = unique("key");
    await channel.bindQueue(queue, "amq.direct", key, { a: 1, b: "2" });

    await channel.unbindQueue(queue, "amq.direct", key, { b: "2", a: 1 });
    await publish(channel, "amq.direct", key, "lost");

    assert.deepEqual(await drain(channel, queue), []);
  });

  it("to several exchanges brings it the messages of each", async () => {
    const key = unique("key");
    await channel.bindQueue(queue, "amq.direct", key);
    await channel.bindQueue(queue, "amq.topic", key);

    await publish(channel, "amq.direct", key, "direct");
    await publish(channel, "amq.topic", key, "topic");

    assert.deepEqual(await drain(channel, queue), ["direct", "topic"]);
  });

  it("doesn't bring it earlier messages", async () => {
    const key = unique("key");
    await publish(channel, "amq.direct", key, "before");

    await channel.bindQueue(queue, "amq.direct", key);
    await publish(channel, "amq.direct", key, "after");

    assert.deepEqual(await drain(channel, queue), ["after"]);
  });

  it("is refused when there is no such queue", async () => {
    const name = unique("q");

    const reason = await refusal(channel.bindQueue(name, "amq.direct", "key"));

    assert.deepEqual(reason, {
      replyCode: 404,
      replyText: `NOT_FOUND - no queue '${name}' in vhost '/'`,
      ...method["queue.bind"],
    });
  });

  it("is refused when there is no such exchange", async () => {
    const name = unique("x");

    const reason = await refusal(channel.bindQueue(queue, name, "key"));

    assert.deepEqual(reason, {
      replyCode: 404,
      replyText: `NOT_FOUND - no exchange '${name}' in vhost '/'`,
      ...method["queue.bind"],
    });
  });
});

describe("unbinding a queue", () => {
  it("ends the messages of that key only", async () => {
    const [a, b] = [unique("key"), unique("key")];
    await channel.bindQueue(queue, "amq.direct", a);
    await channel.bindQueue(queue, "amq.direct", b);

    await channel.unbindQueue(queue, "amq.direct", a);
    await publish(channel, "amq.direct", a, "lost");
    await publish(channel, "amq.direct", b, "kept");

    assert.deepEqual(await drain(channel, queue), ["kept"]);
  });

  it("leaves earlier messages in the queue", async () => {
    const key = unique("key");
    await channel.bindQueue(queue, "amq.direct", key);
    await publish(channel, "amq.direct", key, "before");

    await channel.unbindQueue(queue, "amq.direct", key);

    assert.deepEqual(await drain(channel, queue), ["before"]);
  });

  it("is no error when there is no such binding", async () => {
    await channel.unbindQueue(queue, "amq.direct", unique("key"));

    assert.equal((await channel.checkQueue(queue)).queue, queue);
  });

  it("is no error when there is no such queue or exchange", async () => {
    await channel.unbindQueue(unique("q"), "amq.direct", "key");
    await channel.unbindQueue(queue, unique("x"), "key");

    assert.equal((await channel.checkQueue(queue)).queue, queue);
  });

  it("of another connection is refused, unless there is no such binding", async () => {
    const key = unique("key");
    await channel.bindQueue(queue, "amq.direct", key);
    const otherConnection = await connect(broker);
    const other = await openConfirmChannel(otherConnection);

    await other.unbindQueue(queue, "amq.direct", unique("key"));
    const { replyCode } = await refusal(other.unbindQueue(queue, "amq.direct", key));

    assert.equal(replyCode, 405);
    await closeQuietly(otherConnection);
  });
});

describe("a message routed to several queues", () => {
  it("is settled in each of them on its own", async () => {
    const { queue: other } = await channel.assertQueue("", { exclusive: true });
    const key = unique("key");
    await channel.bindQueue(queue, "amq.direct", key);
    await channel.bindQueue(other, "amq.direct", key);

    await publish(channel, "amq.direct", key, "both");
    const first = await drain(channel, queue);
    await channel.deleteQueue(queue);

    assert.deepEqual(first, ["both"]);
    assert.deepEqual(await drain(channel, other), ["both"]);
  });
});
