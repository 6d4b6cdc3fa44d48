import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  closeQuietly,
  connect,
  Inbox,
  method,
  openChannel,
  openConfirmChannel,
  publish,
  refusal,
  texts,
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

/** Starts a consumer that may hold `prefetch` deliveries. */
async function consume(priority: number | undefined, prefetch: number): Promise<Inbox> {
  const own = await openChannel(connection);
  await own.prefetch(prefetch);
  return Inbox.open(own, queue, priority === undefined ? {} : { priority });
}

describe("a consumer's priority", () => {
  it("gives it messages before others, while it can take them", async () => {
    const plain = await consume(undefined, 10);
    const low = await consume(-1, 10);
    const high = await consume(1, 3);

    for (let i = 0; i < 15; i++) await publish(channel, "", queue, String(i));

    assert.deepEqual(texts(await high.take(3)), ["0", "1", "2"]);
    assert.deepEqual(texts(await plain.take(10)), ["3", "4", "5", "6", "7", "8", "9", "10", "11", "12"]);
    assert.deepEqual(texts(await low.take(2)), ["13", "14"]);
  });

  it("shares messages in turn with others of equal priority", async () => {
    const [first, low, second] = [await consume(5, 0), await consume(4, 0), await consume(5, 0)];

    for (let i = 0; i < 6; i++) await publish(channel, "", queue, String(i));

    assert.deepEqual(texts(await first.take(3)), ["0", "2", "4"]);
    assert.deepEqual(texts(await second.take(3)), ["1", "3", "5"]);
    assert.deepEqual(low.waiting, []);
  });

  it("counts again as soon as a delivery was acknowledged", async () => {
    const own = await openChannel(connection);
    await own.prefetch(1);
    const high = await Inbox.open(own, queue, { priority: 1 });
    const low = await consume(0, 0);
    await publish(channel, "", queue, "a");
    await publish(channel, "", queue, "b");
    const held = await high.next();
    await low.next();

    own.ack(held);
    // The acknowledgement comes before later requests on the same channel.
    await own.checkQueue(queue);
    await publish(channel, "", queue, "c");

    assert.deepEqual(texts(await high.take(1)), ["c"]);
    assert.deepEqual(low.waiting, []);
  });

  it("leaves messages to others once it is cancelled", async () => {
    const high = await Inbox.open(channel, queue, { priority: 10 });
    const low = await consume(0, 0);

    await channel.cancel(high.consumerTag);
    await publish(channel, "", queue, "a");

    assert.deepEqual(texts(await low.take(1)), ["a"]);
  });

  it("may be an integer of any size", async () => {
    const sizes = [
      { "!": "int8", value: -100 },
      { "!": "int16", value: 1000 },
      { "!": "int32", value: 100_000 },
      { "!": "int64", value: 5_000_000_000 },
    ];
    const inboxes: Inbox[] = [];
    for (const size of sizes) {
      const own = await openChannel(connection);
      await own.prefetch(1);
      inboxes.push(await Inbox.open(own, queue, { arguments: { "x-priority": size } }));
    }

    for (let i = 0; i < 4; i++) await publish(channel, "", queue, String(i));

    const got = [];
    for (const inbox of inboxes) got.push(...texts(await inbox.take(1)));
    assert.deepEqual(got, ["3", "2", "1", "0"]);
  });

  for (
    const [type, value] of [
      ["longstr", "high"],
      ["bool", true],
      ["double", 1.5],
      ["table", {}],
      ["array", [1]],
      ["void", null],
    ] as const
  ) {
    it(`can't be a ${type}: 406`, async () => {
      assert.deepEqual(await refusal(channel.consume(queue, () => {}, { arguments: { "x-priority": value } })), {
        replyCode: 406,
        replyText: `PRECONDITION_FAILED - invalid arg 'x-priority' for queue '${queue}' in vhost '/': ` +
          `"expected integer, got ${type}"`,
        ...method["basic.consume"],
      });
    });
  }
});

describe("a consumer's arguments", () => {
  it("can't be those of a stream's consumers: 406", async () => {
    assert.deepEqual(await refusal(channel.consume(queue, () => {}, { arguments: { "x-stream-offset": "first" } })), {
      replyCode: 406,
      replyText: `PRECONDITION_FAILED - invalid arg 'x-stream-offset' for queue '${queue}' in vhost '/' ` +
        `of queue type rabbit_classic_queue`,
      ...method["basic.consume"],
    });
  });

  it("may be any that RabbitMQ doesn't know", async () => {
    await channel.consume(queue, () => {}, { arguments: { "x-my-own": "a" } });

    assert.equal((await channel.checkQueue(queue)).consumerCount, 1);
  });
});
