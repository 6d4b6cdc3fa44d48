import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  call,
  closeQuietly,
  connect,
  connectionClosed,
  drain,
  openChannel,
  openConfirmChannel,
  publish,
  refusal,
  unique,
} from "./client.ts";

let broker: BrokerUnderTest;
let connection: ChannelModel;

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
});
afterEach(() => closeQuietly(connection));

describe("channels", () => {
  it("can be many on one connection, each independent", async () => {
    const channels = await Promise.all(Array.from({ length: 200 }, () => openConfirmChannel(connection)));
    const { queue } = await channels[0].assertQueue("", { exclusive: true });

    await Promise.all(channels.map((channel, i) => publish(channel, "", queue, String(i))));

    const bodies = await drain(channels[0], queue);
    assert.deepEqual(bodies.map(Number).sort((a, b) => a - b), Array.from({ length: 200 }, (_, i) => i));
  });

  it("can be as many as were agreed on", async () => {
    const small = await connect(broker, { channelMax: 5 });
    const channels = await Promise.all(Array.from({ length: 5 }, () => openChannel(small)));

    for (const channel of channels) await channel.assertQueue("", { exclusive: true });

    await small.close();
  });

  it("free their number when they are closed", async () => {
    const small = await connect(broker, { channelMax: 1 });

    for (let i = 0; i < 20; i++) {
      const channel = await openChannel(small);
      await channel.assertQueue("", { exclusive: true });
      await channel.close();
    }

    await small.close();
  });

  it("free their number when an error closes them", async () => {
    const small = await connect(broker, { channelMax: 1 });

    for (let i = 0; i < 20; i++) {
      const reason = await refusal((await openChannel(small)).checkQueue(unique("nonesuch")));
      assert.equal(reason.replyCode, 404);
    }

    await small.close();
  });

  it("don't affect each other when an error closes one", async () => {
    const [dying, living] = [await openChannel(connection), await openConfirmChannel(connection)];
    const { queue } = await living.assertQueue("", { exclusive: true });

    await refusal(dying.checkQueue(unique("nonesuch")));
    await publish(living, "", queue, "still here");

    assert.deepEqual(await drain(living, queue), ["still here"]);
  });

  it("start their delivery tags at 1, even when the channel number was used before", async () => {
    const first = await openConfirmChannel(connection);
    const { queue } = await first.assertQueue("", { exclusive: true });
    await publish(first, "", queue, "a");
    await first.get(queue);
    await first.close();

    const message = await (await openChannel(connection)).get(queue);

    assert(message);
    assert.equal(message.fields.deliveryTag, 1);
  });

  it("keep the order of requests", async () => {
    const channel = await openChannel(connection);
    const order: number[] = [];

    await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        await channel.assertQueue("", { exclusive: true });
        order.push(i);
      }),
    );

    assert.deepEqual(order, Array.from({ length: 50 }, (_, i) => i));
  });
});

describe("channel.flow", () => {
  it("that asks for the current state is answered", async () => {
    const channel = await openChannel(connection);

    assert.deepEqual({ ...await call(channel, "channel.flow", { active: true }) as object }, { active: true });
  });

  it("that asks for a pause closes the connection with 540, as in RabbitMQ, which has never implemented it", async () => {
    const channel = await openChannel(connection);
    const closed = connectionClosed(connection);

    call(channel, "channel.flow", { active: false }).catch(() => {});

    assert.deepEqual(await closed, { replyCode: 540, replyText: "NOT_IMPLEMENTED - active=false" });
  });
});

describe("access.request", () => {
  it("is answered with ticket 1, for clients of AMQP 0-8", async () => {
    const channel = await openChannel(connection);

    const granted = await call(channel, "access.request", { realm: "/data", active: true, write: true, read: true });

    assert.deepEqual({ ...granted as object }, { ticket: 1 });
  });
});
