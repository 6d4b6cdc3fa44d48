import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel, ConsumeMessage, GetMessage, Options } from "amqplib";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  call,
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
let exchange: string;
let graveyard: string;
let dead: Inbox;

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
  channel = await openConfirmChannel(connection);
  exchange = unique("dlx");
  await channel.assertExchange(exchange, "direct", { durable: false, autoDelete: true });
  graveyard = (await channel.assertQueue("", { exclusive: true })).queue;
  await channel.bindQueue(graveyard, exchange, "dead");
  dead = await Inbox.open(channel, graveyard, { noAck: true });
});
afterEach(() => closeQuietly(connection));

async function mortalQueue(queueArguments: Record<string, unknown> = {}): Promise<string> {
  const { queue } = await channel.assertQueue("", {
    exclusive: true,
    arguments: { "x-dead-letter-exchange": exchange, "x-dead-letter-routing-key": "dead", ...queueArguments },
  });
  return queue;
}

async function get(queue: string): Promise<GetMessage> {
  const message = await channel.get(queue);
  assert(message, "nothing to get");
  return message;
}

/** Publishes a message, takes it out of its queue and rejects it. */
async function rejectOne(queue: string, body: string, options: Options.Publish = {}): Promise<void> {
  await publish(channel, "", queue, body, options);
  channel.reject(await get(queue), false);
}

interface Death {
  readonly count: number;
  readonly reason: string;
  readonly queue: string;
  readonly exchange: string;
  readonly time: { readonly "!": "timestamp"; readonly value: number };
  readonly "routing-keys": readonly string[];
  readonly "original-expiration"?: string;
}

const headersOf = (message: ConsumeMessage) => message.properties.headers!;
const deathsOf = (message: ConsumeMessage) => headersOf(message)["x-death"] as unknown as readonly Death[];
const story = (message: ConsumeMessage) => deathsOf(message).map(({ queue, reason, count }) => [queue, reason, count]);

describe("a message dies and is published to the dead letter exchange of its queue", () => {
  it("when it is rejected without requeue", async () => {
    const queue = await mortalQueue();
    await rejectOne(queue, "rejected");
    assert.equal(text(await dead.next()), "rejected");
    assert.deepEqual(await drain(channel, queue), []);
  });

  it("when it is negatively acknowledged with others", async () => {
    const queue = await mortalQueue();
    for (const body of ["a", "b", "c"]) await publish(channel, "", queue, body);
    await get(queue);
    await get(queue);
    channel.nack(await get(queue), true, false);
    assert.deepEqual((await dead.take(3)).map(text), ["a", "b", "c"]);
  });

  it("when it expires", async () => {
    const queue = await mortalQueue({ "x-message-ttl": 10 });
    await publish(channel, "", queue, "expired");
    assert.deepEqual(story(await dead.next()), [[queue, "expired", 1]]);
  });

  it("when the queue is too long, the oldest one first", async () => {
    const queue = await mortalQueue({ "x-max-length": 1 });
    for (const body of ["a", "b", "c"]) await publish(channel, "", queue, body);
    const [a, b] = await dead.take(2);
    assert.deepEqual([text(a), text(b)], ["a", "b"]);
    assert.deepEqual(story(a), [[queue, "maxlen", 1]]);
    assert.deepEqual(await drain(channel, queue), ["c"]);
  });

  it("but not when it is requeued or purged, or its queue is deleted", async () => {
    const queue = await mortalQueue();
    await publish(channel, "", queue, "a");
    channel.nack(await get(queue), false, true);
    await channel.purgeQueue(queue);
    await publish(channel, "", queue, "b");
    await channel.deleteQueue(queue);
    await rejectOne(await mortalQueue(), "rejected");
    assert.equal(text(await dead.next()), "rejected");
    assert.equal(dead.waiting.length, 0);
  });

  it("and is dropped when there is no such exchange", async () => {
    const queue = await mortalQueue({ "x-dead-letter-exchange": unique("nowhere") });
    await rejectOne(queue, "a");
    assert.deepEqual(await drain(channel, queue), []);
  });

  it("by a reject in a transaction, once that is committed", async () => {
    const queue = await mortalQueue();
    await publish(channel, "", queue, "a");
    const transaction = await openChannel(connection);
    await call(transaction, "tx.select");
    const message = await transaction.get(queue);
    assert(message);
    transaction.reject(message, false);
    await call(transaction, "tx.rollback");
    transaction.reject(message, false);
    assert.equal(dead.waiting.length, 0);
    await call(transaction, "tx.commit");
    assert.equal(text(await dead.next()), "a");
  });
});

describe("a dead message", () => {
  it("keeps its properties and body", async () => {
    const queue = await mortalQueue();
    const properties = {
      contentType: "text/plain",
      contentEncoding: "identity",
      deliveryMode: 2,
      priority: 7,
      correlationId: "correlation",
      replyTo: "reply",
      messageId: "id",
      timestamp: 1234567890,
      type: "type",
      appId: "app",
    } as const;
    await rejectOne(queue, "body", { ...properties, headers: { mine: 1 } });
    const message = await dead.next();
    assert.equal(text(message), "body");
    for (const [name, value] of Object.entries(properties)) {
      assert.equal(message.properties[name as keyof typeof message.properties], value, name);
    }
    assert.equal(headersOf(message).mine, 1);
    assert.deepEqual([message.fields.exchange, message.fields.routingKey], [exchange, "dead"]);
    assert.equal(message.fields.redelivered, false);
  });

  it("has x-death headers with its queue, reason, time, exchange and routing keys", async () => {
    const queue = await mortalQueue();
    const beforeSeconds = Math.floor(Date.now() / 1000);
    await rejectOne(queue, "a");
    const [death, ...others] = deathsOf(await dead.next());
    assert.deepEqual(others, []);
    const { time, ...rest } = death;
    assert.deepEqual(rest, { count: 1, reason: "rejected", queue, exchange: "", "routing-keys": [queue] });
    assert.equal(time["!"], "timestamp");
    assert(time.value >= beforeSeconds && time.value <= Date.now() / 1000, `${time.value}`);
  });

  it("has separate headers for its first death", async () => {
    const queue = await mortalQueue();
    await rejectOne(queue, "a");
    const headers = headersOf(await dead.next());
    assert.deepEqual(
      [headers["x-first-death-queue"], headers["x-first-death-reason"], headers["x-first-death-exchange"]],
      [queue, "rejected", ""],
    );
  });

  it("has its expiration in x-death only", async () => {
    const queue = await mortalQueue();
    await publish(channel, "", queue, "a", { expiration: "10" });
    const message = await dead.next();
    assert.equal(message.properties.expiration, undefined);
    assert.equal(deathsOf(message)[0]["original-expiration"], "10");
  });

  it("keeps its routing keys when the queue has no dead letter key", async () => {
    const { queue } = await channel.assertQueue("", {
      exclusive: true,
      arguments: { "x-dead-letter-exchange": exchange },
    });
    const source = unique("source");
    await channel.assertExchange(source, "fanout", { durable: false, autoDelete: true });
    await channel.bindQueue(queue, source, "");
    await publish(channel, source, "dead", "by key");
    channel.reject(await get(queue), false);
    const byKey = await dead.next();
    assert.deepEqual([text(byKey), byKey.fields.routingKey], ["by key", "dead"]);
    assert.deepEqual([deathsOf(byKey)[0].exchange, deathsOf(byKey)[0]["routing-keys"]], [source, ["dead"]]);

    await publish(channel, source, "elsewhere", "by CC", { headers: { CC: ["dead"] } });
    channel.reject(await get(queue), false);
    const byCc = await dead.next();
    assert.deepEqual([text(byCc), byCc.fields.routingKey], ["by CC", "elsewhere"]);
    assert.deepEqual(deathsOf(byCc)[0]["routing-keys"], ["elsewhere", "dead"]);
  });

  it("does not reach the queue in its CC header when the queue has a dead letter key", async () => {
    const queue = await mortalQueue();
    const { queue: copied } = await channel.assertQueue("", { exclusive: true });
    await channel.bindQueue(copied, exchange, "copy");
    await rejectOne(queue, "a", { headers: { CC: ["copy"] } });
    const message = await dead.next();
    assert.equal(text(message), "a");
    assert.deepEqual(deathsOf(message)[0]["routing-keys"], [queue, "copy"]);
    assert.deepEqual(await drain(channel, copied), []);
  });
});

describe("a message that dies more than once", () => {
  it("has its last death in front, each queue and reason once, with a count", async () => {
    // It is rejected in the first queue, expires in the second, and comes back to the first.
    const first = unique("first");
    const waiting = await channel.assertQueue("", {
      exclusive: true,
      arguments: { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": first, "x-message-ttl": 5 },
    });
    await channel.assertQueue(first, {
      exclusive: true,
      arguments: { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": waiting.queue },
    });
    const inbox = await Inbox.open(channel, first);
    await publish(channel, "", first, "a");
    for (let round = 1; round <= 3; round++) {
      channel.reject(await inbox.next(), false);
      const message = inbox.waiting[0] ?? await inbox.next();
      if (inbox.waiting[0] === undefined) inbox.waiting.push(message);
      assert.deepEqual(story(message), [[waiting.queue, "expired", round], [first, "rejected", round]]);
      const headers = headersOf(message);
      assert.deepEqual([headers["x-first-death-queue"], headers["x-first-death-reason"]], [first, "rejected"]);
      if (productUnderTest === "haremq") {
        // RabbitMQ has these since 3.13.
        assert.deepEqual([headers["x-last-death-queue"], headers["x-last-death-reason"]], [waiting.queue, "expired"]);
        assert.equal(headers["x-last-death-exchange"], "");
      }
    }
  });

  it("is dropped when it comes back to a queue without a rejection on the way", async () => {
    const first = unique("cycle");
    const second = await channel.assertQueue("", {
      exclusive: true,
      arguments: { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": first, "x-message-ttl": 1 },
    });
    await channel.assertQueue(first, {
      exclusive: true,
      arguments: { "x-dead-letter-exchange": exchange, "x-message-ttl": 1 },
    });
    await channel.bindQueue(second.queue, exchange, first);
    // A later message on another way shows when it must be gone.
    await channel.bindQueue(graveyard, exchange, first);
    await publish(channel, "", first, "a");
    assert.deepEqual(story(await dead.next()), [[first, "expired", 1]]);
    const last = await mortalQueue({ "x-message-ttl": 30 });
    await publish(channel, "", last, "later");
    assert.equal(text(await dead.next()), "later");
    assert.deepEqual(await drain(channel, first), []);
    assert.deepEqual(await drain(channel, second.queue), []);
  });

  it("may come back when it was rejected on the way", async () => {
    const { queue } = await channel.assertQueue("", { exclusive: true, arguments: { "x-dead-letter-exchange": "" } });
    const inbox = await Inbox.open(channel, queue);
    await publish(channel, "", queue, "a");
    for (let count = 1; count <= 4; count++) {
      const message = await inbox.next();
      assert.deepEqual(
        headersOf(message)?.["x-death"] && story(message),
        count === 1 ? undefined : [[
          queue,
          "rejected",
          count - 1,
        ]],
      );
      channel.reject(message, false);
    }
  });

  it("begins a new history when a client publishes it again", {
    skip: productUnderTest === "rabbitmq" && "RabbitMQ does so since 4.0",
  }, async () => {
    const queue = await mortalQueue();
    await rejectOne(queue, "a");
    const message = await dead.next();
    await rejectOne(queue, "again", { headers: message.properties.headers });
    assert.deepEqual(story(await dead.next()), [[queue, "rejected", 1]]);
  });
});

describe("x-dead-letter-routing-key", () => {
  it("is refused without a dead letter exchange", async () => {
    const other = await openChannel(connection);
    const queue = unique("key");
    const { replyCode, replyText } = await refusal(
      other.assertQueue(queue, { exclusive: true, arguments: { "x-dead-letter-routing-key": "key" } }),
    );
    assert.equal(replyCode, 406);
    assert.equal(
      replyText,
      `PRECONDITION_FAILED - invalid arg 'x-dead-letter-routing-key' for queue '${queue}' in vhost '/': ` +
        "routing_key_but_no_dlx_defined",
    );
  });

  it("and x-dead-letter-exchange must be texts", async () => {
    const refused = async (queue: string, value: Record<string, unknown>) => {
      const other = await openChannel(connection);
      return (await refusal(other.assertQueue(queue, { exclusive: true, arguments: value }))).replyText;
    };
    const queue = unique("text");
    assert.equal(
      await refused(queue, { "x-dead-letter-exchange": 5 }),
      `PRECONDITION_FAILED - invalid type 'byte' for arg 'x-dead-letter-exchange' in queue '${queue}' in vhost '/'`,
    );
    assert.equal(
      await refused(queue, { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": 7 }),
      `PRECONDITION_FAILED - invalid arg 'x-dead-letter-routing-key' for queue '${queue}' in vhost '/': ` +
        "{unacceptable_type,byte}",
    );
  });
});
