import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { publishFrames, RawClient, uniqueName } from "../raw_client.ts";

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

const NOT_TRANSACTIONAL = "PRECONDITION_FAILED - channel is not transactional";

/** Opens a client with a transactional channel 1, a plain channel 2, and a queue with messages. */
async function withTransaction(...bodies: string[]): Promise<{ client: RawClient; queue: string }> {
  const client = await RawClient.open(broker, { channels: [1, 2] });
  const { queue } = await client.request(2, "queue.declare", { exclusive: true });
  client.write(...bodies.map((body) => publishFrames(2, { routingKey: queue, body })));
  await client.request(2, "queue.declare", { queue, passive: true });
  await client.request(1, "tx.select");
  return { client, queue };
}

/** Returns the number of ready messages in a queue, asked on the plain channel. */
async function readyIn(client: RawClient, queue: string): Promise<number> {
  return (await client.request(2, "queue.declare", { queue, passive: true })).messageCount;
}

describe("a channel without tx.select", () => {
  it("has nothing to commit", async () => {
    await using client = await RawClient.open(broker);
    client.send(1, "tx.commit");
    assert.deepEqual(await client.receiveClose(1), [406, NOT_TRANSACTIONAL, 90, 20]);
  });

  it("has nothing to roll back", async () => {
    await using client = await RawClient.open(broker);
    client.send(1, "tx.rollback");
    assert.deepEqual(await client.receiveClose(1), [406, NOT_TRANSACTIONAL, 90, 30]);
  });

  it("can't become transactional once it has confirms", async () => {
    await using client = await RawClient.open(broker);
    await client.request(1, "confirm.select");
    client.send(1, "tx.select");
    const text = "PRECONDITION_FAILED - cannot switch from confirm to tx mode";
    assert.deepEqual(await client.receiveClose(1), [406, text, 90, 10]);
  });
});

describe("a transactional channel", () => {
  it("can't have confirms, even without waiting for them", async () => {
    const { client } = await withTransaction();
    await using _ = client;
    client.send(1, "confirm.select", { nowait: true });
    const text = "PRECONDITION_FAILED - cannot switch from tx to confirm mode";
    assert.deepEqual(await client.receiveClose(1), [406, text, 85, 10]);
  });

  it("refuses a message to an unknown exchange at once, not at the commit", async () => {
    const { client, queue } = await withTransaction();
    await using _ = client;
    const exchange = uniqueName("missing");
    client.publish(1, { routingKey: queue, body: "held" });
    client.publish(1, { exchange, body: "wrong" });
    client.send(1, "tx.commit");
    assert.deepEqual(await client.receiveClose(1), [404, `NOT_FOUND - no exchange '${exchange}' in vhost '/'`, 60, 40]);
    client.send(1, "channel.close-ok");
    assert.equal(await readyIn(client, queue), 0);
  });

  it("refuses a delivery tag that the transaction has used already at once", async () => {
    const { client, queue } = await withTransaction("acked");
    await using _ = client;
    client.send(1, "basic.get", { queue });
    await client.receiveContent(1, "basic.get-ok");
    client.send(1, "basic.ack", { deliveryTag: 1n });
    client.send(1, "basic.ack", { deliveryTag: 1n });
    assert.deepEqual(await client.receiveClose(1), [406, "PRECONDITION_FAILED - unknown delivery tag 1", 60, 80]);
    client.send(1, "channel.close-ok");
    // The acknowledgement was never committed.
    await client.request(2, "basic.consume", { queue, noAck: true });
    assert.equal((await client.receiveContent(2, "basic.deliver")).text, "acked");
  });

  it("returns unroutable messages when it is committed, before commit-ok", async () => {
    const { client } = await withTransaction();
    await using _ = client;
    client.publish(1, { routingKey: uniqueName("nowhere"), mandatory: true, body: "returned" });
    await client.request(1, "channel.flow", { active: true });
    client.send(1, "tx.commit");
    const { method, text } = await client.receiveContent(1, "basic.return");
    assert.deepEqual([method.replyCode, method.replyText, text], [312, "NO_ROUTE", "returned"]);
    await client.receive(1, "tx.commit-ok");
  });

  it("rolls back no consumer and no get", async () => {
    const { client, queue } = await withTransaction("delivered");
    await using _ = client;
    await client.request(1, "basic.consume", { queue, noAck: true });
    assert.equal((await client.receiveContent(1, "basic.deliver")).text, "delivered");
    await client.request(1, "tx.rollback");
    assert.equal(await readyIn(client, queue), 0);
    client.publish(2, { routingKey: queue, body: "the consumer is still there" });
    assert.equal((await client.receiveContent(1, "basic.deliver")).text, "the consumer is still there");
  });

  it("gives a consumer with a prefetch of 1 its next message only when the acknowledgement is committed", async () => {
    const { client, queue } = await withTransaction("a", "b");
    await using _ = client;
    await client.request(1, "basic.qos", { prefetchCount: 1 });
    await client.request(1, "basic.consume", { queue });
    assert.equal((await client.receiveContent(1, "basic.deliver")).text, "a");
    client.send(1, "basic.ack", { deliveryTag: 1n });
    await client.request(1, "channel.flow", { active: true });
    assert.equal(await readyIn(client, queue), 1);
    client.send(1, "tx.commit");
    const names = [(await client.receiveAny(1)).name, (await client.receiveAny(1)).name].sort();
    assert.deepEqual(names, ["basic.deliver", "tx.commit-ok"]);
  });
});
