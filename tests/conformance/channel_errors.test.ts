import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { concat, headerFrame, methodFrame, publishFrames, RawClient, uniqueName } from "../raw_client.ts";

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

describe("channel.open", () => {
  it("opens any number up to 65535, in any order", async () => {
    await using client = await RawClient.open(broker, { channels: [65535, 2, 1, 4711] });
    await client.request(65535, "tx.select");
  });

  it("of an open channel closes the connection", async () => {
    await using client = await RawClient.open(broker);
    client.send(1, "channel.open");
    assert.deepEqual(await client.receiveClose(0), [504, "CHANNEL_ERROR - second 'channel.open' seen", 20, 10]);
  });

  it("must come before any other method of the channel", async () => {
    await using client = await RawClient.open(broker);
    client.send(2, "queue.declare", { queue: uniqueName("unopened") });
    assert.deepEqual(await client.receiveClose(0), [504, "CHANNEL_ERROR - expected 'channel.open'", 50, 10]);
  });

  it("must come before channel.close too", async () => {
    await using client = await RawClient.open(broker);
    client.send(2, "channel.close", { replyCode: 200 });
    assert.deepEqual(await client.receiveClose(0), [504, "CHANNEL_ERROR - expected 'channel.open'", 20, 40]);
  });

  it("of more channels than were agreed on closes the connection", async () => {
    await using client = await RawClient.open(broker, { channelMax: 2, channels: [7, 9] });
    client.send(1, "channel.open");
    assert.deepEqual(await client.receiveClose(0), [
      530,
      "NOT_ALLOWED - number of channels opened (2) has reached the negotiated channel_max (2)",
      0,
      0,
    ]);
  });

  it("of 2047 channels is possible with the limit that the server offers", async () => {
    await using client = await RawClient.open(broker, { channels: [] });
    const numbers = Array.from({ length: 2047 }, (_, index) => index + 1);
    client.write(...numbers.map((channel) => methodFrame(channel, "channel.open")));
    for (const channel of numbers) await client.receive(channel, "channel.open-ok");
    client.send(2048, "channel.open");
    assert.equal((await client.receiveClose(0))[0], 530);
  });

  it("is possible again when another channel was closed", async () => {
    await using client = await RawClient.open(broker, { channelMax: 1, channels: [1] });
    for (let channel = 2; channel < 20; channel++) {
      await client.request(channel - 1, "channel.close", { replyCode: 200 });
      await client.request(channel, "channel.open");
    }
  });

  it("is possible again when another channel failed and its close was answered", async () => {
    await using client = await RawClient.open(broker, { channelMax: 1 });
    client.send(1, "queue.declare", { queue: uniqueName("missing"), passive: true });
    await client.receiveClose(1);
    client.send(1, "channel.close-ok");
    await client.request(2, "channel.open");
  });
});

describe("channel.flow", () => {
  it("with active is answered", async () => {
    await using client = await RawClient.open(broker);
    assert.equal((await client.request(1, "channel.flow", { active: true })).active, true);
  });

  it("without active is not implemented", async () => {
    await using client = await RawClient.open(broker);
    client.send(1, "channel.flow", { active: false });
    assert.deepEqual(await client.receiveClose(0), [540, "NOT_IMPLEMENTED - active=false", 20, 20]);
  });
});

describe("access.request", () => {
  it("is answered with ticket 1, which means nothing", async () => {
    await using client = await RawClient.open(broker);
    const request = { realm: "/data", exclusive: true, passive: true, active: true, write: true, read: true };
    assert.equal((await client.request(1, "access.request", request)).ticket, 1);
  });

  it("is not needed: whatever ticket a method carries is ignored", async () => {
    await using client = await RawClient.open(broker);
    const declare = methodFrame(1, "queue.declare", { exclusive: true });
    declare.set([0xff, 0xff], 11);
    client.write(declare);
    await client.receive(1, "queue.declare-ok");
  });
});

describe("channel.close", () => {
  it("is answered, whatever the client's reason, and frees the number at once", async () => {
    await using client = await RawClient.open(broker);
    for (let round = 0; round < 20; round++) {
      client.write(
        methodFrame(1, "channel.close", {
          replyCode: 541,
          replyText: "the client is unwell",
          classId: 60,
          methodId: 40,
        }),
      );
      await client.receive(1, "channel.close-ok");
      client.write(methodFrame(1, "channel.open"), methodFrame(1, "tx.select"));
      await client.receive(1, "channel.open-ok");
      await client.receive(1, "tx.select-ok");
    }
  });

  it("leaves the other channels as they were", async () => {
    await using client = await RawClient.open(broker, { channels: [1, 2] });
    const { queue } = await client.request(2, "queue.declare", { exclusive: true });
    await client.request(2, "basic.consume", { queue, consumerTag: "kept", noAck: true });
    await client.request(1, "channel.close", { replyCode: 200 });
    client.publish(2, { routingKey: queue, body: "still here" });
    assert.equal((await client.receiveContent(2, "basic.deliver")).text, "still here");
  });

  it("comes after the answers to what was sent before it", async () => {
    await using client = await RawClient.open(broker);
    const queue = uniqueName("q");
    client.write(
      methodFrame(1, "confirm.select"),
      methodFrame(1, "queue.declare", { queue, exclusive: true }),
      publishFrames(1, { routingKey: "", mandatory: true, body: "back" }),
      methodFrame(1, "channel.close", { replyCode: 200 }),
    );
    await client.receive(1, "confirm.select-ok");
    await client.receive(1, "queue.declare-ok");
    assert.equal((await client.receiveContent(1, "basic.return")).text, "back");
    const next = await client.receiveAny(1);
    if (next.name === "basic.ack") await client.receive(1, "channel.close-ok");
    else assert.equal(next.name, "channel.close-ok");
  });
});

describe("a channel error", () => {
  it("closes its channel with code, text, class and method, and no other", async () => {
    await using client = await RawClient.open(broker, { channels: [1, 2] });
    const queue = uniqueName("missing");
    client.send(1, "queue.declare", { queue, passive: true });
    assert.deepEqual(await client.receiveClose(1), [404, `NOT_FOUND - no queue '${queue}' in vhost '/'`, 50, 10]);
    await client.request(2, "channel.flow", { active: true });
  });

  it("has a text of 255 bytes at most", async () => {
    await using client = await RawClient.open(broker);
    const queue = "ü".repeat(127);
    client.send(1, "queue.declare", { queue, passive: true });
    const [code, text] = await client.receiveClose(1);
    assert.equal(code, 404);
    assert.match(text, /^NOT_FOUND - no queue 'ü{50,}/);
  });

  it("drops what was sent after it until close-ok, methods and messages", async () => {
    await using client = await RawClient.open(broker, { channels: [1, 2] });
    const { queue } = await client.request(2, "queue.declare", { exclusive: true });
    const neverDeclared = uniqueName("never-declared");
    client.write(
      methodFrame(1, "queue.declare", { queue: uniqueName("missing"), passive: true }),
      publishFrames(1, { routingKey: queue, body: "dropped" }),
      methodFrame(1, "queue.declare", { queue: neverDeclared, exclusive: true }),
      methodFrame(1, "basic.ack", { deliveryTag: 99n }),
      publishFrames(1, { exchange: uniqueName("missing"), immediate: true, body: "dropped" }),
    );
    assert.equal((await client.receiveClose(1))[0], 404);
    client.write(
      publishFrames(1, { routingKey: queue, body: "still dropped" }),
      methodFrame(1, "channel.close-ok"),
      methodFrame(1, "channel.open"),
    );
    await client.receive(1, "channel.open-ok");
    assert.equal((await client.request(1, "queue.declare", { queue, passive: true })).messageCount, 0);
    client.send(1, "queue.declare", { queue: neverDeclared, passive: true });
    assert.equal((await client.receiveClose(1))[0], 404);
  });

  it("does not free the channel's number before close-ok", async () => {
    await using client = await RawClient.open(broker);
    client.send(1, "basic.ack", { deliveryTag: 1n });
    await client.receiveClose(1);
    client.send(1, "channel.open");
    assert.deepEqual(await client.receiveClose(0), [504, "CHANNEL_ERROR - second 'channel.open' seen", 20, 10]);
  });

  it("drops a content that is interrupted by waiting for close-ok, and still reads its frames correctly", async () => {
    await using client = await RawClient.open(broker, { channels: [1, 2] });
    const { queue } = await client.request(2, "queue.declare", { exclusive: true });
    client.write(
      methodFrame(1, "queue.declare", { queue: uniqueName("missing"), passive: true }),
      methodFrame(1, "basic.publish", { routingKey: queue }),
      headerFrame(1, 4),
    );
    await client.receiveClose(1);
    // The content continues, as AMQP has no way to break it off, and a method in the middle of it is still an error.
    client.send(1, "channel.close-ok");
    assert.deepEqual(await client.receiveClose(0), [
      505,
      "UNEXPECTED_FRAME - expected content body, got non content body frame instead",
      60,
      40,
    ]);
  });

  it("of a publish drops the publishes that were sent after it", async () => {
    await using client = await RawClient.open(broker, { channels: [1, 2] });
    const { queue } = await client.request(2, "queue.declare", { exclusive: true });
    const exchange = uniqueName("missing");
    const behind = Array.from({ length: 50 }, () => publishFrames(1, { routingKey: queue, body: "dropped" }));
    client.write(
      publishFrames(1, { routingKey: queue, body: "before" }),
      publishFrames(1, { exchange, routingKey: queue, body: "wrong" }),
      concat(...behind),
    );
    assert.deepEqual(await client.receiveClose(1), [
      404,
      `NOT_FOUND - no exchange '${exchange}' in vhost '/'`,
      60,
      40,
    ]);
    client.send(1, "channel.close-ok");
    // RabbitMQ's queues answer a passive declaration before they handle earlier publishes, but not a purge.
    const { messageCount } = await client.request(2, "queue.purge", { queue });
    assert.equal(messageCount, 1);
  });

  it("sends unacknowledged messages back to their queue and ends the channel's consumers", async () => {
    await using client = await RawClient.open(broker, { channels: [1, 2] });
    const { queue } = await client.request(2, "queue.declare", { exclusive: true });
    client.publish(2, { routingKey: queue, body: "kept" });
    await client.request(1, "basic.consume", { queue });
    await client.receiveContent(1, "basic.deliver");
    client.send(1, "basic.ack", { deliveryTag: 2n });
    assert.deepEqual(await client.receiveClose(1), [406, "PRECONDITION_FAILED - unknown delivery tag 2", 60, 80]);
    client.send(1, "channel.close-ok");
    await client.request(1, "channel.open");
    client.send(2, "basic.consume", { queue, noAck: true });
    await client.receive(2, "basic.consume-ok");
    const { method, text } = await client.receiveContent(2, "basic.deliver");
    assert.deepEqual([text, method.redelivered], ["kept", true]);
    const { consumerCount } = await client.request(2, "queue.declare", { queue, passive: true });
    assert.equal(consumerCount, 1);
  });

  it("that crosses the client's channel.close is followed by close-ok, and waits for close-ok itself", async () => {
    await using client = await RawClient.open(broker);
    client.write(
      methodFrame(1, "queue.declare", { queue: uniqueName("missing"), passive: true }),
      methodFrame(1, "channel.close", { replyCode: 200 }),
    );
    assert.equal((await client.receiveClose(1))[0], 404);
    await client.receive(1, "channel.close-ok");
    client.send(1, "channel.close-ok");
    await client.request(1, "channel.open");
    await client.request(1, "tx.select");
  });

  it("may happen again and again on one number", async () => {
    await using client = await RawClient.open(broker);
    for (let round = 0; round < 50; round++) {
      client.send(1, "basic.ack", { deliveryTag: 1n });
      assert.equal((await client.receiveClose(1))[0], 406);
      client.write(methodFrame(1, "channel.close-ok"), methodFrame(1, "channel.open"));
      await client.receive(1, "channel.open-ok");
    }
  });

  it("whose close is never answered does not affect the connection", async () => {
    await using client = await RawClient.open(broker, { channels: [1, 2] });
    client.send(1, "basic.ack", { deliveryTag: 1n });
    await client.receiveClose(1);
    await client.request(2, "tx.select");
    await client.request(0, "connection.close", { replyCode: 200 });
  });
});
