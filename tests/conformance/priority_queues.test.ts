import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel, GetMessage } from "amqplib";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
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
let queue: string;

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
  channel = await openConfirmChannel(connection);
  queue = await priorityQueue();
});
afterEach(() => closeQuietly(connection));

async function priorityQueue(queueArguments: Record<string, unknown> = {}): Promise<string> {
  const all = { "x-max-priority": 10, ...queueArguments };
  return (await channel.assertQueue("", { exclusive: true, arguments: all })).queue;
}

/** Publishes messages named by their priorities, such as `5a`; `-` has none. */
async function fill(...bodies: string[]): Promise<void> {
  for (const body of bodies) {
    const priority = Number.parseInt(body);
    await publish(channel, "", queue, body, Number.isNaN(priority) ? {} : { priority });
  }
}

async function get(): Promise<GetMessage> {
  const message = await channel.get(queue);
  assert(message, "nothing to get");
  return message;
}

describe("a queue with x-max-priority", () => {
  it("delivers messages of higher priority first, and those of one priority in order", async () => {
    await fill("1a", "5a", "1b", "10a", "5b", "10b");
    assert.equal((await channel.checkQueue(queue)).messageCount, 6);
    assert.deepEqual(await drain(channel, queue), ["10a", "10b", "5a", "5b", "1a", "1b"]);
  });

  it("treats a message without priority as one of 0", async () => {
    await fill("-", "0", "1", "-");
    assert.deepEqual(await drain(channel, queue), ["1", "-", "0", "-"]);
  });

  it("treats a priority above its maximum as the maximum", async () => {
    await fill("200", "10", "11");
    assert.deepEqual(await drain(channel, queue), ["200", "10", "11"]);
  });

  it("returns a requeued message to its old place", async () => {
    await fill("1a", "1b", "5a", "5b");
    const first = await get();
    const second = await get();
    const third = await get();
    assert.deepEqual([first, second, third].map(text), ["5a", "5b", "1a"]);
    channel.nack(third, true, true);
    const again = await get();
    assert.deepEqual([text(again), again.fields.redelivered], ["5a", true]);
    assert.deepEqual(await drain(channel, queue), ["5b", "1a", "1b"]);
  });

  it("gives a consumer with room again the most urgent message at that time", async () => {
    const consumer = await openChannel(connection);
    await consumer.prefetch(1);
    const inbox = await Inbox.open(consumer, queue);
    await fill("1a");
    const first = await inbox.next();
    await fill("1b", "9a");
    consumer.ack(first);
    const second = await inbox.next();
    consumer.ack(second);
    assert.deepEqual(texts([first, second, await inbox.next()]), ["1a", "9a", "1b"]);
  });

  it("settles deliveries acknowledged out of order", async () => {
    await fill("1a", "5a", "9a");
    const messages = [await get(), await get(), await get()];
    channel.ack(messages[1]);
    channel.nack(messages[0], false, true);
    channel.nack(messages[2], false, true);
    assert.deepEqual(await drain(channel, queue), ["9a", "1a"]);
  });

  it("is purged of all priorities", async () => {
    await fill("1a", "5a", "9a");
    assert.equal((await channel.purgeQueue(queue)).messageCount, 3);
    assert.deepEqual(await drain(channel, queue), []);
  });

  it("expires messages at the head of each priority", {
    skip: productUnderTest === "rabbitmq" && "RabbitMQ keeps expired messages behind others of higher priority",
  }, async () => {
    const { queue: graveyard } = await channel.assertQueue("", { exclusive: true });
    const dead = await Inbox.open(channel, graveyard, { noAck: true });
    queue = await priorityQueue({ "x-dead-letter-exchange": "", "x-dead-letter-routing-key": graveyard });
    await publish(channel, "", queue, "high", { priority: 9 });
    await publish(channel, "", queue, "low", { priority: 1, expiration: "10" });
    assert.equal(text(await dead.next()), "low");
    assert.deepEqual(await drain(channel, queue), ["high"]);
  });

  it("drops the oldest of the highest priority when it is too long", async () => {
    queue = await priorityQueue({ "x-max-length": 2 });
    await fill("5a", "1a", "1b");
    assert.deepEqual(await drain(channel, queue), ["1a", "1b"]);
  });

  it("of 1 separates urgent messages from others", async () => {
    queue = await priorityQueue({ "x-max-priority": 1 });
    await fill("0a", "1a", "0b", "5a");
    assert.deepEqual(await drain(channel, queue), ["1a", "5a", "0a", "0b"]);
  });
});

describe("a queue without x-max-priority", () => {
  it("ignores priorities", async () => {
    queue = (await channel.assertQueue("", { exclusive: true })).queue;
    await fill("1a", "9a", "5a");
    assert.deepEqual(await drain(channel, queue), ["1a", "9a", "5a"]);
  });
});

describe("x-max-priority", () => {
  const refused: readonly (readonly [value: unknown, problem: string])[] = [
    [-1, "{value_negative,-1}"],
    [256, "{max_value_exceeded,256}"],
    ["5", '"expected integer, got longstr"'],
  ];
  for (const [value, problem] of refused) {
    it(`is refused: ${JSON.stringify(value)}`, async () => {
      const other = await openChannel(connection);
      const name = unique("priority");
      const { replyCode, replyText } = await refusal(
        other.assertQueue(name, { exclusive: true, arguments: { "x-max-priority": value } }),
      );
      assert.equal(replyCode, 406);
      assert.equal(
        replyText,
        `PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue '${name}' in vhost '/': ${problem}`,
      );
    });
  }
});
