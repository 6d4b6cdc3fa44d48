import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  call,
  closeQuietly,
  connect,
  connectionClosed,
  Inbox,
  openChannel,
  openConfirmChannel,
  publish,
  send,
  text,
  texts,
  within,
} from "./client.ts";

let broker: BrokerUnderTest;
let connection: ChannelModel;
let publisher: ConfirmChannel;
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

async function fill(count: number): Promise<void> {
  for (let i = 0; i < count; i++) publisher.sendToQueue(queue, Buffer.from(String(i)));
  await publisher.waitForConfirms();
}

/** Returns the number of waiting messages in the queue, once the channel has its deliveries. */
async function ready(): Promise<number> {
  const { messageCount } = await channel.checkQueue(queue);
  return messageCount;
}

describe("a prefetch count", () => {
  it("limits what a consumer gets before it acknowledges", async () => {
    await fill(5);
    await channel.prefetch(2);
    const inbox = await Inbox.open(channel, queue);
    const [first] = await inbox.take(2);

    const held = await ready();
    channel.ack(first);
    await inbox.next();

    assert.equal(held, 3);
    assert.equal(await ready(), 2);
    assert.deepEqual(inbox.waiting, []);
  });

  it("is refilled by acknowledging several at once", async () => {
    await fill(6);
    await channel.prefetch(3);
    const inbox = await Inbox.open(channel, queue);
    const messages = await inbox.take(3);

    channel.ack(messages[2], true);

    await inbox.take(3);
    assert.equal(await ready(), 0);
  });

  it("is refilled by rejecting", async () => {
    await fill(3);
    await channel.prefetch(1);
    const inbox = await Inbox.open(channel, queue);

    channel.nack(await inbox.next(), false, false);
    channel.reject(await inbox.next(), false);

    await inbox.next();
    assert.equal(await ready(), 0);
  });

  it("of one lets a requeued message come again", async () => {
    await fill(2);
    await channel.prefetch(1);
    const inbox = await Inbox.open(channel, queue);

    channel.nack(await inbox.next());
    const again = await inbox.next();

    assert.equal(again.fields.redelivered, true);
    assert.equal(again.fields.deliveryTag, 2);
  });

  it("of zero is no limit", async () => {
    await fill(500);
    await channel.prefetch(1);
    await channel.prefetch(0);
    const inbox = await Inbox.open(channel, queue);

    await inbox.take(500);

    assert.equal(await ready(), 0);
  });

  it("applies to each consumer of the channel on its own", async () => {
    await channel.prefetch(2);
    const inboxes = [await Inbox.open(channel, queue), await Inbox.open(channel, queue)];

    await fill(6);

    for (const inbox of inboxes) await inbox.take(2);
    assert.equal(await ready(), 2);
  });

  it("applies to consumers that come after it", async () => {
    await channel.prefetch(1);
    const early = await Inbox.open(channel, queue);
    await channel.prefetch(3);
    const late = await Inbox.open(channel, queue);

    await fill(10);

    await early.take(1);
    await late.take(3);
    assert.equal(await ready(), 6);
    assert.deepEqual([early.waiting.length, late.waiting.length], [0, 0]);
  });

  it("doesn't limit consumers without acknowledgements", async () => {
    await channel.prefetch(1);
    const inbox = await Inbox.open(channel, queue, { noAck: true });

    await fill(20);

    await inbox.take(20);
  });

  it("doesn't limit basic.get", async () => {
    await fill(3);
    await channel.prefetch(1);

    for (let i = 0; i < 3; i++) assert(await channel.get(queue));
  });

  it("isn't used up by what basic.get left unacknowledged", async () => {
    await fill(3);
    await channel.get(queue);
    await channel.prefetch(1);

    const inbox = await Inbox.open(channel, queue);

    await inbox.next();
    assert.equal(await ready(), 1);
  });

  it("that is used up leaves the messages to other consumers", async () => {
    await channel.prefetch(1);
    const busy = await Inbox.open(channel, queue);
    await channel.prefetch(0);
    const free = await Inbox.open(channel, queue);

    for (const body of ["a", "b", "c", "d"]) await publish(publisher, "", queue, body);

    assert.equal(text(await busy.next()), "a");
    assert.deepEqual(texts(await free.take(3)), ["b", "c", "d"]);
  });

  it("of one distributes work to consumers that are ready", async () => {
    await channel.prefetch(1);
    const [slow, quick] = [await Inbox.open(channel, queue), await Inbox.open(channel, queue)];
    for (let i = 0; i < 6; i++) await publish(publisher, "", queue, String(i));

    const stuck = await slow.next();
    const done: string[] = [];
    for (let i = 0; i < 5; i++) {
      const message = await quick.next();
      done.push(text(message));
      channel.ack(message);
    }

    assert.equal(text(stuck), "0");
    assert.deepEqual(done, ["1", "2", "3", "4", "5"]);
  });

  it("doesn't limit consumers of other channels", async () => {
    await channel.prefetch(1);
    const other = await openChannel(connection);
    const inbox = await Inbox.open(other, queue);

    await fill(5);

    await inbox.take(5);
  });
});

describe("a global prefetch count", () => {
  it("is shared by all consumers of the channel", async () => {
    await channel.prefetch(3, true);
    const { queue: other } = await publisher.assertQueue("", { exclusive: true });
    const [inbox, otherInbox] = [await Inbox.open(channel, queue), await Inbox.open(channel, other)];
    await fill(2);
    await inbox.take(2);

    for (const body of ["a", "b", "c"]) await publish(publisher, "", other, body);
    const first = await otherInbox.next();
    const held = (await channel.checkQueue(other)).messageCount;
    channel.ack(first);
    const second = await otherInbox.next();

    assert.equal(held, 2);
    assert.equal(text(second), "b");
    assert.deepEqual(otherInbox.waiting, []);
  });

  for (const where of ["on one queue", "on two queues"]) {
    it(`is shared fairly by two consumers ${where}`, async () => {
      await channel.prefetch(1, true);
      const { queue: other } = await publisher.assertQueue("", { exclusive: true });
      const queues = [queue, where === "on one queue" ? queue : other];
      for (let i = 0; i < 20; i++) for (const name of queues) await publish(publisher, "", name, "");
      const served: string[] = [];
      const half = new Promise<void>((resolve) => {
        const receive = (message: ConsumeMessage | null) => {
          served.push(message!.fields.consumerTag);
          if (served.length === 20) resolve();
          else channel.ack(message!);
        };
        queues.forEach((name, index) => channel.consume(name, receive, { consumerTag: String(index) }));
      });
      await within("half of the deliveries", half);
      // RabbitMQ chooses at random for each delivery.
      for (const tag of ["0", "1"]) assert(served.filter((other) => other === tag).length > 2, served.join(" "));
    });
  }

  it("that is used up holds back consumers without acknowledgement, which don't count", async () => {
    await channel.prefetch(1, true);
    const { queue: other } = await publisher.assertQueue("", { exclusive: true });
    await fill(1);
    const first = await (await Inbox.open(channel, queue)).next();
    const quiet = await Inbox.open(channel, other, { noAck: true });
    for (const body of ["a", "b"]) await publish(publisher, "", other, body);
    const held = (await channel.checkQueue(other)).messageCount;

    channel.ack(first);

    assert.deepEqual(texts(await quiet.take(2)), ["a", "b"]);
    assert.equal(held, 2);
  });

  it("applies together with an earlier one for each consumer", async () => {
    await channel.prefetch(2, false);
    await channel.prefetch(3, true);
    const [first, second] = [await Inbox.open(channel, queue), await Inbox.open(channel, queue)];

    await fill(10);
    await first.take(2);
    const third = await second.next();
    const held = await ready();
    channel.ack(third);
    await second.next();

    assert.equal(held, 7);
    assert.equal(await ready(), 6);
    assert.deepEqual([first.waiting.length, second.waiting.length], [0, 0]);
  });

  it("is removed by a later one for each consumer", async () => {
    await channel.prefetch(1, true);
    await channel.prefetch(2, false);
    const [first, second] = [await Inbox.open(channel, queue), await Inbox.open(channel, queue)];

    await fill(10);

    await first.take(2);
    await second.take(2);
    assert.equal(await ready(), 6);
  });

  it("applies to existing consumers when it is raised", async () => {
    await channel.prefetch(1, true);
    const inbox = await Inbox.open(channel, queue);
    await fill(4);
    await inbox.next();
    const held = await ready();

    await channel.prefetch(3, true);
    await inbox.take(2);

    assert.equal(held, 3);
    assert.equal(await ready(), 1);
  });

  it("of zero is no limit", async () => {
    await channel.prefetch(1, true);
    const inbox = await Inbox.open(channel, queue);
    await fill(10);
    await inbox.next();

    await channel.prefetch(0, true);

    await inbox.take(9);
  });
});

describe("a prefetch size", () => {
  it("closes the connection with 540, as in RabbitMQ, which has never implemented it", async () => {
    const closed = connectionClosed(connection);

    send(channel, "basic.qos", { prefetchSize: 1, prefetchCount: 1, global: false });

    assert.deepEqual(await closed, { replyCode: 540, replyText: "NOT_IMPLEMENTED - prefetch_size!=0 (1)" });
  });

  it("of zero is accepted", async () => {
    assert.deepEqual(await call(channel, "basic.qos", { prefetchSize: 0, prefetchCount: 65535, global: false }), {});
  });
});
