import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { type ChannelModel, type ConfirmChannel, connect as connectAmqplib } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  call,
  closeQuietly,
  connect,
  connectionClosed,
  drain,
  Inbox,
  method,
  openChannel,
  openConfirmChannel,
  publish,
  refusal,
  text,
  texts,
  unique,
  within,
} from "./client.ts";

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

describe("consuming", () => {
  it("brings messages that wait in the queue, then new ones", async () => {
    await publish(channel, "", queue, "waiting");
    const inbox = await Inbox.open(channel, queue);

    await publish(channel, "", queue, "coming");

    assert.deepEqual(texts(await inbox.take(2)), ["waiting", "coming"]);
  });

  it("reports the consumer tag, delivery tag, exchange and routing key", async () => {
    const key = unique("key");
    await channel.bindQueue(queue, "amq.direct", key);
    const inbox = await Inbox.open(channel, queue, { consumerTag: "my consumer" });

    await publish(channel, "amq.direct", key, "hello");

    assert.deepEqual({ ...(await inbox.next()).fields }, {
      consumerTag: "my consumer",
      deliveryTag: 1,
      redelivered: false,
      exchange: "amq.direct",
      routingKey: key,
    });
  });

  it("under the consumer's tag answers with that tag", async () => {
    const { consumerTag } = await channel.consume(queue, () => {}, { consumerTag: "mine-1" });

    assert.equal(consumerTag, "mine-1");
  });

  it("without a tag gets one of amq.ctag- and 22 characters", async () => {
    const first = await channel.consume(queue, () => {});
    const second = await channel.consume(queue, () => {});

    assert.match(first.consumerTag, /^amq\.ctag-[A-Za-z0-9_-]{22}$/);
    assert.match(second.consumerTag, /^amq\.ctag-[A-Za-z0-9_-]{22}$/);
    assert.notEqual(first.consumerTag, second.consumerTag);
  });

  it("counts deliveries of all consumers and gets of a channel together", async () => {
    const { queue: other } = await channel.assertQueue("", { exclusive: true });
    const [inbox, otherInbox] = [await Inbox.open(channel, queue), await Inbox.open(channel, other)];
    await publish(channel, "", queue, "a");
    await publish(channel, "", other, "b");
    const { queue: third } = await channel.assertQueue("", { exclusive: true });
    await publish(channel, "", third, "c");

    const tags = [await inbox.next(), await otherInbox.next(), await channel.get(third)];

    assert.deepEqual(tags.map((message) => message && message.fields.deliveryTag).sort(), [1, 2, 3]);
  });

  it("is refused when there is no such queue", async () => {
    const name = unique("q");

    const reason = await refusal(channel.consume(name, () => {}));

    assert.deepEqual(reason, {
      replyCode: 404,
      replyText: `NOT_FOUND - no queue '${name}' in vhost '/'`,
      ...method["basic.consume"],
    });
  });

  it("ignores no-local: a connection gets its own messages", async () => {
    const inbox = await Inbox.open(channel, queue, { noLocal: true });

    await publish(channel, "", queue, "my own");

    assert.equal(text(await inbox.next()), "my own");
  });

  it("ignores arguments that it doesn't know", async () => {
    const inbox = await Inbox.open(channel, queue, { arguments: { "x-mine": { a: 1 } } });

    await publish(channel, "", queue, "hello");

    assert.equal(text(await inbox.next()), "hello");
  });

  it("shows in the queue's number of consumers until it ends", async () => {
    const { consumerTag } = await channel.consume(queue, () => {});
    await (await openChannel(connection)).consume(queue, () => {});
    const both = await channel.checkQueue(queue);

    await channel.cancel(consumerTag);
    const one = await channel.checkQueue(queue);

    assert.equal(both.consumerCount, 2);
    assert.equal(one.consumerCount, 1);
  });

  it("ends with its channel", async () => {
    const other = await openChannel(connection);
    await other.consume(queue, () => {});

    await other.close();

    assert.equal((await channel.checkQueue(queue)).consumerCount, 0);
  });

  it("without acknowledgements settles messages as they are sent", async () => {
    const other = await openChannel(connection);
    const inbox = await Inbox.open(other, queue, { noAck: true });
    await publish(channel, "", queue, "a");
    await inbox.next();

    await other.close();

    assert.deepEqual(await drain(channel, queue), []);
  });
});

describe("a consumer tag that the channel uses already", () => {
  it("closes the connection with 530", async () => {
    const closed = connectionClosed(connection);
    await channel.consume(queue, () => {}, { consumerTag: "twice" });

    channel.consume(queue, () => {}, { consumerTag: "twice" }).catch(() => {});

    assert.deepEqual(await closed, {
      replyCode: 530,
      replyText: "NOT_ALLOWED - attempt to reuse consumer tag 'twice'",
    });
  });

  it("is free for other channels, and again after its cancellation", async () => {
    await channel.consume(queue, () => {}, { consumerTag: "same" });
    await (await openChannel(connection)).consume(queue, () => {}, { consumerTag: "same" });
    await channel.cancel("same");

    await channel.consume(queue, () => {}, { consumerTag: "same" });

    assert.equal((await channel.checkQueue(queue)).consumerCount, 2);
  });
});

describe("several consumers of a queue", () => {
  it("get its messages in turn", async () => {
    const inboxes = [
      await Inbox.open(channel, queue),
      await Inbox.open(channel, queue),
      await Inbox.open(channel, queue),
    ];

    for (let i = 0; i < 9; i++) await publish(channel, "", queue, String(i));

    const shares = [];
    for (const inbox of inboxes) shares.push(texts(await inbox.take(3)));
    assert.deepEqual(shares, [["0", "3", "6"], ["1", "4", "7"], ["2", "5", "8"]]);
  });

  it("get them in turn when they are on different connections", async () => {
    const { queue: shared } = await channel.assertQueue(unique("q"), { autoDelete: true });
    const other = await connect(broker);
    const inboxes = [await Inbox.open(channel, shared), await Inbox.open(await openChannel(other), shared)];

    for (let i = 0; i < 6; i++) await publish(channel, "", shared, String(i));

    const shares = [texts(await inboxes[0].take(3)), texts(await inboxes[1].take(3))];
    await other.close();
    assert.deepEqual(shares, [["0", "2", "4"], ["1", "3", "5"]]);
  });

  it("share a message among them once", async () => {
    const inboxes = [await Inbox.open(channel, queue), await Inbox.open(channel, queue)];

    await publish(channel, "", queue, "once");
    await call(channel, "basic.qos", { prefetchSize: 0, prefetchCount: 0, global: false });

    assert.equal(inboxes[0].waiting.length + inboxes[1].waiting.length, 1);
  });
});

describe("an exclusive consumer", () => {
  const inUse = (queue: string) => ({
    replyCode: 403,
    replyText: `ACCESS_REFUSED - queue '${queue}' in vhost '/' in exclusive use`,
    ...method["basic.consume"],
  });

  it("keeps others away", async () => {
    await channel.consume(queue, () => {}, { exclusive: true });

    const reason = await refusal((await openChannel(connection)).consume(queue, () => {}));

    assert.deepEqual(reason, inUse(queue));
  });

  it("is refused while others consume", async () => {
    await channel.consume(queue, () => {});

    const reason = await refusal((await openChannel(connection)).consume(queue, () => {}, { exclusive: true }));

    assert.deepEqual(reason, inUse(queue));
  });

  it("makes room when it is cancelled", async () => {
    const { consumerTag } = await channel.consume(queue, () => {}, { exclusive: true });
    await channel.cancel(consumerTag);

    await channel.consume(queue, () => {}, { exclusive: true });

    assert.equal((await channel.checkQueue(queue)).consumerCount, 1);
  });

  it("makes room when its channel is closed", async () => {
    const other = await openChannel(connection);
    await other.consume(queue, () => {}, { exclusive: true });
    await other.close();

    await channel.consume(queue, () => {});

    assert.equal((await channel.checkQueue(queue)).consumerCount, 1);
  });

  it("doesn't keep basic.get away", async () => {
    await channel.consume(queue, () => {}, { exclusive: true });

    assert.equal(await channel.get(queue), false);
  });
});

describe("cancelling a consumer", () => {
  it("ends its deliveries; the queue keeps later messages", async () => {
    const inbox = await Inbox.open(channel, queue);
    await publish(channel, "", queue, "before");
    await inbox.next();

    await channel.cancel(inbox.consumerTag);
    await publish(channel, "", queue, "after");

    assert.deepEqual(inbox.waiting, []);
    assert.deepEqual(await drain(channel, queue), ["after"]);
  });

  it("answers with the tag, known or not", async () => {
    const known = await channel.consume(queue, () => {});

    assert.deepEqual({ ...await channel.cancel(known.consumerTag) }, { consumerTag: known.consumerTag });
    assert.deepEqual({ ...await channel.cancel("never heard of") }, { consumerTag: "never heard of" });
  });

  it("leaves its deliveries unacknowledged, to be acknowledged later", async () => {
    const inbox = await Inbox.open(channel, queue);
    await publish(channel, "", queue, "a");
    await publish(channel, "", queue, "b");
    const [a, b] = await inbox.take(2);

    await channel.cancel(inbox.consumerTag);
    const meanwhile = await drain(channel, queue);
    channel.ack(a);
    channel.nack(b);

    assert.deepEqual(meanwhile, []);
    assert.deepEqual(await drain(channel, queue), ["b"]);
  });

  it("returns its deliveries at the channel's end otherwise", async () => {
    const other = await openChannel(connection);
    const inbox = await Inbox.open(other, queue);
    await publish(channel, "", queue, "a");
    await inbox.next();
    await other.cancel(inbox.consumerTag);

    await other.close();

    assert.deepEqual(await drain(channel, queue), ["a"]);
  });
});

describe("a consumer whose queue is deleted", () => {
  it("is cancelled by the broker", async () => {
    const inbox = await Inbox.open(channel, queue);

    await channel.deleteQueue(queue);

    await within("the cancellation", inbox.cancelled);
  });

  it("is cancelled even if another connection deleted it", async () => {
    const { queue: shared } = await channel.assertQueue(unique("q"), { autoDelete: false });
    const inboxes = [await Inbox.open(channel, shared), await Inbox.open(await openChannel(connection), shared)];
    const other = await connect(broker);

    await (await openChannel(other)).deleteQueue(shared);

    for (const inbox of inboxes) await within("the cancellation", inbox.cancelled);
    await other.close();
  });

  it("may use its tag again", async () => {
    const inbox = await Inbox.open(channel, queue, { consumerTag: "again" });
    await channel.deleteQueue(queue);
    await within("the cancellation", inbox.cancelled);
    const { queue: other } = await channel.assertQueue("", { exclusive: true });

    const second = await Inbox.open(channel, other, { consumerTag: "again" });
    await publish(channel, "", other, "hello");

    assert.equal(text(await second.next()), "hello");
  });

  it("may still acknowledge its deliveries", async () => {
    const inbox = await Inbox.open(channel, queue);
    await publish(channel, "", queue, "a");
    const message = await inbox.next();
    await channel.deleteQueue(queue);
    await within("the cancellation", inbox.cancelled);

    channel.ack(message);

    await channel.assertQueue("", { exclusive: true });
  });

  it("isn't notified when its client lacks the capability", async () => {
    const silent = await connectAmqplib(broker.url, { clientProperties: { capabilities: {} } });
    const listening = await openChannel(silent);
    const { queue: doomed } = await listening.assertQueue("", { exclusive: true });
    let told = false;
    await listening.consume(doomed, (message) => void (told = message === null));

    await listening.deleteQueue(doomed);
    await listening.assertQueue("", { exclusive: true });

    await silent.close();
    assert.equal(told, false);
  });
});

describe("basic.get", () => {
  it("brings one message, with the number of those behind it", async () => {
    const key = unique("key");
    await channel.bindQueue(queue, "amq.direct", key);
    for (const body of ["a", "b", "c"]) await publish(channel, "amq.direct", key, body);

    const message = await channel.get(queue);

    assert(message);
    assert.equal(text(message), "a");
    assert.deepEqual({ ...message.fields }, {
      deliveryTag: 1,
      redelivered: false,
      exchange: "amq.direct",
      routingKey: key,
      messageCount: 2,
    });
  });

  it("answers empty when there is nothing", async () => {
    assert.equal(await channel.get(queue), false);
  });

  it("answers empty when all messages are unacknowledged", async () => {
    await publish(channel, "", queue, "a");
    await channel.get(queue);

    assert.equal(await channel.get(queue), false);
  });

  it("brings empty and large bodies", async () => {
    const large = Buffer.alloc(300_000, "large");
    await publish(channel, "", queue, "");
    await publish(channel, "", queue, large);

    const [first, second] = [await channel.get(queue), await channel.get(queue)];

    assert(first && second);
    assert.equal(first.content.length, 0);
    assert(second.content.equals(large));
  });

  it("without acknowledgement settles the message", async () => {
    const other = await openChannel(connection);
    await publish(channel, "", queue, "a");
    await other.get(queue, { noAck: true });

    await other.close();

    assert.deepEqual(await drain(channel, queue), []);
  });

  it("is refused when there is no such queue", async () => {
    const name = unique("q");

    const reason = await refusal(channel.get(name));

    assert.deepEqual(reason, {
      replyCode: 404,
      replyText: `NOT_FOUND - no queue '${name}' in vhost '/'`,
      ...method["basic.get"],
    });
  });
});
