import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  closeQuietly,
  connect,
  drain,
  Inbox,
  openChannel,
  openConfirmChannel,
  publish,
  refusal,
  text,
  texts,
  unique,
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

async function limitedQueue(queueArguments: Record<string, unknown>): Promise<string> {
  return (await channel.assertQueue("", { exclusive: true, arguments: queueArguments })).queue;
}

async function fill(queue: string, ...bodies: string[]): Promise<void> {
  for (const body of bodies) await publish(channel, "", queue, body);
}

const count = async (queue: string) => (await channel.checkQueue(queue)).messageCount;

describe("a queue with x-max-length", () => {
  it("drops its oldest messages for new ones", async () => {
    const queue = await limitedQueue({ "x-max-length": 2 });
    await fill(queue, "a", "b", "c", "d");
    assert.equal(await count(queue), 2);
    assert.deepEqual(await drain(channel, queue), ["c", "d"]);
  });

  it("does not count messages that consumers hold", async () => {
    const queue = await limitedQueue({ "x-max-length": 1 });
    const inbox = await Inbox.open(channel, queue);
    await fill(queue, "a", "b", "c");
    assert.deepEqual(texts(await inbox.take(3)), ["a", "b", "c"]);
  });

  it("drops requeued messages when there are too many", async () => {
    const queue = await limitedQueue({ "x-max-length": 2 });
    await fill(queue, "a");
    const a = await channel.get(queue);
    assert(a);
    await fill(queue, "b", "c");
    channel.nack(a, false, true);
    assert.deepEqual(await drain(channel, queue), ["b", "c"]);
  });

  it("of 0 keeps nothing that no consumer can take at once", async () => {
    const queue = await limitedQueue({ "x-max-length": 0 });
    await fill(queue, "a");
    assert.equal(await count(queue), 0);
    const inbox = await Inbox.open(channel, queue, { noAck: true });
    await fill(queue, "b");
    assert.equal(text(await inbox.next()), "b");
  });
});

describe("a queue with x-max-length-bytes", () => {
  it("counts the bodies of its ready messages", async () => {
    const queue = await limitedQueue({ "x-max-length-bytes": 10 });
    await fill(queue, "12345", "67890");
    assert.equal(await count(queue), 2);
    await fill(queue, "x");
    assert.deepEqual(await drain(channel, queue), ["67890", "x"]);
    await fill(queue, "12345", "67890");
    assert.equal(await count(queue), 2);
  });

  it("is empty after a message that is too large for it", async () => {
    const queue = await limitedQueue({ "x-max-length-bytes": 10 });
    await fill(queue, "a", "b", "more than ten");
    assert.equal(await count(queue), 0);
    await fill(queue, "c");
    assert.deepEqual(await drain(channel, queue), ["c"]);
  });

  it("may be limited in messages too: the limit reached first counts", async () => {
    const queue = await limitedQueue({ "x-max-length-bytes": 10, "x-max-length": 3 });
    await fill(queue, "a", "b", "c", "d");
    assert.equal(await count(queue), 3);
    await fill(queue, "123456789");
    assert.deepEqual(await drain(channel, queue), ["d", "123456789"]);
  });

  it("counts the bytes of requeued messages again", async () => {
    const queue = await limitedQueue({ "x-max-length-bytes": 10 });
    await fill(queue, "12345");
    const message = await channel.get(queue);
    assert(message);
    await fill(queue, "67890", "abcde");
    channel.nack(message, false, true);
    assert.deepEqual(await drain(channel, queue), ["67890", "abcde"]);
  });
});

describe("x-overflow", () => {
  const isNacked = (queue: string, body: string): Promise<boolean> =>
    publish(channel, "", queue, body).then(() => false, () => true);

  it("of reject-publish refuses messages without room, and tells the publisher", async () => {
    const queue = await limitedQueue({ "x-max-length": 2, "x-overflow": "reject-publish" });
    const outcomes: boolean[] = [];
    for (const body of ["a", "b", "c"]) outcomes.push(await isNacked(queue, body));
    assert.deepEqual(outcomes, [false, false, true]);
    await drain(channel, queue);
    assert.equal(await isNacked(queue, "d"), false);
    assert.deepEqual(await drain(channel, queue), ["d"]);
  });

  it("of reject-publish counts the bytes of the new message too", async () => {
    const queue = await limitedQueue({ "x-max-length-bytes": 10, "x-overflow": "reject-publish" });
    assert.equal(await isNacked(queue, "123456"), false);
    assert.equal(await isNacked(queue, "12345"), true);
    assert.equal(await isNacked(queue, "1234"), false);
  });

  it("of reject-publish confirms accepted messages of a turn in which others are refused", async () => {
    const queue = await limitedQueue({ "x-max-length": 3, "x-overflow": "reject-publish" });
    const outcomes = await Promise.all(["a", "b", "c", "d", "e"].map((body) => isNacked(queue, body)));
    assert.deepEqual(outcomes, [false, false, false, true, true]);
    assert.deepEqual(await drain(channel, queue), ["a", "b", "c"]);
  });

  it("of reject-publish keeps the copies in other queues", async () => {
    const full = await limitedQueue({ "x-max-length": 0, "x-overflow": "reject-publish" });
    const other = await limitedQueue({});
    const exchange = unique("fanout");
    await channel.assertExchange(exchange, "fanout", { durable: false, autoDelete: true });
    await channel.bindQueue(full, exchange, "");
    await channel.bindQueue(other, exchange, "");
    await assert.rejects(publish(channel, exchange, "", "a"));
    assert.deepEqual(await drain(channel, other), ["a"]);
    assert.deepEqual(await drain(channel, full), []);
  });

  it("of reject-publish refuses silently without confirms", async () => {
    const queue = await limitedQueue({ "x-max-length": 1, "x-overflow": "reject-publish" });
    const plain = await openChannel(connection);
    for (const body of ["a", "b"]) plain.sendToQueue(queue, Buffer.from(body));
    await plain.close();
    assert.deepEqual(await drain(channel, queue), ["a"]);
  });

  it("of reject-publish-dlx also dead-letters refused messages", async () => {
    const { queue: graveyard } = await channel.assertQueue("", { exclusive: true });
    const dead = await Inbox.open(channel, graveyard, { noAck: true });
    const queue = await limitedQueue({
      "x-max-length": 1,
      "x-overflow": "reject-publish-dlx",
      "x-dead-letter-exchange": "",
      "x-dead-letter-routing-key": graveyard,
    });
    assert.deepEqual([await isNacked(queue, "a"), await isNacked(queue, "b")], [false, true]);
    const message = await dead.next();
    assert.equal(text(message), "b");
    const [{ reason, queue: diedIn }] = message.properties.headers!["x-death"] as unknown as [
      { reason: string; queue: string },
    ];
    assert.deepEqual([reason, diedIn], ["maxlen", queue]);
    assert.deepEqual(await drain(channel, queue), ["a"]);
  });
});

describe("arguments of limits", () => {
  const refused: readonly (readonly [name: string, value: unknown, problem: string])[] = [
    ["x-max-length", -1, "{value_negative,-1}"],
    ["x-max-length", 1.5, '"expected integer, got double"'],
    ["x-max-length-bytes", -5, "{value_negative,-5}"],
    ["x-max-length-bytes", "1", '"expected integer, got longstr"'],
    ["x-overflow", "drop-tail", "invalid_overflow"],
    ["x-overflow", 1, "{unacceptable_type,byte}"],
  ];
  for (const [name, value, problem] of refused) {
    it(`are refused: ${name} of ${JSON.stringify(value)}`, async () => {
      const other = await openChannel(connection);
      const queue = unique("limit");
      const { replyCode, replyText } = await refusal(
        other.assertQueue(queue, { exclusive: true, arguments: { [name]: value } }),
      );
      assert.equal(replyCode, 406);
      assert.equal(
        replyText,
        `PRECONDITION_FAILED - invalid arg '${name}' for queue '${queue}' in vhost '/': ${problem}`,
      );
    });
  }
});
