import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel, Message, Options } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  closeQuietly,
  connect,
  Inbox,
  openChannel,
  openConfirmChannel,
  publish,
  text,
  tuned,
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

/** Publishes a message, and returns what a consumer gets. */
async function carried(body: string | Buffer, options: Options.Publish = {}): Promise<Message> {
  await publish(channel, "", queue, body, options);
  const message = await channel.get(queue, { noAck: true });
  assert(message);
  return message;
}

describe("the properties of a message", () => {
  it("arrive as they were sent", async () => {
    const { properties } = await carried("{}", {
      contentType: "application/json",
      contentEncoding: "utf-8",
      headers: { shop: "east" },
      deliveryMode: 2,
      priority: 7,
      correlationId: "correlation",
      replyTo: "reply.to",
      expiration: "60000",
      messageId: "message-1",
      timestamp: 1700000000,
      type: "order.created",
      userId: "guest",
      appId: "shop",
    });

    assert.deepEqual({ ...properties, headers: { ...properties.headers } }, {
      contentType: "application/json",
      contentEncoding: "utf-8",
      headers: { shop: "east" },
      deliveryMode: 2,
      priority: 7,
      correlationId: "correlation",
      replyTo: "reply.to",
      expiration: "60000",
      messageId: "message-1",
      timestamp: 1700000000,
      type: "order.created",
      userId: "guest",
      appId: "shop",
      clusterId: undefined,
    });
  });

  it("that weren't sent don't appear", async () => {
    const { properties } = await carried("x");

    const present = Object.entries(properties).filter(([name, value]) => name !== "headers" && value !== undefined);
    assert.deepEqual(present, []);
  });

  it("may be empty, or as long as a short string can be", async () => {
    const longest = "ü".repeat(127);

    const { properties } = await carried("x", { correlationId: "", messageId: longest, timestamp: 0, priority: 255 });

    assert.equal(properties.correlationId, "");
    assert.equal(properties.messageId, longest);
    assert.equal(properties.timestamp, 0);
    assert.equal(properties.priority, 255);
  });

  it("keep the delivery mode, whatever the number", async () => {
    for (const deliveryMode of [1, 2]) {
      assert.equal((await carried("x", { deliveryMode })).properties.deliveryMode, deliveryMode);
    }
  });
});

describe("the headers of a message", () => {
  const values: { what: string; sent: unknown; seen?: unknown }[] = [
    { what: "strings", sent: ["", "text", "Grüße, 世界 🐇", "x".repeat(10_000)] },
    { what: "booleans", sent: [true, false] },
    { what: "void", sent: null },
    { what: "8-bit integers", sent: [0, 1, -1, 127, -128] },
    { what: "unsigned 8-bit integers", sent: { "!": "uint8", value: 255 }, seen: 255 },
    { what: "16-bit integers", sent: [128, -129, 32767, -32768] },
    { what: "unsigned 16-bit integers", sent: { "!": "uint16", value: 65535 }, seen: 65535 },
    { what: "32-bit integers", sent: [32768, -32769, 2147483647, -2147483648] },
    { what: "unsigned 32-bit integers", sent: { "!": "uint32", value: 4294967295 }, seen: 4294967295 },
    { what: "64-bit integers", sent: [2147483648, -2147483649, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER] },
    { what: "doubles", sent: [0.1, -1.5, 1e300, 5e-324] },
    { what: "floats", sent: { "!": "float", value: 1.5 }, seen: 1.5 },
    { what: "decimals", sent: { "!": "decimal", value: { places: 2, digits: 314 } } },
    { what: "timestamps", sent: { "!": "timestamp", value: 1700000000 } },
    { what: "tables in tables", sent: { a: { b: { c: { d: "deep", e: {} } } }, f: 1 } },
    { what: "arrays of mixed values", sent: [1, "two", [3, [4]], { five: 5 }, null, true, 6.5, []] },
    { what: "byte arrays", sent: Buffer.from([0, 1, 2, 253, 254, 255]) },
  ];
  for (const { what, sent, seen = sent } of values) {
    it(`carry ${what}`, async () => {
      const { properties } = await carried("x", { headers: { value: sent, after: "still there" } });

      assert.deepEqual({ ...properties.headers }, { value: seen, after: "still there" });
    });
  }

  it("may be many, with names of up to 128 bytes", async () => {
    const headers: Record<string, number> = {};
    for (let i = 0; i < 500; i++) headers[`header-${i}`.padEnd(50, "x")] = i;
    headers["n".repeat(128)] = -1;

    const { properties } = await carried("x", { headers });

    assert.deepEqual({ ...properties.headers }, headers);
  });
});

describe("the body of a message", () => {
  it("may be empty", async () => {
    const message = await carried(Buffer.alloc(0));

    assert.equal(message.content.length, 0);
  });

  it("is bytes, not text", async () => {
    const body = Buffer.from(Array.from({ length: 256 }, (_, i) => i));

    assert((await carried(body)).content.equals(body));
  });

  it("may contain what looks like the end of a frame", async () => {
    const body = Buffer.alloc(1000, 0xce);

    assert((await carried(body)).content.equals(body));
  });

  it("arrives whole at every size around one and two frames", async () => {
    const payload = tuned(connection).frameMax - 8;
    for (const size of [1, payload - 1, payload, payload + 1, 2 * payload - 1, 2 * payload, 2 * payload + 1]) {
      const body = patterned(size);

      assert((await carried(body)).content.equals(body), `${size} bytes`);
    }
  });

  for (const mebibytes of [1, 5]) {
    it(`may be ${mebibytes} MiB long`, async () => {
      const body = patterned(mebibytes * 1024 * 1024);

      assert((await carried(body)).content.equals(body));
    });
  }

  it("is cut into frames as small as its receiver has set", async () => {
    const body = patterned(100_000);
    // amqplib fails on a frame that is larger than maxFrameSize.
    const receiver = await connect(broker, { frameMax: 8192, maxFrameSize: 8192 });
    const reading = await openChannel(receiver);
    const { queue: small } = await reading.assertQueue("", { exclusive: true });
    const inbox = await Inbox.open(reading, small, { noAck: true });

    await publish(channel, "", small, body);

    const message = await inbox.next();
    await receiver.close();
    assert(message.content.equals(body));
  });

  it("isn't mixed up with those of other channels", async () => {
    const bodies = new Map<string, Buffer>();
    const publishing: Promise<void>[] = [];
    for (let i = 0; i < 8; i++) {
      const other = await openConfirmChannel(connection);
      const body = patterned(200_000 + i);
      bodies.set(String(i), body);
      publishing.push(publish(other, "", queue, body, { messageId: String(i) }));
    }
    const inbox = await Inbox.open(channel, queue, { noAck: true });

    for (const message of await inbox.take(8)) {
      const sent = bodies.get(message.properties.messageId)!;
      assert(message.content.equals(sent), `message ${message.properties.messageId}`);
    }
    await Promise.all(publishing);
  });

  function patterned(size: number): Buffer {
    const body = Buffer.allocUnsafe(size);
    for (let i = 0; i < size; i++) body[i] = (i * 31 + (i >> 8)) & 0xff;
    return body;
  }
});

describe("the order of messages", () => {
  const count = 10_000;

  it("is kept from a publisher through a queue to its consumer", async () => {
    const inbox = await Inbox.open(await openChannel(connection), queue, { noAck: true });

    for (let i = 0; i < count; i++) channel.sendToQueue(queue, Buffer.from(String(i)));

    let expected = 0;
    while (expected < count) assert.equal(text(await inbox.next()), String(expected++));
  });

  it("is kept for a consumer that acknowledges, with a prefetch", async () => {
    for (let i = 0; i < 2000; i++) channel.sendToQueue(queue, Buffer.from(String(i)));
    const consumer = await openChannel(connection);
    await consumer.prefetch(50);

    const seen: number[] = [];
    await within(
      "2000 messages",
      new Promise<void>((resolve) =>
        consumer.consume(queue, (message) => {
          seen.push(Number(text(message!)));
          consumer.ack(message!);
          if (seen.length === 2000) resolve();
        })
      ),
    );

    assert.deepEqual(seen, Array.from({ length: 2000 }, (_, i) => i));
  });

  it("is kept for each of several publishers to one queue", async () => {
    const publishers = [await openConfirmChannel(connection), await openConfirmChannel(connection)];
    for (let i = 0; i < 500; i++) {
      publishers.forEach((publisher, p) => publisher.sendToQueue(queue, Buffer.from(String(i)), { appId: String(p) }));
    }
    const inbox = await Inbox.open(channel, queue, { noAck: true });

    const next = [0, 0];
    for (const message of await inbox.take(1000)) {
      assert.equal(Number(text(message)), next[Number(message.properties.appId)]++);
    }
    assert.deepEqual(next, [500, 500]);
  });
});
