import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { HEARTBEAT_FRAME } from "../../src/amqp091/frame.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { publishFrames, RawClient, uniqueName } from "../raw_client.ts";

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

// RabbitMQ checks twice in an interval, so its reactions are up to half an interval late; and everything may be much
// later here, as these tests run in real time on busy machines.
const LATEST_MS = 10_000;

describe("with a heartbeat of 1 s", () => {
  it("the server sends one when it has sent nothing else, about twice in an interval", async () => {
    await using client = await RawClient.open(broker, { heartbeat: 1 });
    const beating = setInterval(() => client.write(HEARTBEAT_FRAME), 400);
    try {
      await client.receiveHeartbeats(4);
    } finally {
      clearInterval(beating);
    }
    const [first, , , fourth] = client.heartbeatsMs;
    assert.ok(fourth - first >= 1_000 && fourth - first <= LATEST_MS, `three intervals took ${fourth - first} ms`);
  });

  it("a client that is silent for two intervals is dropped without a close", async () => {
    await using client = await RawClient.open(broker, { heartbeat: 1 });
    const startMs = performance.now();
    await client.waitForEnd();
    const silentMs = performance.now() - startMs;
    assert.deepEqual(client.unread(0), []);
    assert.ok(silentMs >= 1_400 && silentMs <= LATEST_MS, `dropped after ${Math.round(silentMs)} ms`);
  });

  it("any bytes show that a client is alive, even parts of a frame", async () => {
    await using client = await RawClient.open(broker, { heartbeat: 1 });
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    const slow = publishFrames(1, { routingKey: queue, body: "slow" });
    const step = Math.ceil(slow.length / 10);
    let at = 0;
    await new Promise<void>((resolve) => {
      const writing = setInterval(() => {
        client.write(slow.slice(at, at += step));
        if (at < slow.length) return;
        clearInterval(writing);
        resolve();
      }, 400);
    });
    client.send(1, "basic.get", { queue, noAck: true });
    assert.equal((await client.receiveContent(1, "basic.get-ok")).text, "slow");
  });

  it("the unacknowledged messages of a dropped client are returned", async () => {
    await using other = await RawClient.open(broker, { channels: [1, 2] });
    const queue = uniqueName("shared");
    await other.request(1, "queue.declare", { queue });
    other.publish(1, { routingKey: queue, body: "kept" });
    await other.request(1, "queue.declare", { queue, passive: true });
    await using client = await RawClient.open(broker, { heartbeat: 1 });
    client.send(1, "basic.get", { queue });
    await client.receiveContent(1, "basic.get-ok");
    await other.request(2, "basic.consume", { queue, noAck: true });
    const { method, text } = await other.receiveContent(2, "basic.deliver");
    assert.deepEqual([text, method.redelivered], ["kept", true]);
    await other.request(1, "queue.delete", { queue });
  });
});

describe("with a heartbeat of 4 s", () => {
  it("the server sends the first one before an interval has passed", async () => {
    await using client = await RawClient.open(broker, { heartbeat: 4 });
    const startMs = performance.now();
    await client.receiveHeartbeats(1);
    const waitedMs = performance.now() - startMs;
    assert.ok(waitedMs >= 1_500 && waitedMs < 4_000, `after ${waitedMs} ms`);
  });
});

describe("with a heartbeat of 0", () => {
  it("nobody sends any and nobody is dropped", async () => {
    await using beating = await RawClient.open(broker, { heartbeat: 1 });
    await using client = await RawClient.open(broker, { heartbeat: 0 });
    await beating.waitForEnd();
    await client.request(1, "channel.flow", { active: true });
    assert.deepEqual(client.heartbeatsMs, []);
  });
});
