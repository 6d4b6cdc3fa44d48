import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  channelClosed,
  closeQuietly,
  connect,
  Inbox,
  method,
  openChannel,
  openConfirmChannel,
  publish,
  refusal,
  text,
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

// RabbitMQ checks once a minute, and up to 4.2 only for the timeout in its configuration.
const skip = productUnderTest === "rabbitmq";

describe("a delivery that is not acknowledged in time", { skip }, () => {
  it("closes the channel with 406, and goes to another consumer", async () => {
    const late = await openChannel(connection);
    const closed = channelClosed(late);
    await publish(channel, "", queue, "a");
    const inbox = await Inbox.open(late, queue, { arguments: { "x-consumer-timeout": 200 } });
    await inbox.next();
    const other = await Inbox.open(channel, queue);

    assert.deepEqual(await closed, {
      replyCode: 406,
      replyText: `PRECONDITION_FAILED - delivery acknowledgement on channel 2 timed out. Timeout value used: 200 ms. ` +
        `This timeout value can be configured, see consumers doc guide to learn more`,
      classId: 0,
      methodId: 0,
    });
    const delivered = await other.next();
    assert.deepEqual([text(delivered), delivered.fields.redelivered], ["a", true]);
  });

  it("has the timeout of its queue", async () => {
    const { queue: impatient } = await channel.assertQueue("", {
      exclusive: true,
      arguments: { "x-consumer-timeout": 300 },
    });
    const late = await openChannel(connection);
    const closed = channelClosed(late);
    await publish(channel, "", impatient, "a");
    await late.get(impatient);

    assert.match((await closed).replyText, /Timeout value used: 300 ms/);
  });

  it("has the timeout in the configuration", async () => {
    const impatient = await startBrokerUnderTest({ consumerTimeoutMs: 400 });
    const other = await connect(impatient);
    const late = await openChannel(other);
    const closed = channelClosed(late);
    const { queue } = await late.assertQueue("", { exclusive: true });
    late.sendToQueue(queue, Buffer.from("a"));
    await (await Inbox.open(late, queue)).next();

    const { replyText } = await closed;

    await closeQuietly(other);
    await impatient.close();
    assert.match(replyText, /Timeout value used: 400 ms/);
  });

  it("does not affect acknowledged deliveries or consumers that acknowledge", async () => {
    const late = await openChannel(connection);
    const closed = channelClosed(late);
    const arguments_ = { "x-consumer-timeout": 500 };
    const inbox = await Inbox.open(channel, queue, { arguments: arguments_ });
    await publish(channel, "", queue, "a");
    channel.ack(await inbox.next());
    const { queue: other } = await channel.assertQueue("", { exclusive: true });
    await publish(channel, "", other, "b");
    await (await Inbox.open(late, other, { arguments: arguments_ })).next();

    await closed;

    await publish(channel, "", queue, "c");
    assert.equal(text(await inbox.next()), "c");
  });

  it("can't have a negative time: 406", async () => {
    const consuming = channel.consume(queue, () => {}, { arguments: { "x-consumer-timeout": -1 } });
    assert.deepEqual(await refusal(consuming), {
      replyCode: 406,
      replyText: `PRECONDITION_FAILED - invalid arg 'x-consumer-timeout' for queue '${queue}' in vhost '/': ` +
        `{value_negative,-1}`,
      ...method["basic.consume"],
    });
  });
});
