import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { Channel, ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  channelClosed,
  closeQuietly,
  connect,
  drain,
  Inbox,
  openChannel,
  openConfirmChannel,
  publish,
  refusal,
  text,
  unique,
} from "./client.ts";

let broker: BrokerUnderTest;
let connection: ChannelModel;
let channel: ConfirmChannel;
/** Queue for dead messages. */
let graveyard: string;
let dead: Inbox;

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
  channel = await openConfirmChannel(connection);
  graveyard = (await channel.assertQueue("", { exclusive: true })).queue;
  dead = await Inbox.open(channel, graveyard, { noAck: true });
});
afterEach(() => closeQuietly(connection));

/** Declares a queue whose dead messages come to the inbox. */
async function mortalQueue(queueArguments: Record<string, unknown> = {}): Promise<string> {
  const { queue } = await channel.assertQueue("", {
    exclusive: true,
    arguments: { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": graveyard, ...queueArguments },
  });
  return queue;
}

describe("a queue with x-message-ttl", () => {
  it("expires messages that have waited that long", async () => {
    const queue = await mortalQueue({ "x-message-ttl": 20 });
    await publish(channel, "", queue, "a");
    await publish(channel, "", queue, "b");
    assert.deepEqual([text(await dead.next()), text(await dead.next())], ["a", "b"]);
    assert.deepEqual(await drain(channel, queue), []);
  });

  it("delivers those that have not", async () => {
    const queue = await mortalQueue({ "x-message-ttl": 60_000 });
    await publish(channel, "", queue, "a");
    assert.deepEqual(await drain(channel, queue), ["a"]);
  });

  it("does not expire unacknowledged messages, but expires them when they are returned", async () => {
    const queue = await mortalQueue({ "x-message-ttl": 50 });
    // In one write, or it might expire before it is fetched.
    const [, message] = await Promise.all([publish(channel, "", queue, "held"), channel.get(queue)]);
    assert(message);
    await publish(channel, "", queue, "behind it");
    assert.equal(text(await dead.next()), "behind it");
    channel.nack(message, false, true);
    assert.equal(text(await dead.next()), "held");
  });

  it("counts the time of a message separately in each of two queues", async () => {
    const short = await mortalQueue({ "x-message-ttl": 20 });
    const long = await mortalQueue({ "x-message-ttl": 60_000 });
    const exchange = unique("fanout");
    await channel.assertExchange(exchange, "fanout", { autoDelete: true, durable: false });
    await channel.bindQueue(short, exchange, "");
    await channel.bindQueue(long, exchange, "");
    await publish(channel, exchange, "", "a");
    assert.equal(text(await dead.next()), "a");
    assert.deepEqual(await drain(channel, short), []);
    assert.deepEqual(await drain(channel, long), ["a"]);
  });

  it("of 0 delivers to a consumer that can take a message at once, and to nobody else", async () => {
    const queue = await mortalQueue({ "x-message-ttl": 0 });
    await publish(channel, "", queue, "nobody is there");
    assert.equal(text(await dead.next()), "nobody is there");

    const consumer = await openChannel(connection);
    await consumer.prefetch(1);
    const inbox = await Inbox.open(consumer, queue);
    await publish(channel, "", queue, "somebody is there");
    assert.equal(text(await inbox.next()), "somebody is there");
    await publish(channel, "", queue, "somebody is busy");
    assert.equal(text(await dead.next()), "somebody is busy");
  });
});

describe("a message with an expiration", () => {
  it("expires when it has waited that long", async () => {
    const queue = await mortalQueue();
    await publish(channel, "", queue, "a", { expiration: "20" });
    assert.equal(text(await dead.next()), "a");
  });

  it("has the lower one of its own and the queue's time to live", async () => {
    const patient = await mortalQueue({ "x-message-ttl": 60_000 });
    await publish(channel, "", patient, "own", { expiration: "20" });
    assert.equal(text(await dead.next()), "own");

    const impatient = await mortalQueue({ "x-message-ttl": 20 });
    await publish(channel, "", impatient, "queue's", { expiration: "60000" });
    assert.equal(text(await dead.next()), "queue's");
  });

  it("expires only at the head of the queue, and counts until then", async () => {
    const queue = await mortalQueue();
    await publish(channel, "", queue, "long", { expiration: "60000" });
    await publish(channel, "", queue, "short", { expiration: "1" });
    await publish(channel, "", queue, "shorter", { expiration: "0" });
    // A message with the same time to live in another queue has expired, so the time has passed.
    const other = await mortalQueue();
    await publish(channel, "", other, "the time has passed", { expiration: "30" });
    assert.equal(text(await dead.next()), "the time has passed");
    assert.equal((await channel.checkQueue(queue)).messageCount, 3);

    assert.deepEqual(await drain(channel, queue), ["long"]);
    assert.deepEqual([text(await dead.next()), text(await dead.next())], ["short", "shorter"]);
  });

  it("is not delivered to a consumer that comes too late", async () => {
    const queue = await mortalQueue();
    await publish(channel, "", queue, "dies", { expiration: "1" });
    await publish(channel, "", queue, "lives");
    assert.equal(text(await dead.next()), "dies");
    const inbox = await Inbox.open(channel, queue, { noAck: true });
    assert.equal(text(await inbox.next()), "lives");
  });

  it("keeps it when it is delivered", async () => {
    const queue = await mortalQueue();
    await publish(channel, "", queue, "a", { expiration: "60000" });
    const message = await channel.get(queue, { noAck: true });
    assert(message);
    assert.equal(message.properties.expiration, "60000");
  });

  it("in digits with a sign is valid", async () => {
    const queue = await mortalQueue();
    await publish(channel, "", queue, "a", { expiration: "+60000" });
    await publish(channel, "", queue, "b", { expiration: "00060000" });
    assert.deepEqual(await drain(channel, queue), ["a", "b"]);
  });

  const tooMuch = "315360000001";
  for (
    const [expiration, problem] of [
      ["soon", "no_integer"],
      ["", "no_integer"],
      [" 5", "no_integer"],
      ["1.5", '{leftover_string,".5"}'],
      ["12x", '{leftover_string,"x"}'],
      ["-1", "{value_negative,-1}"],
      [tooMuch, `{value_too_large,${tooMuch}}`],
    ]
  ) {
    it(`of ${JSON.stringify(expiration)} closes the channel`, async () => {
      const other = await openChannel(connection);
      const closed = channelClosed(other);
      other.publish("", graveyard, Buffer.from(""), { expiration });
      assert.deepEqual(await closed, {
        replyCode: 406,
        replyText: `PRECONDITION_FAILED - invalid expiration '${expiration}': ${problem}`,
        classId: 60,
        methodId: 40,
      });
    });
  }
});

describe("a queue with x-expires", () => {
  /** Asks without using the queue: a message without a queue is returned. */
  async function isThere(queue: string): Promise<boolean> {
    const asking = await openConfirmChannel(connection);
    let isReturned = false;
    asking.on("return", () => isReturned = true);
    // RabbitMQ nacks messages that come while a queue is being deleted.
    const isTaken = await publish(asking, "", queue, "are you there?", { mandatory: true }).then(
      () => true,
      () => false,
    );
    await asking.close();
    return isTaken && !isReturned;
  }

  async function untilGone(queue: string): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (await isThere(queue)) assert(Date.now() < deadline, "the queue is still there");
  }

  it("is deleted when it was unused for that long, and its messages are not dead-lettered", async () => {
    const queue = await mortalQueue({ "x-expires": 50 });
    await publish(channel, "", queue, "a");
    await untilGone(queue);
    assert.equal(dead.waiting.length, 0);
  });

  it("stays while it has a consumer", async () => {
    const used = await mortalQueue({ "x-expires": 500 });
    const inbox = await Inbox.open(channel, used);
    const unused = await mortalQueue({ "x-expires": 600 });
    await untilGone(unused);
    assert(await isThere(used));
    await channel.cancel(inbox.consumerTag);
    await untilGone(used);
  });

  const declaration = { durable: false, arguments: { "x-expires": 2000 } };
  const uses: Record<string, (queue: string) => Promise<unknown>> = {
    "gets from it": (queue) => channel.get(queue),
    "declares it again": (queue) => channel.assertQueue(queue, declaration),
    "declares it passively": (queue) => channel.checkQueue(queue),
  };
  for (const [how, use] of Object.entries(uses)) {
    it(`stays while somebody ${how}`, async () => {
      const name = unique("expires");
      await channel.assertQueue(name, declaration);
      const unused = await mortalQueue({ "x-expires": 2500 });
      while (await isThere(unused)) await use(name);
      assert(await isThere(name));
      await channel.deleteQueue(name);
    });
  }
});

describe("arguments of lifetimes", () => {
  const refused: readonly (readonly [name: string, value: unknown, problem: string])[] = [
    ["x-message-ttl", -1, "{value_negative,-1}"],
    ["x-message-ttl", "20", '"expected integer, got longstr"'],
    ["x-message-ttl", 315360000001, "{value_too_large,315360000001}"],
    ["x-expires", 0, "{value_zero,0}"],
    ["x-expires", -1, "{value_negative,-1}"],
    ["x-expires", true, '"expected integer, got bool"'],
  ];
  for (const [name, value, problem] of refused) {
    it(`are refused: ${name} of ${JSON.stringify(value)}`, async () => {
      const other: Channel = await openChannel(connection);
      const queue = unique("ttl");
      const { replyCode, replyText } = await refusal(other.assertQueue(queue, { arguments: { [name]: value } }));
      assert.equal(replyCode, 406);
      assert.equal(
        replyText,
        `PRECONDITION_FAILED - invalid arg '${name}' for queue '${queue}' in vhost '/': ${problem}`,
      );
    });
  }
});
