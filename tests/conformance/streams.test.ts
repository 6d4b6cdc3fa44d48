import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { AMQPClient } from "@cloudamqp/amqp-client";
import { Connection } from "rabbitmq-client";
import type { ChannelModel, ConfirmChannel, ConsumeMessage, Options } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  call,
  channelClosed,
  closeQuietly,
  connect,
  connectionClosed,
  Inbox,
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
/** True for RabbitMQ 3, whose streams have no filters and other error texts. */
let isRabbitMQ3: boolean;
let connection: ChannelModel;
let channel: ConfirmChannel;
let stream: string;

const STREAM = { "x-queue-type": "stream" } as const;

before(async () => {
  broker = await startBrokerUnderTest();
  const connection = await connect(broker);
  const { serverProperties } = connection.connection as unknown as { serverProperties: { version: string } };
  isRabbitMQ3 = broker.product === "rabbitmq" && serverProperties.version.startsWith("3.");
  await connection.close();
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
  channel = await openConfirmChannel(connection);
  stream = unique("stream");
  await channel.assertQueue(stream, { durable: true, arguments: STREAM });
});
afterEach(async () => {
  await closeQuietly(connection);
  const another = await connect(broker);
  await (await openChannel(another)).deleteQueue(stream);
  await another.close();
});

/** Publishes messages m0, m1 and so on, and waits until all are confirmed. */
async function publishMessages(count: number, from = 0, options: Options.Publish = {}): Promise<void> {
  for (let i = from; i < from + count; i++) await publish(channel, "", stream, `m${i}`, options);
}

/** Consumes from the stream on a channel of its own. */
async function consume(
  consumerArguments: Record<string, unknown> = {},
  prefetch = 100,
): Promise<[Inbox, ConfirmChannel]> {
  const own = await openConfirmChannel(connection);
  await own.prefetch(prefetch);
  return [await Inbox.open(own, stream, { arguments: consumerArguments }), own];
}

const offsetOf = ({ properties }: ConsumeMessage): number => properties.headers!["x-stream-offset"];
const offsetsOf = (messages: ConsumeMessage[]): number[] => messages.map(offsetOf);

describe("a consumer of a stream", () => {
  it("that begins at the first message gets all in order, each with its offset", async () => {
    await publishMessages(5);

    const [inbox] = await consume({ "x-stream-offset": "first" });

    const messages = await inbox.take(5);
    assert.deepEqual(texts(messages), ["m0", "m1", "m2", "m3", "m4"]);
    assert.deepEqual(offsetsOf(messages), [0, 1, 2, 3, 4]);
    assert.deepEqual(messages.map(({ fields }) => fields.redelivered), [false, false, false, false, false]);
  });

  it("begins with the next message when it sets no offset, or next", async () => {
    await publishMessages(3);
    const [silent] = await consume();
    const [explicit] = await consume({ "x-stream-offset": "next" });

    await publishMessages(2, 3);

    assert.deepEqual(offsetsOf(await silent.take(2)), [3, 4]);
    assert.deepEqual(texts(await explicit.take(2)), ["m3", "m4"]);
  });

  it("begins at an offset, or at the first message when that is before it", async () => {
    await publishMessages(5);

    const [inbox] = await consume({ "x-stream-offset": 3 });
    const [before] = await consume({ "x-stream-offset": -1 });

    assert.deepEqual(texts(await inbox.take(2)), ["m3", "m4"]);
    assert.equal(offsetOf(await before.next()), 0);
  });

  it("that begins at a future offset gets nothing before it", async () => {
    await publishMessages(2);
    const [inbox] = await consume({ "x-stream-offset": 5 });

    await publishMessages(6, 2);

    assert.deepEqual(offsetsOf(await inbox.take(3)), [5, 6, 7]);
  });

  it("that begins at the last message gets at least that and all later ones", async () => {
    await publishMessages(5);

    const [inbox] = await consume({ "x-stream-offset": "last" });

    const last = await inbox.next();
    assert.ok(offsetOf(last) <= 4);
    await publishMessages(1, 5);
    assert.equal(offsetOf(await inbox.next()), offsetOf(last) + 1);
  });

  it("begins with messages no older than a time or an interval", async () => {
    await publishMessages(3);
    const past = { "!": "timestamp", value: Math.floor(Date.now() / 1000) - 3600 };
    const future = { "!": "timestamp", value: Math.floor(Date.now() / 1000) + 3600 };

    const [all] = await consume({ "x-stream-offset": past });
    const [interval] = await consume({ "x-stream-offset": "1h" });
    const [none] = await consume({ "x-stream-offset": future });

    assert.deepEqual(offsetsOf(await all.take(3)), [0, 1, 2]);
    assert.deepEqual(offsetsOf(await interval.take(3)), [0, 1, 2]);
    await publishMessages(1, 3);
    assert.equal(offsetOf(await none.next()), 3);
  });

  it("gets all messages whatever others have received and acknowledged", async () => {
    await publishMessages(3);
    const [first, firstChannel] = await consume({ "x-stream-offset": "first" });
    for (const message of await first.take(3)) firstChannel.ack(message);

    const [second] = await consume({ "x-stream-offset": "first" });
    const [third] = await consume({ "x-stream-offset": 1 });

    assert.deepEqual(offsetsOf(await second.take(3)), [0, 1, 2]);
    assert.deepEqual(offsetsOf(await third.take(2)), [1, 2]);
  });

  it("gets no more than its prefetch allows, and another for each acknowledgement", async () => {
    await publishMessages(20);
    const [inbox, own] = await consume({ "x-stream-offset": "first" }, 4);

    const first = await inbox.take(4);
    await call(own, "basic.qos", { prefetchSize: 0, prefetchCount: 4, global: false });
    assert.equal(inbox.waiting.length, 0);
    own.ack(first[3], true);

    assert.deepEqual(offsetsOf(await inbox.take(4)), [4, 5, 6, 7]);
  });

  it("does not get rejected or returned messages again", async function () {
    if (isRabbitMQ3) return;
    await publishMessages(6);
    const [inbox, own] = await consume({ "x-stream-offset": "first" }, 3);

    const [rejected, returned, third] = await inbox.take(3);
    own.reject(rejected, false);
    own.nack(returned, false, true);
    own.ack(third);

    const rest = await inbox.take(3);
    assert.deepEqual(offsetsOf(rest), [3, 4, 5]);
    assert.deepEqual(rest.map(({ fields }) => fields.redelivered), [false, false, false]);
    const [all] = await consume({ "x-stream-offset": "first" });
    assert.deepEqual(offsetsOf(await all.take(6)), [0, 1, 2, 3, 4, 5]);
  });

  it("gets the messages that follow when its deliveries are recovered", async function () {
    if (isRabbitMQ3) return;
    await publishMessages(4);
    const [inbox, own] = await consume({ "x-stream-offset": "first" }, 2);
    await inbox.take(2);

    await own.recover();

    assert.deepEqual(offsetsOf(await inbox.take(2)), [2, 3]);
  });

  it("gets the properties of a message unchanged, beside the offset", async () => {
    const properties = { contentType: "text/plain", messageId: "id", correlationId: "c", type: "t", priority: 3 };
    await publish(channel, "", stream, "a", { ...properties, contentEncoding: "utf-8", headers: { k: "v", n: 1 } });
    await publish(channel, "", stream, "b", { ...properties, headers: { "x-stream-offset": "mine", z: true } });
    await publish(channel, "", stream, "c", properties);
    await publish(channel, "", stream, "");

    const [inbox] = await consume({ "x-stream-offset": "first" });

    const [a, b, c, d] = await inbox.take(4);
    assert.deepEqual(a.properties.headers, { k: "v", n: 1, "x-stream-offset": 0 });
    assert.deepEqual(b.properties.headers, { z: true, "x-stream-offset": 1 });
    assert.deepEqual(c.properties.headers, { "x-stream-offset": 2 });
    assert.deepEqual(d.properties.headers, { "x-stream-offset": 3 });
    for (const { properties: received } of [a, b, c]) {
      const { contentType, messageId, correlationId, type, priority } = received;
      assert.deepEqual({ contentType, messageId, correlationId, type, priority }, properties);
    }
    assert.deepEqual([a, b, c, d].map(text), ["a", "b", "c", ""]);
    assert.equal(a.properties.contentEncoding, "utf-8");
  });

  it("gets bodies of more than one frame whole", async () => {
    const body = "0123456789".repeat(50_000);
    await publish(channel, "", stream, body);

    const [inbox] = await consume({ "x-stream-offset": "first" });

    assert.equal(text(await inbox.next()), body);
  });

  it("is cancelled with its stream", async () => {
    const [inbox] = await consume();

    await channel.deleteQueue(stream);

    await inbox.cancelled;
  });

  it("shares the stream with one that wants to be exclusive", async () => {
    await publishMessages(1);
    const [first] = await consume({ "x-stream-offset": "first" });
    const own = await openChannel(connection);
    await own.prefetch(10);
    const exclusive = await Inbox.open(own, stream, { exclusive: true, arguments: { "x-stream-offset": "first" } });

    assert.equal(offsetOf(await exclusive.next()), 0);
    assert.equal(offsetOf(await first.next()), 0);
  });
});

describe("messages in a stream", () => {
  it("may be transient or have an expiration, and stay", async () => {
    await publish(channel, "", stream, "transient", { persistent: false });
    await publish(channel, "", stream, "expired", { expiration: "1" });
    await publish(channel, "", stream, "last");

    const [inbox] = await consume({ "x-stream-offset": "first" });

    assert.deepEqual(texts(await inbox.take(3)), ["transient", "expired", "last"]);
  });

  it("are routed like those of other queues, to both kinds at once", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const { exchange } = await channel.assertExchange(unique("both"), "fanout", { autoDelete: true });
    await channel.bindQueue(stream, exchange, "");
    await channel.bindQueue(queue, exchange, "");
    const classic = await Inbox.open(channel, queue);
    const [inbox] = await consume({ "x-stream-offset": "first" });

    await publish(channel, exchange, "", "transient", { persistent: false, headers: { a: 1 } });
    await publish(channel, exchange, "", "persistent", { persistent: true });

    const logged = await inbox.take(2);
    const plain = await classic.take(2);
    assert.deepEqual(texts(logged), ["transient", "persistent"]);
    assert.deepEqual(texts(plain), ["transient", "persistent"]);
    assert.deepEqual(plain[0].properties.headers, { a: 1 });
    assert.equal(logged[0].fields.exchange, exchange);
  });
});

describe("retention", () => {
  it("removes the oldest messages from a stream that is too large", async () => {
    const short = unique("stream");
    await channel.assertQueue(short, {
      durable: true,
      arguments: { ...STREAM, "x-max-length-bytes": 5000, "x-stream-max-segment-size-bytes": 1000 },
    });
    for (let i = 0; i < 200; i++) await publish(channel, "", short, "x".repeat(100));

    // RabbitMQ takes its time.
    for (let first = 0; first === 0;) {
      const own = await openChannel(connection);
      await own.prefetch(1);
      first = offsetOf(await (await Inbox.open(own, short, { arguments: { "x-stream-offset": "first" } })).next());
      await own.close();
    }
    await channel.deleteQueue(short);
  });
});

describe("a filter", () => {
  async function publishFruit(): Promise<void> {
    for (const fruit of ["apple", undefined, "pear", "plum", "apple"]) {
      const headers = fruit === undefined ? {} : { "x-stream-filter-value": fruit };
      await publish(channel, "", stream, fruit ?? "none", { headers });
    }
  }

  /** Filters messages once more, as clients must because RabbitMQ filters chunks. */
  async function wanted(inbox: Inbox, wants: (fruit: string) => boolean, count: number): Promise<number[]> {
    const offsets: number[] = [];
    while (offsets.length < count) {
      const message = await inbox.next();
      if (wants(text(message))) offsets.push(offsetOf(message));
      else assert.equal(broker.product, "rabbitmq");
    }
    return offsets;
  }

  it("passes messages with its value", async () => {
    await publishFruit();

    const [inbox] = await consume({ "x-stream-offset": "first", "x-stream-filter": "apple" });

    assert.deepEqual(await wanted(inbox, (fruit) => fruit === "apple", 2), [0, 4]);
    await publishFruit();
    assert.deepEqual(await wanted(inbox, (fruit) => fruit === "apple", 2), [5, 9]);
  });

  it("passes messages with one of its values", async () => {
    await publishFruit();

    const [inbox] = await consume({ "x-stream-offset": "first", "x-stream-filter": ["pear", "plum"] });

    assert.deepEqual(await wanted(inbox, (fruit) => fruit === "pear" || fruit === "plum", 2), [2, 3]);
  });

  it("passes messages without a value too when it is set so", async () => {
    await publishFruit();

    const [inbox] = await consume({
      "x-stream-offset": "first",
      "x-stream-filter": "apple",
      "x-stream-match-unfiltered": true,
    });

    assert.deepEqual(await wanted(inbox, (fruit) => fruit === "apple" || fruit === "none", 3), [0, 1, 4]);
  });
});

describe("clients of a stream", () => {
  it("may be @cloudamqp/amqp-client", async () => {
    await publishMessages(20);
    const client = new AMQPClient(broker.url);
    client.logger = undefined;
    await client.connect();
    const own = await client.channel();
    await own.basicQos(5);

    const offsets: unknown[] = [];
    await within(
      "ten messages",
      new Promise<void>((resolve) =>
        own.basicConsume(stream, { noAck: false, args: { "x-stream-offset": 10 } }, async (message) => {
          offsets.push(Number(message.properties.headers!["x-stream-offset"]));
          if (offsets.length === 10) resolve();
          else await message.ack();
        })
      ),
    );

    assert.deepEqual(offsets, Array.from({ length: 10 }, (_, i) => 10 + i));
    await client.close();
  });

  it("may be rabbitmq-client", async () => {
    const client = new Connection(broker.url);
    await client.onConnect(5000);
    const publisher = client.createPublisher({ confirm: true });
    for (let i = 0; i < 10; i++) await publisher.send(stream, { number: i });

    const seen: unknown[] = [];
    let finish = () => {};
    const finished = new Promise<void>((resolve) => finish = resolve);
    const consumer = client.createConsumer(
      {
        queue: stream,
        queueOptions: { durable: true, arguments: STREAM },
        qos: { prefetchCount: 2 },
        arguments: { "x-stream-offset": "first" },
      },
      (message) => {
        seen.push([message.body, Number(message.headers!["x-stream-offset"])]);
        if (seen.length === 10) finish();
      },
    );
    await within("ten messages", finished);

    assert.deepEqual(seen, Array.from({ length: 10 }, (_, i) => [{ number: i }, i]));
    await consumer.close();
    await publisher.close();
    await client.close();
  });
});

describe("a stream refuses", () => {
  const precondition = (explanation: string) => `PRECONDITION_FAILED - ${explanation}`;
  const phrase = () => `queue '${stream}' in vhost '/'`;

  it("to be declared with properties that it can't have", async () => {
    const refused = async (options: Options.AssertQueue, explanation: string) => {
      const own = await openChannel(connection);
      const name = unique("refused");
      const { replyCode, replyText } = await refusal(own.assertQueue(name, { durable: true, ...options }));
      assert.equal(replyText, precondition(explanation.replace("Q", `queue '${name}' in vhost '/'`)));
      assert.equal(replyCode, 406);
    };
    await refused({ durable: false, arguments: STREAM }, "invalid property 'non-durable' for Q");
    await refused({ exclusive: true, arguments: STREAM }, "invalid property 'exclusive-owner' for Q");
    await refused({ autoDelete: true, arguments: STREAM }, "invalid property 'auto-delete' for Q");
    for (const argument of ["x-message-ttl", "x-expires", "x-max-length", "x-max-priority", "x-delivery-limit"]) {
      const explanation = `invalid arg '${argument}' for Q of queue type rabbit_stream_queue`;
      await refused({ arguments: { ...STREAM, [argument]: 10 } }, explanation);
    }
    await refused({ arguments: { ...STREAM, "x-max-age": "1w" } }, "invalid arg 'x-max-age' for Q: invalid_max_age");
    await refused(
      { arguments: { ...STREAM, "x-max-length-bytes": -1 } },
      "invalid arg 'x-max-length-bytes' for Q: {value_negative,-1}",
    );
    await refused(
      { arguments: { ...STREAM, "x-stream-max-segment-size-bytes": 3_000_000_001 } },
      "Exceeded max value for x-stream-max-segment-size-bytes",
    );
    if (!isRabbitMQ3) {
      await refused(
        { arguments: { ...STREAM, "x-stream-filter-size-bytes": 15 } },
        "Invalid value for x-stream-filter-size-bytes",
      );
    }
    await refused(
      { arguments: { "x-max-age": "1h" } },
      "invalid arg 'x-max-age' for Q of queue type rabbit_classic_queue",
    );
    const own = await openChannel(connection);
    assert.equal(
      (await refusal(own.assertQueue("", { durable: true, arguments: STREAM }))).replyText,
      precondition("Cannot declare a server-named queue for type rabbit_stream_queue"),
    );
  });

  it("to be declared again with other properties", async () => {
    const { replyText } = await refusal(
      channel.assertQueue(stream, { durable: true, arguments: { ...STREAM, "x-max-age": "1h" } }),
    );

    assert.ok(replyText.startsWith(precondition(`inequivalent arg 'x-max-age' for ${phrase()}: received the value `)));
  });

  it("consumers without a prefetch, and those that don't acknowledge", async () => {
    const own = await openChannel(connection);
    assert.deepEqual(await refusal(own.consume(stream, () => {})), {
      replyCode: 406,
      replyText: precondition(
        `consumer prefetch count is not set for ${isRabbitMQ3 ? `'${phrase()}'` : `stream ${phrase()}`}`,
      ),
      classId: 60,
      methodId: 20,
    });
    await channel.prefetch(10);
    const closed = connectionClosed(connection);
    channel.consume(stream, () => {}, { noAck: true }).catch(() => {});
    assert.deepEqual(await closed, {
      replyCode: 540,
      replyText: "NOT_IMPLEMENTED - automatic acknowledgement not supported by stream " +
        (isRabbitMQ3 ? `queues ${phrase()}` : phrase()),
    });
  });

  it("a limit for all consumers of a channel together", async () => {
    // RabbitMQ 4.3 treats it as a limit of each.
    if (broker.product === "rabbitmq" && !isRabbitMQ3) return;
    await channel.prefetch(10);
    await channel.prefetch(10, true);
    const closed = connectionClosed(connection);
    channel.consume(stream, () => {}).catch(() => {});

    assert.deepEqual(await closed, {
      replyCode: 540,
      replyText: `NOT_IMPLEMENTED - ${phrase()} does not support global qos`,
    });
  });

  it("invalid offsets, and arguments for consumers of other queues", async () => {
    const refused = async (name: string, value: unknown) => {
      const own = await openChannel(connection);
      await own.prefetch(10);
      return (await refusal(own.consume(stream, () => {}, { arguments: { [name]: value } }))).replyText;
    };
    for (const offset of ["2", "1w", "0s"]) {
      const explanation = `{invalid_stream_offset_arg,{longstr,<<"${offset}">>}}`;
      assert.equal(
        await refused("x-stream-offset", offset),
        precondition(`invalid arg 'x-stream-offset' for ${phrase()}: ${explanation}`),
      );
    }
    assert.equal(
      await refused("x-priority", 3),
      precondition(`invalid arg 'x-priority' for ${phrase()} of queue type rabbit_stream_queue`),
    );
    const { queue } = await channel.assertQueue("", { exclusive: true });
    const own = await openChannel(connection);
    assert.equal(
      (await refusal(own.consume(queue, () => {}, { arguments: { "x-stream-offset": "first" } }))).replyText,
      precondition(
        `invalid arg 'x-stream-offset' for queue '${queue}' in vhost '/' of queue type rabbit_classic_queue`,
      ),
    );
  });

  it("basic.get", async () => {
    const closed = connectionClosed(connection);
    channel.get(stream).catch(() => {});

    assert.deepEqual(await closed, {
      replyCode: 540,
      replyText: `NOT_IMPLEMENTED - basic.get not supported by stream queues ${phrase()}`,
    });
  });

  it("queue.purge", async () => {
    const closed = connectionClosed(connection);
    channel.purgeQueue(stream).catch(() => {});

    assert.deepEqual(await closed, {
      replyCode: 540,
      replyText: `NOT_IMPLEMENTED - queue.purge not supported by stream queues ${phrase()}`,
    });
  });

  it("an acknowledgement of a delivery that was acknowledged", async () => {
    await publishMessages(1);
    const [inbox, own] = await consume({ "x-stream-offset": "first" });
    const message = await inbox.next();
    const closed = channelClosed(own);

    own.ack(message);
    own.ack(message);

    assert.equal((await closed).replyText, precondition("unknown delivery tag 1"));
  });

  it("conditions on its deletion", async () => {
    await publishMessages(1);
    await consume();

    assert.deepEqual(await channel.deleteQueue(stream, { ifEmpty: true, ifUnused: true }), { messageCount: 0 });
  });
});
