import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { publishFrames, RawClient } from "../raw_client.ts";

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

/** Opens a client with a queue of three messages, all delivered to its consumer and none acknowledged. */
async function withThreeDelivered(): Promise<{ client: RawClient; queue: string }> {
  const client = await RawClient.open(broker);
  const { queue } = await client.request(1, "queue.declare", { exclusive: true });
  client.write(...["a", "b", "c"].map((body) => publishFrames(1, { routingKey: queue, body })));
  await client.request(1, "basic.consume", { queue, consumerTag: "c" });
  for (const text of ["a", "b", "c"]) assert.equal((await client.receiveContent(1, "basic.deliver")).text, text);
  return { client, queue };
}

async function receiveThreeAgain(client: RawClient): Promise<void> {
  for (const [index, text] of ["a", "b", "c"].entries()) {
    const delivered = await client.receiveContent(1, "basic.deliver");
    assert.deepEqual(
      [delivered.text, delivered.method.redelivered, delivered.method.deliveryTag],
      [text, true, BigInt(4 + index)],
    );
  }
}

describe("basic.recover", () => {
  it("with requeue returns every unacknowledged message, and they are delivered again in order", async () => {
    const { client } = await withThreeDelivered();
    await using _ = client;
    await client.request(1, "basic.recover", { requeue: true });
    await receiveThreeAgain(client);
  });

  it("does not affect acknowledged deliveries", async () => {
    const { client, queue } = await withThreeDelivered();
    await using _ = client;
    client.send(1, "basic.ack", { deliveryTag: 2n, multiple: true });
    await client.request(1, "basic.recover", { requeue: true });
    const again = await client.receiveContent(1, "basic.deliver");
    assert.deepEqual([again.text, again.method.redelivered], ["c", true]);
    client.send(1, "basic.ack", { deliveryTag: again.method.deliveryTag });
    await client.request(1, "basic.cancel", { consumerTag: "c" });
    assert.equal((await client.request(1, "queue.declare", { queue, passive: true })).messageCount, 0);
  });

  it("makes the old delivery tags unknown", async () => {
    const { client } = await withThreeDelivered();
    await using _ = client;
    await client.request(1, "basic.recover", { requeue: true });
    client.send(1, "basic.ack", { deliveryTag: 1n });
    for (let n = 0; n < 3; n++) await client.receiveContent(1, "basic.deliver");
    assert.deepEqual(await client.receiveClose(1), [406, "PRECONDITION_FAILED - unknown delivery tag 1", 60, 80]);
  });

  it("includes messages from basic.get", async () => {
    await using client = await RawClient.open(broker);
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    client.publish(1, { routingKey: queue, body: "got" });
    client.send(1, "basic.get", { queue });
    await client.receiveContent(1, "basic.get-ok");
    await client.request(1, "basic.recover", { requeue: true });
    client.send(1, "basic.get", { queue });
    assert.equal((await client.receiveContent(1, "basic.get-ok")).method.redelivered, true);
  });

  it("with nothing to recover is answered", async () => {
    await using client = await RawClient.open(broker);
    await client.request(1, "basic.recover", { requeue: true });
  });

  it("without requeue is not implemented", async () => {
    await using client = await RawClient.open(broker);
    client.send(1, "basic.recover", { requeue: false });
    assert.deepEqual(await client.receiveClose(0), [540, "NOT_IMPLEMENTED - requeue=false", 60, 110]);
  });
});

describe("basic.recover-async", () => {
  it("does the same, and is not answered", async () => {
    const { client } = await withThreeDelivered();
    await using _ = client;
    client.send(1, "basic.recover-async", { requeue: true });
    await receiveThreeAgain(client);
    await client.request(1, "channel.flow", { active: true });
  });

  it("without requeue is not implemented", async () => {
    await using client = await RawClient.open(broker);
    client.send(1, "basic.recover-async", { requeue: false });
    assert.deepEqual(await client.receiveClose(0), [540, "NOT_IMPLEMENTED - requeue=false", 60, 100]);
  });
});
