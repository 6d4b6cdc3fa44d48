import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../../mod.ts";
import { MemoryBlocks } from "../../../src/store/blocks/memory_blocks.ts";
import { StoredIndex } from "../../../src/store/index/stored_index.ts";
import { MemoryLog } from "../../../src/store/log/memory_log.ts";
import { MemoryStorage } from "../../../src/store/memory_storage.ts";
import { InProcessClient } from "../../amqp091/in_process_client.ts";
import { FakeClock } from "../../fake_clock.ts";

interface TestOwner {
  readonly broker: Broker;
  readonly clock: FakeClock;
  readonly reports: readonly string[];
}

/** Starts a broker that takes over the contents of a storage. */
async function takeOver(storage: MemoryStorage): Promise<TestOwner> {
  const clock = new FakeClock();
  const after = (delayMs: number, callback: () => void) => clock.after(delayMs, callback);
  const epoch = storage.takeOver();
  const log = new MemoryLog(storage, epoch);
  const blocks = new MemoryBlocks(storage, epoch);
  const store = await StoredIndex.open({ log, blocks, after });
  const reports: string[] = [];
  return { broker: new Broker({ store, clock, log: (_, line) => reports.push(line) }), clock, reports };
}

const publishing = { routingKey: "q", body: "hello", properties: { deliveryMode: 2 } };

async function openPublisher(broker: Broker): Promise<InProcessClient> {
  const client = await InProcessClient.open(broker);
  await client.request(1, "queue.declare", { queue: "q", durable: true });
  await client.request(1, "confirm.select");
  return client;
}

describe("a broker whose store was taken over", () => {
  it("confirms nothing more, and closes its connections with CONNECTION_FORCED", async () => {
    const storage = new MemoryStorage();
    const first = await takeOver(storage);
    const client = await openPublisher(first.broker);
    client.publish(1, publishing);
    await client.receive(1, "basic.ack");

    const second = await takeOver(storage);
    client.publish(1, publishing);
    const { replyCode, replyText } = await client.receive(0, "connection.close");
    assert.equal(replyCode, 320);
    assert.equal(replyText, "CONNECTION_FORCED - another broker has taken over what this one keeps");
    const reason =
      "another broker has taken over what this one keeps: it takes nothing more in, and closes all connections";
    assert.deepEqual(first.reports.filter((line) => line === reason), [reason]);
    assert.equal(second.broker.vhost("/").queue("q").messageCount, 1);
  });

  it("accepts no connections, and no messages of the embedding program", async () => {
    const storage = new MemoryStorage();
    const first = await takeOver(storage);
    const client = await openPublisher(first.broker);
    await takeOver(storage);
    client.publish(1, publishing);
    await client.receive(0, "connection.close");

    const late = new InProcessClient(first.broker);
    await late.logIn();
    const { channelMax, frameMax } = await late.receive(0, "connection.tune");
    late.send(0, "connection.tune-ok", { channelMax, frameMax, heartbeat: 0 });
    late.send(0, "connection.open", { virtualHost: "/" });
    assert.equal((await late.receive(0, "connection.close")).replyCode, 320);
    const publish = () => first.broker.vhost("/").publish({ routingKey: "q", body: "hello" });
    assert.throws(publish, {
      replyText: "CONNECTION_FORCED - another broker has taken over what this one keeps",
    });
  });

  it("ends the publishes and consumers of the embedding program", async () => {
    const storage = new MemoryStorage();
    const { broker } = await takeOver(storage);
    const queue = broker.vhost("/").queue("q");
    const deliveries = queue.consume().getReader();
    const delivery = deliveries.read();
    await takeOver(storage);
    const refusal = { replyText: "CONNECTION_FORCED - another broker has taken over what this one keeps" };
    const publish = broker.vhost("/").publish({ routingKey: "q", body: "hello", properties: { deliveryMode: 2 } });
    await assert.rejects(Promise.resolve(publish), refusal);
    assert.equal(new TextDecoder().decode((await delivery).value!.body), "hello");
    await assert.rejects(deliveries.read(), refusal);
  });

  it("confirms no change of the topology that its successor does not know", async () => {
    const storage = new MemoryStorage();
    const first = await takeOver(storage);
    const client = await openPublisher(first.broker);
    const second = await takeOver(storage);
    client.send(1, "queue.declare", { queue: "late", durable: true });
    assert.deepEqual(await client.heardNames(), []);
    // Output held back for the store is dropped with the connection.
    await first.clock.advance(60_000);
    assert.deepEqual(await client.heardNames(), []);
    assert.equal(client.hasEnded, true);
    assert.equal(second.broker.node.vhosts.get("/")!.queues.has("late"), false);
    assert.equal(second.broker.node.vhosts.get("/")!.queues.has("q"), true);
  });

  it("leaves everything to its successor, even when it is closed", async () => {
    const storage = new MemoryStorage();
    const first = await takeOver(storage);
    const client = await openPublisher(first.broker);
    for (let i = 0; i < 3; i++) client.publish(1, publishing);
    for (let i = 0; i < 3;) i += Number((await client.receive(1, "basic.ack")).deliveryTag) - i;
    const second = await takeOver(storage);
    client.publish(1, publishing);
    await client.receive(0, "connection.close");
    client.send(0, "connection.close-ok");
    client.finish();
    await first.broker.close();
    assert.equal(second.broker.vhost("/").queue("q").messageCount, 3);
    await second.broker.close();
    const third = await takeOver(storage);
    assert.equal(third.broker.vhost("/").queue("q").messageCount, 3);
  });
});
