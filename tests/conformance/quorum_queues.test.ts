import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel, GetMessage, Options } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
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
  socketOf,
  text,
  texts,
  unique,
} from "./client.ts";

let broker: BrokerUnderTest;
let connection: ChannelModel;
let channel: ConfirmChannel;
let queue: string;
/** True for a RabbitMQ before 4.3, which lacks features that some tests need. No test is skipped for HareMQ. */
let isOld: boolean;

before(async () => {
  broker = await startBrokerUnderTest();
  const probe = await connect(broker);
  isOld = broker.product === "rabbitmq" && probe.connection.serverProperties.version.startsWith("3.");
  await closeQuietly(probe);
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
  channel = await openConfirmChannel(connection);
  queue = unique("quorum");
});
afterEach(async () => {
  const other = await connect(broker);
  await (await openChannel(other)).deleteQueue(queue);
  await closeQuietly(other);
  await closeQuietly(connection);
});

async function declare(queueArguments: Record<string, unknown> = {}): Promise<void> {
  await channel.assertQueue(queue, { arguments: { "x-queue-type": "quorum", ...queueArguments } });
}

async function publishAll(...bodies: string[]): Promise<void> {
  for (const body of bodies) await publish(channel, "", queue, body);
}

/** Fetches the next message. RabbitMQ may take a moment until a requeued one is there. */
async function get(from = channel): Promise<GetMessage> {
  for (;;) {
    const message = await from.get(queue);
    if (message) return message;
  }
}

/** Returns the counts of returns in a message's headers. */
function counts({ properties }: GetMessage): unknown[] {
  return [properties.headers?.["x-acquired-count"], properties.headers?.["x-delivery-count"]];
}

describe("a quorum queue", () => {
  it("keeps messages in order, and can be purged", async () => {
    await declare();
    await publishAll("a", "b", "c");
    assert.equal(text(await get()), "a");
    assert.deepEqual(await channel.purgeQueue(queue), { messageCount: 2 });
  });

  it("accepts arguments without an effect on one member", async () => {
    await declare({
      "x-quorum-initial-group-size": 1,
      "x-queue-leader-locator": "balanced",
      "x-max-in-memory-length": 5,
      "x-max-in-memory-bytes": 500,
    });
    await publishAll("a");
    assert.deepEqual(await drain(channel, queue), ["a"]);
  });

  const refused: [property: string, asked: Options.AssertQueue][] = [
    ["auto-delete", { autoDelete: true }],
    ["exclusive-owner", { exclusive: true }],
    ["non-durable", { durable: false }],
  ];
  for (const [property, asked] of refused) {
    it(`can't be ${property}`, async () => {
      const { replyCode, replyText } = await refusal(
        channel.assertQueue(queue, { ...asked, arguments: { "x-queue-type": "quorum" } }),
      );
      assert.deepEqual([replyCode, replyText], [
        406,
        `PRECONDITION_FAILED - invalid property '${property}' for queue '${queue}' in vhost '/'`,
      ]);
    });
  }

  it("has a name from the client", async () => {
    const { replyCode, replyText } = await refusal(
      channel.assertQueue("", { arguments: { "x-queue-type": "quorum" } }),
    );
    assert.deepEqual([replyCode, replyText], [
      406,
      "PRECONDITION_FAILED - Cannot declare a server-named queue for type rabbit_quorum_queue",
    ]);
  });

  const refusedArguments: [name: string, value: unknown, problem: string][] = [
    ["x-max-priority", 5, " of queue type rabbit_quorum_queue"],
    ["x-queue-mode", "lazy", " of queue type rabbit_quorum_queue"],
    ["x-dead-letter-strategy", "sometimes", ": invalid_dlx_strategy"],
    ["x-overflow", "burst", ": invalid_overflow"],
  ];
  for (const [name, value, problem] of refusedArguments) {
    it(`can't have ${name} ${value}`, async () => {
      const { replyCode, replyText } = await refusal(declare({ [name]: value }));
      assert.equal(replyCode, 406);
      assert.ok(replyText.startsWith(`PRECONDITION_FAILED - invalid arg '${name}' for queue '${queue}' in vhost '/'`));
      assert.ok(replyText.endsWith(problem), replyText);
    });
  }

  for (const condition of ["unused", "empty"] as const) {
    it(`can't be deleted if it is ${condition} only`, async () => {
      await declare();
      const closed = connectionClosed(connection);
      const asked = channel.deleteQueue(queue, condition === "unused" ? { ifUnused: true } : { ifEmpty: true });
      asked.catch(() => {});
      assert.deepEqual(await closed, {
        replyCode: 540,
        replyText: `NOT_IMPLEMENTED - cannot delete queue '${queue}' in vhost '/'. queue.delete operations with ` +
          `if-${condition} flag set are not supported by quorum queues`,
      });
    });
  }

  it("lets several consumers consume, even if all are exclusive", async () => {
    await declare();
    for (let i = 0; i < 3; i++) await channel.consume(queue, () => {}, { exclusive: true });
    assert.equal((await channel.checkQueue(queue)).consumerCount, 3);
  });

  it("drops the first message when there are too many, as it can't dead-letter refused ones", async () => {
    await declare({ "x-max-length": 2, "x-overflow": "reject-publish-dlx" });
    await publishAll("a", "b", "c");
    assert.deepEqual(await drain(channel, queue), ["b", "c"]);
  });

  it("expires although it is asked about", async () => {
    await declare({ "x-expires": 1000 });
    const asked = async (): Promise<boolean> => (await channel.checkQueue(queue)) !== undefined;
    // RabbitMQ checks every five seconds.
    const { replyCode } = await refusal((async () => {
      while (await asked()) await new Promise((resolve) => setTimeout(resolve, 200));
    })());
    assert.equal(replyCode, 404);
  });

  it("refuses messages without room", async () => {
    await declare({ "x-max-length": 1, "x-overflow": "reject-publish" });
    await publishAll("a");
    // RabbitMQ tells its publishers a little late that they must stop.
    await assert.rejects(publishAll("b", "c", "d", "e", "f"));
  });
});

describe("a message that returns to a quorum queue", () => {
  it("is next, behind those that returned before it", async () => {
    await declare({ "x-delivery-limit": 20 });
    await publishAll("a", "b", "c", "d", "e");
    const taken = [await get(), await get(), await get(), await get()];
    for (const index of [2, 0, 3]) channel.nack(taken[index], false, true);
    assert.deepEqual(texts([await get(), await get(), await get(), await get()]), ["c", "a", "d", "e"]);
  });

  it("keeps its place among those that return with it", async () => {
    await declare({ "x-delivery-limit": 20 });
    await publishAll("a", "b", "c", "d");
    const taken = [await get(), await get(), await get()];
    channel.nack(taken[2], true, true);
    assert.deepEqual(texts([await get(), await get(), await get(), await get()]), ["a", "b", "c", "d"]);
  });

  it("has the number of its returns, and of those with which a consumer has failed", async (test) => {
    if (isOld) return test.skip("RabbitMQ 3 counts otherwise");
    await declare();
    await publish(channel, "", queue, "a", { headers: { mine: 1 } });
    const first = await get();
    assert.deepEqual([first.fields.redelivered, counts(first)], [false, [undefined, undefined]]);
    channel.nack(first, false, true);
    const second = await get();
    assert.deepEqual([second.fields.redelivered, counts(second)], [true, [1, undefined]]);
    channel.reject(second, true);
    const third = await get();
    assert.deepEqual(counts(third), [2, 1]);
    await channel.recover();
    const fourth = await get();
    assert.deepEqual(counts(fourth), [3, 1]);
    assert.equal(fourth.properties.headers!.mine, 1);
  });

  it("has these numbers for consumers too", async () => {
    await declare();
    const inbox = await Inbox.open(channel, queue);
    await publishAll("a");
    channel.reject(await inbox.next(), true);
    const again = await inbox.next();
    assert.deepEqual([again.fields.redelivered, again.properties.headers!["x-delivery-count"]], [true, 1]);
  });

  it("counts as a failure when its channel is closed, or its connection is lost", async () => {
    await declare();
    await publishAll("a");
    const other = await connect(broker);
    const brief = await openConfirmChannel(other);
    await get(brief);
    await brief.close();
    const { properties } = await get(await openConfirmChannel(other));
    assert.equal(properties.headers!["x-delivery-count"], 1);
    socketOf(other).destroy();
    assert.equal((await get()).properties.headers!["x-delivery-count"], 2);
  });

  it("stays with its consumer's channel when the consumer is cancelled", async () => {
    await declare();
    await publishAll("a");
    const inbox = await Inbox.open(channel, queue);
    const held = await inbox.next();
    await channel.cancel(inbox.consumerTag);
    assert.equal(await channel.get(queue), false);
    channel.reject(held, true);
    assert.equal(text(await get()), "a");
  });
});

describe("the delivery limit of a quorum queue", () => {
  it("dead-letters a message with which consumers have failed more often", async () => {
    const graveyard = (await channel.assertQueue("", { exclusive: true })).queue;
    await declare({
      "x-delivery-limit": 2,
      "x-dead-letter-exchange": "",
      "x-dead-letter-routing-key": graveyard,
    });
    const dead = await Inbox.open(channel, graveyard, { noAck: true });
    await publish(channel, "", queue, "a", { headers: { mine: 1 } });
    for (let time = 0; time < 3; time++) channel.reject(await get(), true);
    const { fields, properties } = await dead.next();
    const headers = properties.headers!;
    assert.deepEqual([headers["x-first-death-reason"], headers["x-first-death-queue"]], ["delivery_limit", queue]);
    assert.deepEqual([headers.mine, headers["x-delivery-count"], fields.redelivered], [1, undefined, false]);
  });

  it("is 20 by default", async (test) => {
    if (isOld) return test.skip("RabbitMQ 3 has none of this");
    await declare();
    await publishAll("a", "b");
    for (let time = 0; time < 21; time++) {
      const message = await get();
      assert.equal(text(message), "a");
      channel.reject(message, true);
    }
    assert.equal(text(await get()), "b");
  });

  it("may be disabled", async (test) => {
    if (isOld) return test.skip("RabbitMQ 3 has no limit anyway");
    await declare({ "x-delivery-limit": -1 });
    await publishAll("a", "b");
    for (let time = 0; time < 30; time++) {
      const message = await get();
      assert.equal(text(message), "a");
      channel.reject(message, true);
    }
  });

  it("does not count messages returned with basic.nack", async (test) => {
    if (isOld) return test.skip("RabbitMQ 3 counts that too");
    await declare({ "x-delivery-limit": 1 });
    await publishAll("a");
    for (let time = 0; time < 5; time++) channel.nack(await get(), false, true);
    assert.equal(text(await get()), "a");
  });
});

describe("priorities of a quorum queue", () => {
  it("go from 0 to 31, and are 4 for messages without one", async (test) => {
    if (isOld) return test.skip("RabbitMQ 3 has none of this");
    await declare();
    for (const priority of [undefined, 0, 4, 5, 31, 32, 255]) {
      await publish(channel, "", queue, String(priority), { priority });
    }
    assert.deepEqual(await drain(channel, queue), ["31", "32", "255", "5", "undefined", "4", "0"]);
  });

  it("are ignored for returned messages, which come before all others", async (test) => {
    if (isOld) return test.skip("RabbitMQ 3 has none of this");
    await declare();
    await publish(channel, "", queue, "low", { priority: 1 });
    await publish(channel, "", queue, "high", { priority: 9 });
    const [high, low] = [await get(), await get()];
    channel.nack(low, false, true);
    channel.nack(high, false, true);
    await publish(channel, "", queue, "highest", { priority: 20 });
    assert.deepEqual(texts([await get(), await get(), await get()]), ["low", "high", "highest"]);
  });
});

describe("the single active consumer of a quorum queue", () => {
  it("yields to one of a higher priority, once its deliveries are settled", async (test) => {
    if (isOld) return test.skip("RabbitMQ 3 does not");
    await declare({ "x-single-active-consumer": true });
    await channel.prefetch(2);
    const first = await Inbox.open(channel, queue);
    await publishAll("a", "b", "c");
    const [a, b] = await first.take(2);
    const second = await Inbox.open(channel, queue, { priority: 5 });
    channel.ack(a);
    await publishAll("d");
    assert.deepEqual([first.waiting.length, second.waiting.length], [0, 0]);
    channel.ack(b);
    assert.deepEqual(texts(await second.take(2)), ["c", "d"]);
    assert.deepEqual(first.waiting, []);
  });

  it("does not yield to one of the same priority", async () => {
    await declare({ "x-single-active-consumer": true });
    const first = await Inbox.open(channel, queue);
    await Inbox.open(channel, queue);
    await publishAll("a", "b");
    assert.deepEqual(texts(await first.take(2)), ["a", "b"]);
  });

  it("leaves nothing for basic.get", async () => {
    await declare({ "x-single-active-consumer": true });
    const { replyCode, replyText, ...cause } = await refusal(channel.get(queue));
    // RabbitMQ 4.3 writes the type as Erlang does.
    assert.deepEqual([replyCode, replyText.replace('<<"quorum">>', "quorum"), cause], [
      405,
      `RESOURCE_LOCKED - cannot obtain access to locked queue '${queue}' in vhost '/'. basic.get operations are not ` +
      "supported by quorum queues with single active consumer",
      method["basic.get"],
    ]);
  });
});

describe("delayed retry of a quorum queue", () => {
  const asked = { "x-delayed-retry-min": 1500, "x-delayed-retry-max": 1600 };

  it("holds returned messages back for a while", async (test) => {
    if (isOld) return test.skip("RabbitMQ 3 has none of this");
    await declare({ "x-delayed-retry-type": "all", ...asked });
    await publishAll("a", "b");
    const came = performance.now();
    channel.reject(await get(), true);
    assert.equal(text(await get()), "b");
    assert.equal(await channel.get(queue), false);
    assert.equal((await channel.checkQueue(queue)).messageCount, 0);
    assert.equal(text(await get()), "a");
    assert.ok(performance.now() - came >= 1490, "it came too early");
  });

  it("may be limited to those with which consumers failed", async (test) => {
    if (isOld) return test.skip("RabbitMQ 3 has none of this");
    await declare({ "x-delayed-retry-type": "failed", ...asked });
    await publishAll("given back", "failed with");
    const [given, failed] = [await get(), await get()];
    channel.reject(failed, true);
    channel.nack(given, false, true);
    assert.equal(text(await get()), "given back");
    assert.equal(await channel.get(queue), false);
  });
});

describe("at-least-once dead lettering of a quorum queue", () => {
  const asked = { "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish", "x-max-length": 1 };

  it("delivers dead messages to their destination", async () => {
    const graveyard = (await channel.assertQueue("", { exclusive: true })).queue;
    await declare({ ...asked, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": graveyard });
    const dead = await Inbox.open(channel, graveyard, { noAck: true });
    for (const body of ["a", "b"]) {
      await publishAll(body);
      channel.reject(await get(), false);
      const { properties, content } = await dead.next();
      assert.deepEqual([content.toString(), properties.headers!["x-first-death-reason"]], [body, "rejected"]);
    }
  });

  it("keeps them, and counts them, as long as they have no destination", async () => {
    await declare({ ...asked, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": unique("nowhere") });
    await publishAll("a");
    channel.reject(await get(), false);
    assert.equal((await channel.checkQueue(queue)).messageCount, 0);
    // RabbitMQ tells its publishers a little late that they must stop.
    await assert.rejects(publishAll("b", "c", "d", "e", "f"));
  });
});

describe("a transient message in a quorum queue", () => {
  it("is confirmed and delivered unchanged", async () => {
    await declare();
    await publish(channel, "", queue, "a", { persistent: false });
    assert.equal((await get()).properties.deliveryMode, 1);
  });
});
