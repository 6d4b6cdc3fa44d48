import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  channelClosed,
  closeQuietly,
  connect,
  drain,
  method,
  openChannel,
  openConfirmChannel,
  publish,
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

describe("a message's user-id", () => {
  it("may be the publisher's", async () => {
    await publish(channel, "", queue, "mine", { userId: "guest", headers: { a: 1 }, replyTo: "somewhere" });

    const got = await channel.get(queue, { noAck: true });

    assert.ok(got !== false);
    assert.deepEqual([text(got), got.properties.userId], ["mine", "guest"]);
  });

  for (const userId of ["alice", "Guest", "guest ", "gue"]) {
    it(`can't be '${userId}': 406, and the message is not published`, async () => {
      const closed = channelClosed(channel);

      channel.publish("", queue, Buffer.from("not mine"), { userId });

      assert.deepEqual(await closed, {
        replyCode: 406,
        replyText: `PRECONDITION_FAILED - user_id property set to '${userId}' but authenticated user was 'guest'`,
        ...method["basic.publish"],
      });
      assert.deepEqual(await drain(await openChannel(connection), queue), []);
    });
  }

  it("is checked after the existence of the exchange", async () => {
    const closed = channelClosed(channel);

    channel.publish("nowhere", queue, Buffer.from("not mine"), {
      userId: "alice",
    });

    assert.equal((await closed).replyText, "NOT_FOUND - no exchange 'nowhere' in vhost '/'");
  });
});
