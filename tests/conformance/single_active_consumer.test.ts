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
  socketOf,
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
  queue = unique("single-active");
  await channel.assertQueue(queue, { arguments: { "x-single-active-consumer": true } });
});
afterEach(async () => {
  await (await openChannel(connection)).deleteQueue(queue);
  await closeQuietly(connection);
});

async function publishAll(...bodies: string[]): Promise<void> {
  for (const body of bodies) await publish(channel, "", queue, body);
}

describe("a queue with a single active consumer", () => {
  it("delivers to the first, whatever the others' priorities", async () => {
    const first = await Inbox.open(channel, queue);
    const others = [await Inbox.open(channel, queue), await Inbox.open(channel, queue, { priority: 10 })];

    await publishAll("a", "b", "c");

    assert.deepEqual(texts(await first.take(3)), ["a", "b", "c"]);
    assert.deepEqual(others.flatMap(({ waiting }) => waiting), []);
    assert.equal((await channel.checkQueue(queue)).consumerCount, 3);
  });

  it("keeps messages while the first can't take more", async () => {
    const own = await openChannel(connection);
    await own.prefetch(1);
    const first = await Inbox.open(own, queue);
    const second = await Inbox.open(channel, queue);
    await publishAll("a", "b");
    const held = await first.next();

    const { messageCount } = await channel.checkQueue(queue);
    own.ack(held);
    const next = await first.next();

    assert.deepEqual([messageCount, text(next), second.waiting], [1, "b", []]);
  });

  it("continues with the next when the first is cancelled, which keeps its deliveries", async () => {
    const own = await openChannel(connection);
    const first = await Inbox.open(own, queue);
    const second = await Inbox.open(channel, queue);
    await publishAll("a");
    const held = await first.next();

    await own.cancel(first.consumerTag);
    await publishAll("b");
    const after = await second.next();
    own.nack(held);
    const returned = await second.next();

    assert.deepEqual([text(after), text(returned), returned.fields.redelivered], ["b", "a", true]);
  });

  it("continues with the next when the first's channel is closed, which returns its deliveries", async () => {
    const own = await openChannel(connection);
    const first = await Inbox.open(own, queue);
    const second = await Inbox.open(channel, queue);
    await publishAll("a", "b");
    await first.take(2);

    await own.close();

    const returned = await second.take(2);
    assert.deepEqual(texts(returned), ["a", "b"]);
    assert.deepEqual(returned.map(({ fields }) => fields.redelivered), [true, true]);
  });

  it("continues with the next when the first's connection is lost", async () => {
    const other = await connect(broker);
    const own = await openChannel(other);
    const first = await Inbox.open(own, queue);
    const alsoLost = await Inbox.open(own, queue);
    const second = await Inbox.open(channel, queue);
    await publishAll("a");
    await first.next();

    socketOf(other).destroy();

    assert.equal(text(await second.next()), "a");
    assert.deepEqual(alsoLost.waiting, []);
  });

  it("continues with the earliest one of the highest priority", async () => {
    const inboxes: Inbox[] = [];
    for (const priority of [0, 0, 7, 7]) {
      inboxes.push(await Inbox.open(channel, queue, { priority, noAck: true }));
    }

    for (const active of [0, 2, 3, 1]) {
      await publishAll(String(active));
      assert.equal(text(await inboxes[active].next()), String(active));
      await channel.cancel(inboxes[active].consumerTag);
    }

    assert.deepEqual(inboxes.flatMap(({ waiting }) => waiting), []);
  });

  it("allows basic.get as well", async () => {
    const own = await openChannel(connection);
    await own.prefetch(1);
    const first = await Inbox.open(own, queue);
    await publishAll("a", "b");
    await first.next();

    const got = await channel.get(queue, { noAck: true });

    assert.equal(got && text(got), "b");
  });

  it("refuses an exclusive consumer with 403, even without other consumers", async () => {
    assert.deepEqual(await refusal(channel.consume(queue, () => {}, { exclusive: true })), {
      replyCode: 403,
      replyText: `ACCESS_REFUSED - queue '${queue}' in vhost '/' in exclusive use`,
      ...method["basic.consume"],
    });
  });

  it("can only be declared again with the same argument", async () => {
    assert.deepEqual(await refusal(channel.assertQueue(queue)), {
      replyCode: 406,
      replyText:
        `PRECONDITION_FAILED - inequivalent arg 'x-single-active-consumer' for queue '${queue}' in vhost '/': ` +
        `received none but current is the value 'true' of type 'bool'`,
      ...method["queue.declare"],
    });
  });

  for (const [type, value] of [["longstr", "true"], ["signedint", 1]] as const) {
    it(`can't be declared by a ${type}: 406`, async () => {
      const name = unique("q");
      const declaring = channel.assertQueue(name, {
        arguments: { "x-single-active-consumer": type === "signedint" ? { "!": "int32", value } : value },
      });
      assert.deepEqual(await refusal(declaring), {
        replyCode: 406,
        replyText: `PRECONDITION_FAILED - invalid arg 'x-single-active-consumer' for queue '${name}' in vhost '/': ` +
          `{unacceptable_type,${type}}`,
        ...method["queue.declare"],
      });
    });
  }
});
