import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { frame, methodFrame, publishFrames, RawClient, uniqueName } from "../raw_client.ts";

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

describe("connection.close", () => {
  it("is answered with close-ok, and the connection ends", async () => {
    await using client = await RawClient.open(broker);
    await client.request(0, "connection.close", { replyCode: 200, replyText: "Goodbye" });
    client.finish();
    await client.waitForEnd();
  });

  it("may come with any code before a channel was opened", async () => {
    await using client = await RawClient.open(broker, { channels: [] });
    await client.request(0, "connection.close", {
      replyCode: 320,
      replyText: "x".repeat(255),
      classId: 1,
      methodId: 2,
    });
  });

  it("is answered after the exclusive queues of the connection are gone", async () => {
    await using client = await RawClient.open(broker);
    await using other = await RawClient.open(broker);
    const queue = uniqueName("exclusive");
    await client.request(1, "queue.declare", { queue, exclusive: true });
    await client.request(0, "connection.close", { replyCode: 200 });
    await other.request(1, "queue.declare", { queue, exclusive: true });
  });

  it("is answered after unacknowledged messages are back in their queues", async () => {
    await using other = await RawClient.open(broker);
    const queue = uniqueName("shared");
    await other.request(1, "queue.declare", { queue });
    await using client = await RawClient.open(broker);
    client.publish(1, { routingKey: queue, body: "kept" });
    client.send(1, "basic.get", { queue });
    await client.receiveContent(1, "basic.get-ok");
    await client.request(0, "connection.close", { replyCode: 200 });
    other.send(1, "basic.get", { queue });
    const { method, text } = await other.receiveContent(1, "basic.get-ok");
    assert.deepEqual([text, method.redelivered], ["kept", true]);
    await other.request(1, "queue.delete", { queue });
  });

  it("comes after the messages that were published before it", async () => {
    await using other = await RawClient.open(broker);
    const queue = uniqueName("shared");
    await other.request(1, "queue.declare", { queue });
    await using client = await RawClient.open(broker);
    client.write(
      ...Array.from({ length: 200 }, () => publishFrames(1, { routingKey: queue, body: "x" })),
      methodFrame(0, "connection.close", { replyCode: 200 }),
    );
    await client.receive(0, "connection.close-ok");
    const { messageCount } = await other.request(1, "queue.delete", { queue });
    assert.equal(messageCount, 200);
  });

  it("is the end: what the client sends after it is ignored", async () => {
    await using client = await RawClient.open(broker);
    const queue = uniqueName("never-declared");
    client.write(
      methodFrame(0, "connection.close", { replyCode: 200 }),
      methodFrame(1, "queue.declare", { queue }),
      methodFrame(1, "basic.ack", { deliveryTag: 1n }),
    );
    await client.receive(0, "connection.close-ok");
    client.finish();
    await client.waitForEnd();
    await using other = await RawClient.open(broker);
    other.send(1, "queue.declare", { queue, passive: true });
    assert.equal((await other.receiveClose(1))[0], 404);
  });
});

describe("a connection error", () => {
  it("costs its connection only", async () => {
    await using other = await RawClient.open(broker);
    const { queue } = await other.request(1, "queue.declare", { exclusive: true });
    await other.request(1, "basic.consume", { queue, noAck: true });
    await using client = await RawClient.open(broker);
    client.send(1, "channel.open");
    assert.equal((await client.receiveClose(0))[0], 504);
    other.publish(1, { routingKey: queue, body: "on with it" });
    assert.equal((await other.receiveContent(1, "basic.deliver")).text, "on with it");
  });

  it("closes all channels of its connection", async () => {
    await using other = await RawClient.open(broker);
    const queue = uniqueName("shared");
    await other.request(1, "queue.declare", { queue });
    other.publish(1, { routingKey: queue, body: "kept" });
    await using client = await RawClient.open(broker, { channels: [1, 2] });
    client.send(1, "basic.get", { queue });
    await client.receiveContent(1, "basic.get-ok");
    client.send(2, "channel.flow", { active: false });
    await client.receiveClose(0);
    client.send(0, "connection.close-ok");
    await client.waitForEnd();
    other.send(1, "basic.get", { queue });
    assert.equal((await other.receiveContent(1, "basic.get-ok")).text, "kept");
    await other.request(1, "queue.delete", { queue });
  });

  it("is the end: what was sent after it is ignored until close-ok", async () => {
    await using client = await RawClient.open(broker, { channels: [1, 2] });
    const queue = uniqueName("never-declared");
    client.write(methodFrame(1, "channel.open"));
    assert.equal((await client.receiveClose(0))[0], 504);
    client.write(
      methodFrame(2, "queue.declare", { queue }),
      frame(8, 0),
      frame(3, 2, new Uint8Array(3)),
      methodFrame(0, "connection.open", { virtualHost: "/" }),
      methodFrame(0, "connection.close-ok"),
    );
    await client.waitForEnd();
    assert.deepEqual([client.unread(0), client.unread(2)], [[], []]);
    await using other = await RawClient.open(broker);
    other.send(1, "queue.declare", { queue, passive: true });
    assert.equal((await other.receiveClose(1))[0], 404);
  });

  it("that crosses the client's connection.close is followed by close-ok", async () => {
    await using client = await RawClient.open(broker);
    client.send(1, "channel.open");
    assert.equal((await client.receiveClose(0))[0], 504);
    client.send(0, "connection.close", { replyCode: 200 });
    await client.receive(0, "connection.close-ok");
  });

  it("frees the exclusive queues of its connection", async () => {
    await using client = await RawClient.open(broker);
    const queue = uniqueName("exclusive");
    await client.request(1, "queue.declare", { queue, exclusive: true });
    client.send(1, "channel.open");
    await client.receiveClose(0);
    client.send(0, "connection.close-ok");
    await client.waitForEnd();
    await using other = await RawClient.open(broker);
    await other.request(1, "queue.declare", { queue, exclusive: true });
  });
});

describe("connection.update-secret", () => {
  it("is answered for a user that logged in with a password, whose secret it does not change", async () => {
    await using client = await RawClient.open(broker);
    const newSecret = new TextEncoder().encode("not guest");
    await client.request(0, "connection.update-secret", { newSecret, reason: "test" });
    await client.request(1, "tx.select");
    await using _another = await RawClient.open(broker);
  });
});
