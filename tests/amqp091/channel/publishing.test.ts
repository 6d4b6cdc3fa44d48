import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../../mod.ts";
import { fieldTable } from "../../../src/wire/field_table.ts";
import { settled } from "../../fake_clock.ts";
import { SlowStore } from "../../slow_store.ts";
import { InProcessClient } from "../in_process_client.ts";

describe("a channel's cached route", () => {
  it("is resolved again after each change of the bindings", async () => {
    const broker = new Broker();
    const client = await InProcessClient.open(broker);
    const [first, second] = ["first", "second"].map((name) => broker.vhost("/").queue(name));
    const publishAndCount = async (): Promise<[number, number]> => {
      for (let i = 0; i < 2; i++) client.publish(1, { exchange: "amq.topic", routingKey: "a.b" });
      await settled();
      return [first.messageCount, second.messageCount];
    };
    const bind = (queue: string, routingKey: string) =>
      client.request(1, "queue.bind", { queue, exchange: "amq.topic", routingKey });
    assert.deepEqual(await publishAndCount(), [0, 0]);
    await bind("first", "a.*");
    assert.deepEqual(await publishAndCount(), [2, 0]);
    await bind("second", "#");
    assert.deepEqual(await publishAndCount(), [4, 2]);
    await bind("second", "a.b");
    assert.deepEqual(await publishAndCount(), [6, 4]);
    await client.request(1, "queue.unbind", { queue: "first", exchange: "amq.topic", routingKey: "a.*" });
    assert.deepEqual(await publishAndCount(), [6, 6]);
    await client.request(1, "exchange.declare", { exchange: "behind", type: "fanout" });
    await client.request(1, "exchange.bind", { source: "amq.topic", destination: "behind", routingKey: "a.#" });
    assert.deepEqual(await publishAndCount(), [6, 8]);
    await bind("first", "nothing");
    await client.request(1, "queue.bind", { queue: "first", exchange: "behind" });
    assert.deepEqual(await publishAndCount(), [8, 10]);
    await client.request(1, "queue.delete", { queue: "second" });
    client.publish(1, { exchange: "amq.topic", routingKey: "a.b" });
    await settled();
    assert.equal(first.messageCount, 9);
  });

  it("leads to the new exchange after one was deleted and declared again", async () => {
    const broker = new Broker();
    const client = await InProcessClient.open(broker);
    const queue = broker.vhost("/").queue("q");
    const publish = async () => {
      client.publish(1, { exchange: "e", routingKey: "key" });
      await settled();
      return queue.messageCount;
    };
    await client.request(1, "exchange.declare", { exchange: "e", type: "direct" });
    await client.request(1, "queue.bind", { queue: "q", exchange: "e", routingKey: "other" });
    assert.equal(await publish(), 0);
    await client.request(1, "exchange.delete", { exchange: "e" });
    await client.request(1, "exchange.declare", { exchange: "e", type: "fanout" });
    await client.request(1, "queue.bind", { queue: "q", exchange: "e", routingKey: "other" });
    assert.equal(await publish(), 1);
  });
});

describe("a persistent message", () => {
  it("is stored for a durable queue that only a key in its headers leads to", async () => {
    const store = new SlowStore();
    const client = await InProcessClient.open(new Broker({ store }));
    client.send(1, "queue.declare", { queue: "transient" });
    client.send(1, "queue.declare", { queue: "durable", durable: true });
    const headers = fieldTable({ BCC: ["durable"] });
    client.publish(1, { routingKey: "transient", properties: { deliveryMode: 2 }, body: "not kept" });
    client.publish(1, { routingKey: "transient", properties: { deliveryMode: 2, headers }, body: "kept" });
    await settled();
    const kept = store.records.flatMap((record) => record.type === "enqueued" ? [record.body] : []);
    assert.deepEqual(kept, ["kept"]);
  });
});
