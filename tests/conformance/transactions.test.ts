import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { Channel, ChannelModel, ConfirmChannel, GetMessage, Message } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  call,
  channelClosed,
  closeQuietly,
  connect,
  drain,
  method,
  openChannel,
  openConfirmChannel,
  publish,
  refusal,
  send,
  text,
  unique,
} from "./client.ts";

let broker: BrokerUnderTest;
let connection: ChannelModel;
/** The transactional channel. */
let channel: Channel;
/** A channel outside the transaction. */
let witness: ConfirmChannel;
let queue: string;

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
  channel = await openChannel(connection);
  witness = await openConfirmChannel(connection);
  ({ queue } = await channel.assertQueue("", { exclusive: true }));
  await call(channel, "tx.select");
});
afterEach(() => closeQuietly(connection));

async function get(from: Channel): Promise<GetMessage> {
  const message = await from.get(queue);
  assert(message, "nothing to get");
  return message;
}

describe("publishing in a transaction", () => {
  it("shows nothing before the commit, everything in order after it", async () => {
    for (const body of ["a", "b", "c"]) channel.sendToQueue(queue, Buffer.from(body));
    const beforeCommit = await channel.get(queue);

    await call(channel, "tx.commit");

    assert.equal(beforeCommit, false);
    assert.deepEqual(await drain(witness, queue), ["a", "b", "c"]);
  });

  it("is undone by a rollback", async () => {
    channel.sendToQueue(queue, Buffer.from("undone"));
    await call(channel, "tx.rollback");
    channel.sendToQueue(queue, Buffer.from("done"));

    await call(channel, "tx.commit");

    assert.deepEqual(await drain(witness, queue), ["done"]);
  });

  it("is undone when the channel is closed before the commit", async () => {
    channel.sendToQueue(queue, Buffer.from("undone"));

    await channel.close();

    assert.deepEqual(await drain(witness, queue), []);
  });

  it("returns mandatory messages without a route at the commit", async () => {
    const events: string[] = [];
    channel.on("return", (message: Message) => events.push(`returned ${text(message)}`));

    channel.publish("", unique("nowhere"), Buffer.from("back"), { mandatory: true });
    await channel.checkQueue(queue);
    events.push("committing");
    await call(channel, "tx.commit");

    assert.deepEqual(events, ["committing", "returned back"]);
  });

  it("to an exchange that doesn't exist closes the channel at once, and undoes the rest", async () => {
    const exchange = unique("x");
    const closed = channelClosed(channel);

    channel.sendToQueue(queue, Buffer.from("undone"));
    channel.publish(exchange, "key", Buffer.from("lost"));

    assert.deepEqual(await closed, {
      replyCode: 404,
      replyText: `NOT_FOUND - no exchange '${exchange}' in vhost '/'`,
      ...method["basic.publish"],
    });
    assert.deepEqual(await drain(witness, queue), []);
  });

  it("goes to several queues at the commit", async () => {
    const { queue: other } = await channel.assertQueue("", { exclusive: true });
    channel.sendToQueue(queue, Buffer.from("a"));
    channel.sendToQueue(other, Buffer.from("b"));

    await call(channel, "tx.commit");

    assert.deepEqual([await drain(witness, queue), await drain(witness, other)], [["a"], ["b"]]);
  });

  it("returns a mandatory message at the commit when its queue was deleted", async () => {
    const returned: Message[] = [];
    const { queue: doomed } = await witness.assertQueue("", { exclusive: true });
    channel.on("return", (message) => returned.push(message));
    channel.publish("", doomed, Buffer.from("x"), { mandatory: true });
    await witness.deleteQueue(doomed);

    await call(channel, "tx.commit");

    assert.deepEqual(returned.map(({ content }) => content.toString()), ["x"]);
  });

  it("goes to the queue that has the name at the commit", async () => {
    const doomed = unique("tx");
    await witness.assertQueue(doomed, { exclusive: true });
    channel.sendToQueue(doomed, Buffer.from("x"));
    await witness.deleteQueue(doomed);
    await witness.assertQueue(doomed, { exclusive: true });

    await call(channel, "tx.commit");

    assert.deepEqual(await drain(witness, doomed), ["x"]);
  });

  it("goes where it was routed, even if exchange and binding were deleted before the commit", async () => {
    const exchange = unique("tx");
    await witness.assertExchange(exchange, "fanout", { durable: false });
    await witness.bindQueue(queue, exchange, "");
    channel.publish(exchange, "", Buffer.from("x"));
    await witness.deleteExchange(exchange);

    await call(channel, "tx.commit");

    assert.deepEqual(await drain(witness, queue), ["x"]);
  });

  it("fails the commit when a queue refuses a message, and publishes the others", async () => {
    const limits = { "x-max-length": 1, "x-overflow": "reject-publish" };
    const { queue: full } = await witness.assertQueue("", { exclusive: true, arguments: limits });
    for (const body of ["a", "b"]) channel.sendToQueue(full, Buffer.from(body));
    channel.sendToQueue(queue, Buffer.from("c"));
    const closed = channelClosed(channel);

    send(channel, "tx.commit");

    const { replyCode, replyText } = await closed;
    assert.deepEqual([replyCode, replyText], [406, "PRECONDITION_FAILED - partial tx completion"]);
    assert.deepEqual([await drain(witness, full), await drain(witness, queue)], [["a"], ["c"]]);
  });
});

describe("acknowledging in a transaction", () => {
  beforeEach(async () => {
    for (const body of ["a", "b"]) await publish(witness, "", queue, body);
  });

  it("takes effect at the commit", async () => {
    channel.ack(await get(channel));
    await call(channel, "tx.commit");

    await channel.close();

    assert.deepEqual(await drain(witness, queue), ["b"]);
  });

  it("without a commit leaves the message unacknowledged", async () => {
    channel.ack(await get(channel));

    await channel.close();

    assert.deepEqual(await drain(witness, queue), ["a", "b"]);
  });

  it("is undone by a rollback, after which the message can be acknowledged again", async () => {
    const a = await get(channel);
    channel.ack(a);
    await call(channel, "tx.rollback");

    const stillOutstanding = await drain(witness, queue);
    channel.ack(a);
    await call(channel, "tx.commit");
    await channel.close();

    assert.deepEqual(stillOutstanding, ["b"]);
    assert.deepEqual(await drain(witness, queue), []);
  });

  it("requeues with nack and reject at the commit only", async () => {
    const [a, b] = [await get(channel), await get(channel)];
    channel.nack(a, false, true);
    channel.reject(b, true);
    const beforeCommit = await channel.get(queue);

    await call(channel, "tx.commit");

    assert.equal(beforeCommit, false);
    assert.deepEqual(await drain(witness, queue), ["a", "b"]);
  });

  it("drops with nack without requeue at the commit", async () => {
    channel.nack(await get(channel), false, false);
    await call(channel, "tx.commit");

    await channel.close();

    assert.deepEqual(await drain(witness, queue), ["b"]);
  });

  it("is committed together with publishing", async () => {
    const { queue: next } = await channel.assertQueue("", { exclusive: true });
    const a = await get(channel);
    channel.sendToQueue(next, a.content);
    channel.ack(a);

    await call(channel, "tx.commit");
    await channel.close();

    assert.deepEqual([await drain(witness, queue), await drain(witness, next)], [["b"], ["a"]]);
  });

  it("of an unknown delivery tag closes the channel at once", async () => {
    const closed = channelClosed(channel);

    send(channel, "basic.ack", { deliveryTag: 9 });

    assert.deepEqual(await closed, {
      replyCode: 406,
      replyText: "PRECONDITION_FAILED - unknown delivery tag 9",
      ...method["basic.ack"],
    });
  });
});

describe("a transactional channel", () => {
  it("starts the next transaction automatically", async () => {
    for (const body of ["a", "b"]) {
      channel.sendToQueue(queue, Buffer.from(body));
      await call(channel, "tx.commit");
    }

    assert.deepEqual(await drain(witness, queue), ["a", "b"]);
  });

  it("may be selected again, which commits nothing", async () => {
    channel.sendToQueue(queue, Buffer.from("a"));

    await call(channel, "tx.select");

    assert.equal(await witness.get(queue), false);
    await call(channel, "tx.commit");
    assert.deepEqual(await drain(witness, queue), ["a"]);
  });

  it("commits and rolls back nothing without an error", async () => {
    assert.deepEqual(await call(channel, "tx.commit"), {});
    assert.deepEqual(await call(channel, "tx.rollback"), {});
  });

  it("can't be put into confirm mode", async () => {
    const reason = await refusal(call(channel, "confirm.select"));

    assert.deepEqual(reason, {
      replyCode: 406,
      replyText: "PRECONDITION_FAILED - cannot switch from tx to confirm mode",
      ...method["confirm.select"],
    });
  });
});

describe("a channel that isn't transactional", () => {
  for (const name of ["tx.commit", "tx.rollback"] as const) {
    it(`refuses ${name}`, async () => {
      const plain = await openChannel(connection);

      const reason = await refusal(call(plain, name));

      assert.deepEqual(reason, {
        replyCode: 406,
        replyText: "PRECONDITION_FAILED - channel is not transactional",
        ...method[name],
      });
    });
  }
});
