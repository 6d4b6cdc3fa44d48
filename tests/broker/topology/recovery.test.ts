import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EMPTY_TABLE, fieldTable } from "../../../src/wire/field_table.ts";
import { Node } from "../../../src/broker/node/node.ts";
import { MemoryFiles } from "../../../src/store/memory_files.ts";
import type { TopologyRecord } from "../../../src/store/topology_record.ts";
import { FakeClock } from "../../fake_clock.ts";
import { SMALL, TestStore } from "../../store/test_store.ts";

const exchange = (exchange: string, exchangeType = "direct"): TopologyRecord => {
  const exchangeArguments = fieldTable({ "x-delayed-type": "fanout" });
  const flags = { autoDelete: false, internal: false, arguments: exchangeArguments };
  return { type: "exchange.declared", vhost: "/", exchange, exchangeType, ...flags };
};
const queue = (queueId: number, queue: string, queueArguments = EMPTY_TABLE): TopologyRecord => {
  return { type: "queue.declared", vhost: "/", queue, queueId, autoDelete: false, arguments: queueArguments };
};
const binding = (
  source: string,
  destination: string,
  destinationType: "queue" | "exchange" = "queue",
): TopologyRecord => {
  const binding = { source, destination, destinationType, routingKey: "", arguments: EMPTY_TABLE };
  return { type: "binding.added", vhost: "/", binding };
};
const backingQueue = (queueId: number, priority: number, sequenceId: number): TopologyRecord => {
  return { type: "backing_queue.added", queueId, priority, sequenceId };
};
const sequence = (exchange: string, sequenceId: number): TopologyRecord => {
  return { type: "sequence.added", vhost: "/", exchange, purpose: "delayed", sequenceId };
};

/** Starts a node on a store with these records, and returns it with the store's records afterwards. */
async function recover(...records: readonly TopologyRecord[]) {
  const before = await TestStore.open(new MemoryFiles(), SMALL);
  for (const record of records) before.store.append(record);
  const test = await before.reopen(SMALL);
  const node = new Node({ clock: new FakeClock(), store: test.store, memoryHighWatermarkBytes: Infinity });
  const vhost = node.vhosts.get("/")!;
  const again = await test.reopen(SMALL);
  const { topology, queues } = again.store.recovered;
  const left = topology.filter(({ type }) => type !== "vhost.put" && type !== "default_data.inserted");
  await again.store.close();
  return { node, vhost, left, sequenceIds: queues.map(({ queueId }) => queueId) };
}

describe("recovery", () => {
  it("knows who declared exchanges and queues, where a record tells", async () => {
    const records = [
      { ...exchange("x"), declaredBy: "alice" },
      exchange("y"),
      { ...queue(1, "q"), declaredBy: "bob" },
      queue(2, "r"),
    ] as TopologyRecord[];
    const { vhost, left } = await recover(...records);
    assert.deepEqual(["x", "y"].map((name) => vhost.exchanges.get(name)!.declaredBy), ["alice", "rmq-internal"]);
    assert.deepEqual(["q", "r"].map((name) => vhost.queues.get(name)!.declaredBy), ["bob", "rmq-internal"]);
    assert.deepEqual(left, records);
  });

  it("drops bindings with a missing end, and the store drops them too", async () => {
    const whole = [exchange("x"), queue(1, "q"), binding("x", "q")];
    const { vhost, left } = await recover(
      ...whole,
      binding("x", "gone"),
      binding("gone", "q"),
      binding("x", "gone", "exchange"),
      binding("x", "q", "exchange"),
    );
    assert.deepEqual([...vhost.exchanges.get("x")!.bindings.values()].map(({ destination }) => destination.name), [
      "q",
    ]);
    assert.deepEqual(left, whole);
  });

  it("keeps bindings of predeclared exchanges", async () => {
    const records = [queue(1, "q"), binding("amq.topic", "q"), binding("amq.topic", "amq.fanout", "exchange")];
    const { vhost, left } = await recover(...records);
    assert.equal(vhost.exchanges.get("amq.topic")!.bindings.size, 2);
    assert.deepEqual(left, records);
  });

  it("keeps the older one of two queues of one name: the creation of the new one is no more certain than the deletion of the old one", async () => {
    for (const pair of [[queue(9, "q"), queue(5, "q")], [queue(5, "q"), queue(9, "q")]]) {
      const { vhost, left, sequenceIds } = await recover(...pair, backingQueue(9, 3, 10), queue(6, "r"));
      assert.deepEqual([...vhost.queues.values()].map(({ name, id }) => `${name} ${id}`).sort(), ["q 5", "r 6"]);
      assert.deepEqual(left, [queue(5, "q"), queue(6, "r")]);
      assert.deepEqual(sequenceIds, [5, 6]);
    }
  });

  it("drops a backing queue whose queue is gone", async () => {
    const priorities = fieldTable({ "x-max-priority": 9 });
    const kept = [queue(1, "q", priorities), backingQueue(1, 7, 2)];
    const { left, sequenceIds } = await recover(...kept, backingQueue(8, 7, 3));
    assert.deepEqual(left, kept);
    assert.deepEqual(sequenceIds, [1, 2]);
  });

  it("drops a sequence of an exchange that is gone, has no use for it, or has an older one", async () => {
    const kept = [exchange("x", "x-delayed-message"), exchange("y"), sequence("x", 2)];
    const { left, sequenceIds } = await recover(...kept, sequence("x", 4), sequence("y", 5), sequence("gone", 6));
    assert.deepEqual(left, kept);
    assert.deepEqual(sequenceIds, [2]);
  });
});
