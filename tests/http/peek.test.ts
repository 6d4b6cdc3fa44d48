import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import type { Queue } from "../../src/broker/queue/queue.ts";
import { type BrokerWithClients, openBrokerWithClients } from "./broker_with_clients.ts";
import type { HttpClient } from "./http_client.ts";

interface Shown {
  readonly payload: string;
  readonly payload_bytes: number;
  readonly redelivered: boolean;
  readonly message_count: number;
  readonly properties: { readonly headers?: Readonly<Record<string, unknown>> };
}

async function peek(client: HttpClient, more: object = {}): Promise<Shown[]> {
  const body = { count: 10_000, ackmode: "peek", encoding: "auto", ...more };
  const { status, json } = await client.post("/api/queues/%2F/q/get", body);
  assert.equal(status, 200, JSON.stringify(json));
  return json;
}

const payloads = (messages: readonly Shown[]) => messages.map(({ payload }) => payload);

function stateOf({ broker }: BrokerWithClients): unknown {
  const queue = broker.node.vhosts.get("/")!.queues.get("q") as Queue;
  return [queue.stats, queue.totals, queue.readyCount, queue.unackedCount, broker.node.sessions.totals.counts];
}

async function fill({ channel }: BrokerWithClients, texts: readonly string[], options = {}): Promise<void> {
  for (const text of texts) channel.sendToQueue("q", Buffer.from(text), options);
  await channel.checkQueue("q");
}

describe("peeking at a queue", () => {
  it("leaves no trace", async () => {
    await using broker = await openBrokerWithClients();
    const { channel, client } = broker;
    await channel.assertQueue("q");
    await fill(broker, ["1", "2", "3"]);
    const before = stateOf(broker);
    const messages = await peek(client);
    assert.deepEqual(messages.map(({ message_count: count }) => count), [2, 1, 0]);
    assert.deepEqual(payloads(await peek(client, { count: 2 })), ["1", "2"]);
    assert.deepEqual(await peek(client, { count: 0 }), []);
    assert.deepEqual(stateOf(broker), before);
    const first = await channel.get("q");
    assert.ok(first !== false);
    assert.deepEqual([first.content.toString(), first.fields.redelivered], ["1", false]);
    broker.broker.node.checkBetweenTurns();
  });

  it("shows returned messages first, and which ones were delivered before", async () => {
    await using broker = await openBrokerWithClients();
    const { channel, client } = broker;
    await channel.assertQueue("q");
    await fill(broker, ["1", "2", "3"]);
    const [first, second] = [await channel.get("q"), await channel.get("q")];
    assert.ok(first !== false && second !== false);
    channel.nack(second, false, true);
    await channel.checkQueue("q");
    const shown = (await peek(client)).map(({ payload, redelivered }) => [payload, redelivered]);
    assert.deepEqual(shown, [["2", true], ["3", false]]);
  });

  it("shows the messages of a quorum queue with the counts of their returns", async () => {
    await using broker = await openBrokerWithClients();
    const { channel, client } = broker;
    await channel.assertQueue("q", { arguments: { "x-queue-type": "quorum" } });
    await fill(broker, ["1", "2"]);
    const first = await channel.get("q");
    assert.ok(first !== false);
    channel.reject(first, true);
    await channel.checkQueue("q");
    const before = stateOf(broker);
    const [returned, fresh] = await peek(client);
    assert.deepEqual([returned.payload, returned.redelivered, returned.properties.headers], ["1", true, {
      "x-acquired-count": 1,
      "x-delivery-count": 1,
    }]);
    assert.deepEqual([fresh.payload, fresh.redelivered], ["2", false]);
    assert.deepEqual(stateOf(broker), before);
    const again = await channel.get("q");
    assert.ok(again !== false);
    assert.equal(again.properties.headers?.["x-delivery-count"], 1);
  });

  it("shows messages by priority", async () => {
    await using broker = await openBrokerWithClients();
    const { channel, client } = broker;
    await channel.assertQueue("q", { maxPriority: 5 });
    await fill(broker, ["low"], { priority: 1 });
    await fill(broker, ["high"], { priority: 5 });
    assert.deepEqual(payloads(await peek(client)), ["high", "low"]);
  });

  for (
    const [kind, options] of [
      ["persistent", () => ({ persistent: true })],
      ["spilled", () => ({})],
      ["persistent and spilled", (i: number) => ({ persistent: i % 100 < 50 })],
    ] as const
  ) {
    it(`shows ${kind} messages that have left memory, and leaves them there`, async () => {
      await using broker = await openBrokerWithClients();
      const { channel, client } = broker;
      await channel.assertQueue("q");
      const queue = broker.broker.node.vhosts.get("/")!.queues.get("q") as Queue;
      const body = Buffer.alloc(100_000);
      for (let i = 0; i < 400; i++) {
        body.write(`${1000 + i}`);
        channel.sendToQueue("q", Buffer.from(body), options(i));
      }
      await channel.checkQueue("q");
      // With no memory left, everything that the disk can take leaves it.
      broker.broker.reconfigure({ memoryHighWatermarkBytes: 1 });
      while (queue.totals.readyInMemory.count >= 300) {
        await new Promise<void>((resolve) => broker.broker.node.later(1, resolve));
      }
      const { diskReads } = queue.stats;
      const messages = await peek(client, { truncate: 4 });
      assert.deepEqual(payloads(messages), Array.from({ length: 400 }, (_, i) => `${1000 + i}`));
      assert.ok(messages.every(({ redelivered, payload_bytes: bytes }) => !redelivered && bytes === 100_000));
      assert.deepEqual([queue.stats.diskReads, queue.readyCount, queue.unackedCount], [diskReads, 400, 0]);
      broker.broker.node.checkBetweenTurns();
    });
  }

  it("goes on while consumers take messages", async () => {
    await using broker = await openBrokerWithClients();
    const { channel, client } = broker;
    await channel.assertQueue("q");
    const body = Buffer.from("x".repeat(100));
    for (let i = 0; i < 10_000; i++) channel.sendToQueue("q", body);
    await channel.checkQueue("q");
    const peeking = peek(client);
    await channel.consume("q", () => {}, { noAck: true });
    const messages = await peeking;
    assert.ok(messages.length <= 10_000);
    assert.ok(messages.every(({ payload_bytes: bytes }) => bytes === 100));
    broker.broker.node.checkBetweenTurns();
  });

  it("shows a stream from an offset on", async () => {
    await using broker = await openBrokerWithClients();
    const { channel, client } = broker;
    await channel.assertQueue("q", { arguments: { "x-queue-type": "stream" } });
    await fill(broker, ["1", "2", "3"]);
    const before = stateOf(broker);
    assert.deepEqual(payloads(await peek(client)), ["1", "2", "3"]);
    assert.deepEqual(payloads(await peek(client, { offset: 1 })), ["2", "3"]);
    assert.deepEqual(payloads(await peek(client, { offset: 5 })), []);
    assert.deepEqual(stateOf(broker), before);
  });
});
