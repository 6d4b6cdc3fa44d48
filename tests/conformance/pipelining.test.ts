import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { methodFrame, publishFrames, RawClient } from "../raw_client.ts";

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

/** Makes a queue with a consumer on channel 2 that takes everything. */
async function consumedQueue(client: RawClient): Promise<string> {
  const { queue } = await client.request(1, "queue.declare", { exclusive: true });
  await client.request(2, "channel.open");
  await client.request(2, "basic.consume", { queue, consumerTag: "c" });
  return queue;
}

// The order of frames on different channels is not defined, so requests are answered on another channel than deliveries
// come on.
describe("a message that is published in one write with what follows reaches its consumer before", () => {
  it("basic.get looks for one", async () => {
    await using client = await RawClient.open(broker);
    const queue = await consumedQueue(client);
    client.write(publishFrames(1, { routingKey: queue, body: "a" }), methodFrame(1, "basic.get", { queue }));
    await client.receive(1, "basic.get-empty");
    assert.equal((await client.receiveContent(2, "basic.deliver")).text, "a");
  });

  it("its queue is purged", async () => {
    await using client = await RawClient.open(broker);
    const queue = await consumedQueue(client);
    client.write(publishFrames(1, { routingKey: queue, body: "a" }), methodFrame(1, "queue.purge", { queue }));
    assert.equal((await client.receive(1, "queue.purge-ok")).messageCount, 0);
    assert.equal((await client.receiveContent(2, "basic.deliver")).text, "a");
  });

  it("its queue's messages are counted", async () => {
    await using client = await RawClient.open(broker);
    const queue = await consumedQueue(client);
    client.write(
      publishFrames(1, { routingKey: queue, body: "a" }),
      methodFrame(1, "queue.declare", { queue, passive: true }),
    );
    assert.equal((await client.receive(1, "queue.declare-ok")).messageCount, 0);
    assert.equal((await client.receiveContent(2, "basic.deliver")).text, "a");
  });

  it("its queue is deleted, if it is empty", async () => {
    await using client = await RawClient.open(broker);
    const queue = await consumedQueue(client);
    client.write(
      publishFrames(1, { routingKey: queue, body: "a" }),
      methodFrame(1, "queue.delete", { queue, ifEmpty: true }),
    );
    assert.equal((await client.receive(1, "queue.delete-ok")).messageCount, 0);
    assert.equal((await client.receiveContent(2, "basic.deliver")).text, "a");
  });

  it("that consumer is cancelled", async () => {
    await using client = await RawClient.open(broker);
    const queue = await consumedQueue(client);
    client.write(
      publishFrames(2, { routingKey: queue, body: "a" }),
      methodFrame(2, "basic.cancel", { consumerTag: "c", nowait: true }),
    );
    assert.equal((await client.receiveContent(2, "basic.deliver")).text, "a");
  });

  it("another consumer is added", async () => {
    await using client = await RawClient.open(broker);
    const queue = await consumedQueue(client);
    client.write(
      publishFrames(1, { routingKey: queue, body: "a" }),
      publishFrames(1, { routingKey: queue, body: "b" }),
      methodFrame(1, "basic.consume", { queue, consumerTag: "d" }),
    );
    await client.receive(1, "basic.consume-ok");
    for (const body of ["a", "b"]) assert.equal((await client.receiveContent(2, "basic.deliver")).text, body);
  });
});
