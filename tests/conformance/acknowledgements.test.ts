import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { Channel, ChannelModel, ConfirmChannel, GetMessage } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  call,
  channelClosed,
  closeQuietly,
  connect,
  connectionClosed,
  drain,
  Inbox,
  method,
  openChannel,
  openConfirmChannel,
  publish,
  send,
  socketOf,
  text,
  texts,
  unique,
} from "./client.ts";

let broker: BrokerUnderTest;
let connection: ChannelModel;
/** Publishes, and reads the queue. */
let publisher: ConfirmChannel;
/** Consumes and acknowledges. */
let channel: Channel;
let queue: string;

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
  publisher = await openConfirmChannel(connection);
  channel = await openChannel(connection);
  ({ queue } = await publisher.assertQueue("", { exclusive: true }));
});
afterEach(() => closeQuietly(connection));

async function fill(...bodies: string[]): Promise<void> {
  for (const body of bodies) await publish(publisher, "", queue, body);
}

async function get(from: Channel, name = queue): Promise<GetMessage> {
  const message = await from.get(name);
  assert(message, "nothing to get");
  return message;
}

async function getAll(count: number): Promise<GetMessage[]> {
  const messages: GetMessage[] = [];
  while (messages.length < count) messages.push(await get(channel));
  return messages;
}

describe("basic.ack", () => {
  it("settles a message for good", async () => {
    await fill("a", "b");
    const [a] = await getAll(2);

    channel.ack(a);
    await channel.close();

    assert.deepEqual(await drain(publisher, queue), ["b"]);
  });

  it("settles in any order", async () => {
    await fill("a", "b", "c", "d");
    const [a, , c] = await getAll(4);

    channel.ack(c);
    channel.ack(a);
    await channel.close();

    assert.deepEqual(await drain(publisher, queue), ["b", "d"]);
  });

  it("with multiple settles all up to the tag", async () => {
    await fill("a", "b", "c", "d");
    const [, , c] = await getAll(4);

    channel.ack(c, true);
    await channel.close();

    assert.deepEqual(await drain(publisher, queue), ["d"]);
  });

  it("with multiple settles what is left below the tag", async () => {
    await fill("a", "b", "c", "d");
    const [a, b, c] = await getAll(4);

    channel.ack(b);
    channel.ack(c, true);
    await channel.close();

    assert.deepEqual(await drain(publisher, queue), ["d"]);
    assert.equal(text(a), "a");
  });

  it("with multiple settles messages of every queue of the channel", async () => {
    const { queue: other } = await publisher.assertQueue("", { exclusive: true });
    await fill("a");
    await publish(publisher, "", other, "b");
    await get(channel);
    const b = await get(channel, other);

    channel.ack(b, true);
    await channel.close();

    assert.deepEqual([await drain(publisher, queue), await drain(publisher, other)], [[], []]);
  });

  it("with multiple and tag 0 settles everything", async () => {
    await fill("a", "b", "c");
    await getAll(3);

    channel.ackAll();
    await channel.close();

    assert.deepEqual(await drain(publisher, queue), []);
  });

  it("with multiple and tag 0 is no error when nothing is outstanding", async () => {
    channel.ackAll();

    assert.equal((await channel.checkQueue(queue)).queue, queue);
  });
});

describe("a delivery tag that isn't outstanding", () => {
  const unknown = (tag: number, name: "basic.ack" | "basic.nack" | "basic.reject") => ({
    replyCode: 406,
    replyText: `PRECONDITION_FAILED - unknown delivery tag ${tag}`,
    ...method[name],
  });

  it("closes the channel when it is acknowledged", async () => {
    const closed = channelClosed(channel);

    send(channel, "basic.ack", { deliveryTag: 99 });

    assert.deepEqual(await closed, unknown(99, "basic.ack"));
  });

  it("closes the channel when it is acknowledged with multiple", async () => {
    await fill("a");
    await get(channel);
    const closed = channelClosed(channel);

    send(channel, "basic.ack", { deliveryTag: 2, multiple: true });

    assert.deepEqual(await closed, unknown(2, "basic.ack"));
  });

  it("closes the channel when it is nacked", async () => {
    const closed = channelClosed(channel);

    send(channel, "basic.nack", { deliveryTag: 7, requeue: true });

    assert.deepEqual(await closed, unknown(7, "basic.nack"));
  });

  it("closes the channel when it is rejected", async () => {
    const closed = channelClosed(channel);

    send(channel, "basic.reject", { deliveryTag: 7, requeue: true });

    assert.deepEqual(await closed, unknown(7, "basic.reject"));
  });

  it("may be 0, when multiple isn't set", async () => {
    const closed = channelClosed(channel);

    send(channel, "basic.ack", { deliveryTag: 0, multiple: false });

    assert.deepEqual(await closed, unknown(0, "basic.ack"));
  });

  it("may be one that was acknowledged before", async () => {
    await fill("a");
    const a = await get(channel);
    const closed = channelClosed(channel);

    channel.ack(a);
    channel.ack(a);

    assert.deepEqual(await closed, unknown(1, "basic.ack"));
  });

  it("may be one that was acknowledged with multiple before", async () => {
    await fill("a", "b");
    const [a, b] = await getAll(2);
    const closed = channelClosed(channel);

    channel.ack(b, true);
    channel.ack(a);

    assert.deepEqual(await closed, unknown(1, "basic.ack"));
  });

  it("may be one of another channel", async () => {
    await fill("a");
    const a = await get(publisher);
    const closed = channelClosed(channel);

    channel.ack(a);

    assert.deepEqual(await closed, unknown(1, "basic.ack"));
  });

  it("may be one that was delivered without acknowledgement", async () => {
    await fill("a");
    const a = await channel.get(queue, { noAck: true });
    assert(a);
    const closed = channelClosed(channel);

    channel.ack(a);

    assert.deepEqual(await closed, unknown(1, "basic.ack"));
  });

  it("returns the channel's unacknowledged deliveries", async () => {
    await fill("a", "b");
    await getAll(2);
    const closed = channelClosed(channel);

    send(channel, "basic.ack", { deliveryTag: 99 });
    await closed;

    const inbox = await Inbox.open(publisher, queue);
    assert.deepEqual(texts(await inbox.take(2)), ["a", "b"]);
  });
});

describe("basic.nack and basic.reject", () => {
  it("with requeue bring the message back", async () => {
    await fill("nacked", "rejected");
    const [nacked, rejected] = await getAll(2);

    channel.nack(nacked, false, true);
    channel.reject(rejected, true);

    assert.deepEqual(await drain(channel, queue), ["nacked", "rejected"]);
  });

  it("without requeue drop it", async () => {
    await fill("nacked", "rejected", "kept");
    const [nacked, rejected] = await getAll(2);

    channel.nack(nacked, false, false);
    channel.reject(rejected, false);
    await channel.close();

    assert.deepEqual(await drain(publisher, queue), ["kept"]);
  });

  it("with multiple requeue all up to the tag", async () => {
    await fill("a", "b", "c");
    const [, b] = await getAll(3);

    channel.nack(b, true, true);

    assert.deepEqual(await drain(channel, queue), ["a", "b"]);
  });

  it("with multiple and without requeue drop all up to the tag", async () => {
    await fill("a", "b", "c");
    const [, b] = await getAll(3);

    channel.nack(b, true, false);
    await channel.close();

    assert.deepEqual(await drain(publisher, queue), ["c"]);
  });

  it("with multiple and tag 0 requeue everything", async () => {
    await fill("a", "b", "c");
    await getAll(3);

    channel.nackAll(true);

    assert.deepEqual(await drain(channel, queue), ["a", "b", "c"]);
  });
});

describe("a requeued message", () => {
  it("returns to its old place", async () => {
    await fill("a", "b", "c", "d", "e");
    const [, b] = await getAll(3);

    channel.nack(b);

    assert.deepEqual(await drain(channel, queue), ["b", "d", "e"]);
  });

  it("returns to its old place whatever the order of requeueing", async () => {
    await fill("a", "b", "c", "d");
    const [a, b, c] = await getAll(3);

    for (const message of [c, a, b]) channel.nack(message);

    assert.deepEqual(await drain(channel, queue), ["a", "b", "c", "d"]);
  });

  it("returns to its old place even after several deliveries", async () => {
    await fill("a", "b", "c");
    for (let i = 0; i < 3; i++) channel.nack(await get(channel));

    assert.deepEqual(await drain(channel, queue), ["a", "b", "c"]);
  });

  it("goes to a waiting consumer", async () => {
    await fill("a");
    const a = await get(channel);
    const inbox = await Inbox.open(publisher, queue);

    channel.nack(a);

    assert.equal(text(await inbox.next()), "a");
  });

  it("goes to the next consumer in turn", async () => {
    const inboxes = [await Inbox.open(channel, queue), await Inbox.open(publisher, queue)];
    await fill("a");

    channel.nack(await inboxes[0].next());

    const again = await inboxes[1].next();
    assert.equal(text(again), "a");
    assert.equal(again.fields.redelivered, true);
  });

  it("gets a new delivery tag", async () => {
    await fill("a");
    const first = await get(channel);

    channel.nack(first);
    const second = await get(channel);

    assert.deepEqual([first.fields.deliveryTag, second.fields.deliveryTag], [1, 2]);
  });

  it("keeps its properties and body", async () => {
    await publish(publisher, "", queue, "a", { messageId: "m", headers: { h: 1 } });

    channel.nack(await get(channel));
    const again = await get(channel);

    assert.equal(text(again), "a");
    assert.equal(again.properties.messageId, "m");
    assert.deepEqual({ ...again.properties.headers }, { h: 1 });
  });
});

describe("the redelivered flag", () => {
  it("is false the first time and true once the message has been requeued", async () => {
    await fill("a");
    const first = await get(channel);

    channel.nack(first);
    const second = await get(channel);

    assert.deepEqual([first.fields.redelivered, second.fields.redelivered], [false, true]);
  });

  it("stays true from then on", async () => {
    await fill("a");
    for (let i = 0; i < 3; i++) channel.reject(await get(channel), true);

    assert.equal((await get(channel)).fields.redelivered, true);
  });

  it("is the message's own: its neighbours' stay false", async () => {
    await fill("a", "b");
    channel.nack(await get(channel));

    const [a, b] = await getAll(2);

    assert.deepEqual([a.fields.redelivered, b.fields.redelivered], [true, false]);
  });

  it("is each queue's own: a copy elsewhere stays false", async () => {
    const exchange = unique("x");
    await publisher.assertExchange(exchange, "fanout", { autoDelete: true });
    const { queue: other } = await publisher.assertQueue("", { exclusive: true });
    await publisher.bindQueue(queue, exchange, "");
    await publisher.bindQueue(other, exchange, "");
    await publish(publisher, exchange, "", "both");

    channel.nack(await get(channel));

    assert.equal((await get(channel)).fields.redelivered, true);
    assert.equal((await get(channel, other)).fields.redelivered, false);
  });

  it("is true after the channel was closed without an acknowledgement", async () => {
    await fill("a");
    await get(channel);

    await channel.close();

    assert.equal((await get(publisher)).fields.redelivered, true);
  });

  it("is true for messages that were prefetched and never read", async () => {
    await fill("a", "b", "c");
    await channel.prefetch(2);
    const inbox = await Inbox.open(channel, queue);
    await inbox.take(2);

    await channel.close();

    const flags = [];
    for (let i = 0; i < 3; i++) flags.push((await get(publisher)).fields.redelivered);
    assert.deepEqual(flags, [true, true, false]);
  });
});

describe("unacknowledged messages", () => {
  it("return in order when their channel is closed", async () => {
    await fill("a", "b", "c", "d");
    await getAll(3);

    await channel.close();

    assert.deepEqual(await drain(publisher, queue), ["a", "b", "c", "d"]);
  });

  it("return when their connection is closed, before its close is answered", async () => {
    const { queue: shared } = await publisher.assertQueue(unique("q"));
    for (const body of ["a", "b", "c"]) await publish(publisher, "", shared, body);
    const other = await connect(broker);
    const reader = await openChannel(other);
    await get(reader, shared);
    await get(reader, shared);

    await other.close();

    const left = await drain(publisher, shared);
    await publisher.deleteQueue(shared);
    assert.deepEqual(left, ["a", "b", "c"]);
  });

  it("return when the socket below them is lost", async () => {
    const { queue: shared } = await publisher.assertQueue(unique("q"));
    for (const body of ["a", "b", "c"]) await publish(publisher, "", shared, body);
    const other = await connect(broker);
    const lost = await Inbox.open(await openChannel(other), shared);
    await lost.take(3);
    const heir = await Inbox.open(channel, shared);

    socketOf(other).destroy();

    const messages = await heir.take(3);
    await publisher.deleteQueue(shared);
    assert.deepEqual(texts(messages), ["a", "b", "c"]);
    assert.deepEqual(messages.map((message) => message.fields.redelivered), [true, true, true]);
  });

  it("return when their channel is closed by an error", async () => {
    await fill("a");
    await get(channel);
    const closed = channelClosed(channel);

    channel.checkQueue(unique("nonesuch")).catch(() => {});
    await closed;

    const inbox = await Inbox.open(publisher, queue);
    assert.equal(text(await inbox.next()), "a");
  });

  it("go to nobody else while their channel is open", async () => {
    await fill("a", "b");
    await get(channel);

    assert.deepEqual(await drain(publisher, queue), ["b"]);
  });
});

describe("basic.recover", () => {
  it("redelivers everything unacknowledged on the channel, in order", async () => {
    await fill("a", "b", "c");
    const inbox = await Inbox.open(channel, queue);
    const [, b] = await inbox.take(3);
    channel.ack(b);

    await channel.recover();

    const again = await inbox.take(2);
    assert.deepEqual(texts(again), ["a", "c"]);
    assert.deepEqual(again.map((message) => message.fields.redelivered), [true, true]);
    assert.deepEqual(again.map((message) => message.fields.deliveryTag), [4, 5]);
  });

  it("redelivers messages from basic.get", async () => {
    await fill("a", "b");
    await getAll(2);

    await channel.recover();

    assert.deepEqual(await drain(publisher, queue), ["a", "b"]);
  });

  it("makes the old delivery tags unknown", async () => {
    await fill("a");
    const a = await get(channel);
    await channel.recover();
    const closed = channelClosed(channel);

    channel.ack(a);

    assert.equal((await closed).replyText, "PRECONDITION_FAILED - unknown delivery tag 1");
  });

  it("leaves other channels alone", async () => {
    await fill("a");
    await get(publisher);

    await channel.recover();

    assert.equal(await channel.get(queue), false);
  });

  it("is answered when nothing is outstanding", async () => {
    assert.deepEqual(await channel.recover(), {});
  });

  it("without requeue closes the connection with 540", async () => {
    const closed = connectionClosed(connection);

    call(channel, "basic.recover", { requeue: false }).catch(() => {});

    assert.deepEqual(await closed, { replyCode: 540, replyText: "NOT_IMPLEMENTED - requeue=false" });
  });

  it("in its asynchronous form does the same without an answer", async () => {
    await fill("a");
    await get(channel);

    send(channel, "basic.recover-async", { requeue: true });

    const again = await get(channel);
    assert.equal(text(again), "a");
    assert.equal(again.fields.redelivered, true);
  });
});
