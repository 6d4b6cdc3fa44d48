import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EMPTY_TABLE } from "../../src/wire/field_table.ts";
import type { RowPurpose, TopologyRecord } from "../../src/store/store.ts";
import { Topology } from "../../src/store/topology.ts";

const exchange = (exchange: string): TopologyRecord => ({
  type: "exchange.declared",
  vhost: "/",
  exchange,
  exchangeType: "direct",
  autoDelete: false,
  internal: false,
  arguments: EMPTY_TABLE,
});
const queue = (queueId: number, queue: string): TopologyRecord => ({
  type: "queue.declared",
  vhost: "/",
  queue,
  queueId,
  autoDelete: false,
  arguments: EMPTY_TABLE,
});
const level = (queueId: number, level: number, levelId: number): TopologyRecord => {
  return { type: "level.added", queueId, level, levelId };
};
const row = (exchange: string, rowId: number, purpose: RowPurpose = "delayed"): TopologyRecord => {
  return { type: "row.added", vhost: "/", exchange, purpose, rowId };
};
const binding = (
  source: string,
  destination: string,
  destinationType: "queue" | "exchange" = "queue",
  type: "binding.added" | "binding.removed" = "binding.added",
): TopologyRecord => ({
  type,
  vhost: "/",
  binding: { source, destination, destinationType, routingKey: "", arguments: EMPTY_TABLE },
});

const parameter = (name: string, value: string, vhost = "/"): TopologyRecord => ({
  type: "parameter.set",
  vhost,
  component: "policy",
  name,
  value,
});

function topologyOf(...records: TopologyRecord[]): Topology {
  const topology = new Topology();
  for (const record of records) topology.apply(record);
  return topology;
}

const kept = (topology: Topology) => [...topology.kept()].map(({ record }) => record);

describe("durable topology", () => {
  it("is kept in an order in which it can be made: hosts, parameters, exchanges, queues, bindings", () => {
    const records = [
      { type: "vhost.added", vhost: "/" } as const,
      parameter("p", "{}"),
      exchange("x"),
      queue(1, "q"),
      binding("x", "q"),
    ];
    assert.deepEqual(kept(topologyOf(...records.toReversed())), records);
  });

  it("stays as it is when records are carried out again", () => {
    const records = [exchange("x"), queue(1, "q"), binding("x", "q"), queue(2, "r"), {
      type: "queue.deleted",
      queueId: 2,
    }];
    const topology = topologyOf(...records as TopologyRecord[]);
    const before = kept(topology);
    for (const record of records as TopologyRecord[]) topology.apply(record);
    assert.deepEqual(kept(topology), before);
  });

  it("has each parameter as it was set last, unless it was cleared", () => {
    const cleared = { type: "parameter.cleared", vhost: "/", component: "policy", name: "b" } as const;
    const topology = topologyOf(parameter("a", "1"), parameter("b", "1"), parameter("a", "2"), cleared);
    topology.apply(parameter("a", "3", "other"));
    assert.deepEqual(kept(topology), [parameter("a", "2"), parameter("a", "3", "other")]);
    topology.apply({ ...cleared, component: "operator_policy", name: "a" });
    assert.equal(kept(topology).length, 2);
  });

  it("loses the bindings from an exchange with it, and those alone", () => {
    const topology = topologyOf(exchange("x"), exchange("y"), queue(1, "q"), binding("x", "q"), binding("y", "q"));
    topology.apply({ type: "exchange.deleted", vhost: "/", exchange: "x" });
    assert.deepEqual(kept(topology), [exchange("y"), queue(1, "q"), binding("y", "q")]);
  });

  it("has bindings in the order in which they were added, also when a snapshot knew some of them", () => {
    const records = [
      binding("x", "q1"),
      binding("x", "q2"),
      binding("x", "q1", "queue", "binding.removed"),
      binding("x", "q1"),
      binding("x", "q3"),
      binding("x", "q2", "queue", "binding.removed"),
      binding("x", "q2"),
    ];
    const topology = topologyOf(exchange("x"), queue(1, "q1"), queue(2, "q2"), queue(3, "q3"), ...records);
    const inOrder = [binding("x", "q1"), binding("x", "q3"), binding("x", "q2")];
    assert.deepEqual(kept(topology).slice(-3), inOrder);
    for (let from = 0; from < records.length; from++) {
      for (const record of records.slice(from)) topology.apply(record);
      assert.deepEqual(kept(topology).slice(-3), inOrder, `again from record ${from}`);
    }
  });

  it("has no binding that was removed", () => {
    const topology = topologyOf(
      exchange("x"),
      queue(1, "q"),
      binding("x", "q"),
      binding("x", "q", "queue", "binding.removed"),
    );
    assert.deepEqual(kept(topology), [exchange("x"), queue(1, "q")]);
  });
});

describe("the levels of durable queues", () => {
  it("are kept behind their queue, whenever they were added", () => {
    const topology = topologyOf(queue(1, "q"), queue(2, "r"), level(2, 0, 3), level(1, 255, 4), level(1, 7, 5));
    assert.deepEqual(kept(topology), [queue(1, "q"), level(1, 255, 4), level(1, 7, 5), queue(2, "r"), level(2, 0, 3)]);
    assert.deepEqual(topology.levelIds(1), [4, 5]);
  });

  it("stay when the queue's record is carried out again", () => {
    const topology = topologyOf(queue(1, "q"), level(1, 7, 2), queue(1, "q"), level(1, 7, 2));
    assert.deepEqual(kept(topology), [queue(1, "q"), level(1, 7, 2)]);
  });

  it("go with their queue, and don't come without it", () => {
    const topology = topologyOf(queue(1, "q"), level(1, 7, 2), { type: "queue.deleted", queueId: 1 }, level(1, 8, 3));
    assert.deepEqual(kept(topology), []);
    assert.deepEqual(topology.levelIds(1), []);
  });

  it("are forgotten with a queue in whose place there is an older one", () => {
    const topology = topologyOf(queue(1, "q"), level(1, 7, 2), queue(3, "q"), level(3, 7, 4));
    assert.deepEqual(topology.prune(), [3, 4]);
    assert.deepEqual(kept(topology), [queue(1, "q"), level(1, 7, 2)]);
  });
});

describe("the rows of durable exchanges", () => {
  it("are kept behind the exchanges, and before what may be bound to them", () => {
    const topology = topologyOf(exchange("x"), queue(1, "q"), row("x", 2), row("x", 3, "seen"), exchange("y"));
    assert.deepEqual(kept(topology), [exchange("x"), exchange("y"), row("x", 2), row("x", 3, "seen"), queue(1, "q")]);
  });

  it("stay when the exchange's record is carried out again, and go when they are removed", () => {
    const topology = topologyOf(exchange("x"), row("x", 2), exchange("x"), row("x", 2));
    assert.deepEqual(kept(topology), [exchange("x"), row("x", 2)]);
    topology.apply({ type: "row.removed", rowId: 2 });
    assert.deepEqual(kept(topology), [exchange("x")]);
    assert.equal(topology.hasRow(2), false);
  });

  it("don't come without their exchange", () => {
    assert.deepEqual(kept(topologyOf(row("x", 2))), []);
  });

  it("are forgotten when their exchange is gone, or there is an older one for the same", () => {
    const gone: TopologyRecord = { type: "exchange.deleted", vhost: "/", exchange: "y" };
    const topology = topologyOf(exchange("x"), exchange("y"), row("x", 2), row("x", 3, "seen"), row("x", 4));
    for (const record of [row("y", 5), gone]) topology.apply(record);
    assert.deepEqual(topology.prune(), [4, 5]);
    assert.deepEqual(kept(topology), [exchange("x"), row("x", 2), row("x", 3, "seen")]);
  });
});

describe("pruning durable topology", () => {
  it("takes bindings away that lead from or to what is not there", () => {
    const topology = topologyOf(
      exchange("x"),
      queue(1, "q"),
      binding("x", "q"),
      binding("x", "gone"),
      binding("gone", "q"),
      binding("x", "gone", "exchange"),
      binding("x", "q", "exchange"),
    );
    assert.deepEqual(topology.prune(), []);
    assert.deepEqual(kept(topology), [exchange("x"), queue(1, "q"), binding("x", "q")]);
  });

  it("leaves bindings from and to the exchanges that every virtual host has", () => {
    const records = [queue(1, "q"), binding("amq.topic", "q"), binding("amq.topic", "amq.fanout", "exchange")];
    const topology = topologyOf(...records);
    topology.prune();
    assert.deepEqual(kept(topology), records);
  });

  it("leaves the older one of two queues of one name: that the new one came is no safer than that the old one went", () => {
    const topology = topologyOf(queue(9, "q"), queue(5, "q"), queue(6, "r"));
    assert.deepEqual(topology.prune(), [9]);
    assert.deepEqual(kept(topology), [queue(5, "q"), queue(6, "r")]);
  });
});
