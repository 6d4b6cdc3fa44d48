import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../../mod.ts";
import { fieldTable } from "../../../src/wire/field_table.ts";
import type { Method } from "../../../src/amqp091/methods.ts";
import type { BrokerOptions } from "../../../src/embedding/broker.ts";
import { FakeClock } from "../../fake_clock.ts";
import { InProcessClient } from "../../amqp091/in_process_client.ts";

const MINUTE_MS = 60_000;

const timedOut = (channel: number, timeoutMs: number): Method => ({
  name: "channel.close",
  replyCode: 406,
  replyText: `PRECONDITION_FAILED - delivery acknowledgement on channel ${channel} timed out. Timeout value used: ` +
    `${timeoutMs} ms. This timeout value can be configured, see consumers doc guide to learn more`,
  classId: 0,
  methodId: 0,
});

/** Starts a client with queue `q`, in which `count` messages wait. */
async function start(count: number, options: BrokerOptions = {}, queueTimeoutMs?: number) {
  const clock = new FakeClock();
  const broker = new Broker({ clock, ...options });
  const client = await InProcessClient.open(broker, { channels: [1, 2] });
  const queueArguments = fieldTable(queueTimeoutMs === undefined ? {} : { "x-consumer-timeout": queueTimeoutMs });
  await client.request(1, "queue.declare", { queue: "q", arguments: queueArguments });
  for (let i = 0; i < count; i++) client.publish(1, { routingKey: "q", body: `${i}` });
  const consume = async (channel: number, timeoutMs?: number, prefetch = 0) => {
    await client.request(channel, "basic.qos", { prefetchCount: prefetch });
    const consumerArguments = fieldTable(timeoutMs === undefined ? {} : { "x-consumer-timeout": timeoutMs });
    await client.request(channel, "basic.consume", { queue: "q", arguments: consumerArguments });
    return client.heard();
  };
  const acknowledge = (channel: number, tag: number) => {
    client.send(channel, "basic.ack", { deliveryTag: BigInt(tag) });
    return client.heard();
  };
  const messageCount = async () => {
    const answer = await client.request(2, "queue.declare", { queue: "q", passive: true });
    return answer.name === "queue.declare-ok" && answer.messageCount;
  };
  return { clock, broker, client, consume, acknowledge, messageCount };
}

describe("a delivery that is not acknowledged", () => {
  it("closes its channel after half an hour, and returns to its queue", async () => {
    const { clock, client, consume, messageCount } = await start(3);
    assert.equal((await consume(1)).length, 3);
    await clock.advance(30 * MINUTE_MS);
    assert.deepEqual(await client.heard(), []);
    await clock.advance(MINUTE_MS);
    assert.deepEqual((await client.heard()).map(({ method }) => method), [timedOut(1, 1_800_000)]);
    assert.equal(await messageCount(), 3);
    client.send(1, "channel.close-ok");
    await client.request(1, "channel.open");
  });

  it("closes its channel even if later ones are acknowledged", async () => {
    const { clock, client, consume, acknowledge } = await start(100);
    await consume(1, undefined, 2);
    for (let tag = 2; tag <= 31; tag++) {
      await clock.advance(MINUTE_MS);
      await acknowledge(1, tag);
    }
    assert.deepEqual((await client.heard()).map(({ method }) => method), []);
    await clock.advance(MINUTE_MS);
    assert.deepEqual((await client.heard()).at(-1)?.method, timedOut(1, 1_800_000));
  });

  it("closes its channel when it was fetched, too", async () => {
    const { clock, client } = await start(1);
    client.send(1, "basic.get", { queue: "q" });
    await client.heard();
    await clock.advance(31 * MINUTE_MS);
    assert.deepEqual((await client.heard())[0].method, timedOut(1, 1_800_000));
  });

  it("closes its channel even if its consumer is cancelled, with the consumer's timeout", async () => {
    const { clock, client, consume } = await start(1);
    const [{ method }] = await consume(1, 10 * MINUTE_MS);
    assert.equal(method.name, "basic.deliver");
    await client.request(1, "basic.cancel", { consumerTag: method.name === "basic.deliver" ? method.consumerTag : "" });
    await clock.advance(12 * MINUTE_MS);
    assert.deepEqual((await client.heard())[0].method, timedOut(1, 10 * MINUTE_MS));
  });

  it("has its full time again when it is redelivered", async () => {
    const { clock, client, consume } = await start(1);
    await consume(1);
    await clock.advance(20 * MINUTE_MS);
    client.send(1, "basic.recover", { requeue: true });
    await client.heard();
    await clock.advance(29 * MINUTE_MS);
    assert.deepEqual(await client.heard(), []);
    await clock.advance(2 * MINUTE_MS);
    assert.deepEqual((await client.heard())[0].method, timedOut(1, 1_800_000));
  });

  it("has the time in the configuration, or unlimited time", async () => {
    const short = await start(1, { consumerTimeoutMs: 10_000 });
    await short.consume(1);
    await short.clock.advance(9_999);
    assert.deepEqual(await short.client.heard(), []);
    await short.clock.advance(3_000);
    assert.deepEqual((await short.client.heard())[0].method, timedOut(1, 10_000));
    const endless = await start(1, { consumerTimeoutMs: false });
    await endless.consume(1);
    await endless.clock.advance(100 * MINUTE_MS);
    assert.deepEqual(await endless.client.heard(), []);
  });

  it("has the time of its consumer, then its queue, then the configuration", async () => {
    const { clock, client, consume } = await start(2, { consumerTimeoutMs: 40 * MINUTE_MS }, 20 * MINUTE_MS);
    await consume(1, 10 * MINUTE_MS, 1);
    await consume(2, undefined, 1);
    await clock.advance(12 * MINUTE_MS);
    assert.deepEqual((await client.heard())[0].method, timedOut(1, 10 * MINUTE_MS));
    await clock.advance(9 * MINUTE_MS);
    assert.deepEqual((await client.heard()).at(-1)?.method, timedOut(2, 20 * MINUTE_MS));
  });

  it("is found behind others of the same channel with more time", async () => {
    const { clock, client, consume } = await start(2);
    await consume(1, 60 * MINUTE_MS, 1);
    await consume(1, 2 * MINUTE_MS, 1);
    await clock.advance(3 * MINUTE_MS);
    assert.deepEqual((await client.heard())[0].method, timedOut(1, 2 * MINUTE_MS));
  });

  it("can't be acknowledged after the broker has closed its channel", async () => {
    const { clock, client, consume, messageCount } = await start(1, { consumerTimeoutMs: 10_000 });
    await consume(1);
    await clock.advance(15_000);
    client.send(1, "basic.ack", { deliveryTag: 1n });
    client.send(1, "channel.close-ok");
    await client.heard();
    assert.equal(await messageCount(), 1);
  });
});

describe("consumers that acknowledge", () => {
  it("share one timer, which ends with the last of them", async () => {
    const { clock, client, consume, acknowledge } = await start(1);
    await consume(1);
    await consume(2);
    assert.equal(clock.timerCount, 1);
    await acknowledge(1, 1);
    await clock.advance(MINUTE_MS);
    assert.equal(clock.timerCount, 1);
    await client.request(1, "channel.close");
    await client.request(2, "channel.close");
    assert.equal(clock.timerCount, 0);
  });

  it("have no timeout for deliveries acknowledged in time, however long they go on", async () => {
    const { clock, consume, acknowledge } = await start(50, { channelTickIntervalMs: 5 * MINUTE_MS });
    await consume(1, undefined, 1);
    for (let tag = 1; tag <= 50; tag++) {
      await clock.advance(29 * MINUTE_MS);
      const heard = await acknowledge(1, tag);
      assert.deepEqual(heard.map(({ method }) => method.name), tag < 50 ? ["basic.deliver"] : []);
    }
  });

  it("with automatic acknowledgement need no timer", async () => {
    const { clock, client } = await start(1);
    await client.request(1, "basic.consume", { queue: "q", noAck: true });
    await client.heard();
    assert.equal(clock.timerCount, 0);
  });
});
