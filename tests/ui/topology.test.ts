import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Binding } from "../../ui/api/types.ts";
import {
  exchangeId,
  type Graph,
  graphOf,
  NODES_MAX,
  queueId,
  stateOf,
  type TopologyQueue,
} from "../../ui/pages/topology/graph.ts";
import { layOut, NODE_HEIGHT, NODE_WIDTH } from "../../ui/pages/topology/layout.ts";

interface Rates {
  readonly ready?: number;
  readonly growth?: number;
  readonly publish?: number;
  readonly deliver?: number;
  readonly consumers?: number;
}

const queue = (name: string, { ready = 0, growth = 0, publish = 0, deliver = 0, consumers = 0 }: Rates = {}) => ({
  name,
  type: "classic",
  consumers,
  messages_ready: ready,
  messages_ready_details: { rate: growth },
  message_stats: { publish_details: { rate: publish }, deliver_get_details: { rate: deliver } },
} satisfies TopologyQueue);

const exchange = (name: string) => ({ name, type: "topic" });

const binding = (source: string, key: string, destination: string, type: Binding["destination_type"] = "queue") =>
  ({ source, routing_key: key, destination, destination_type: type }) as Binding;

const names = ({ nodes }: Graph) => nodes.map(({ id }) => id);

describe("the state of a queue", () => {
  it("is stuck when messages wait and none is delivered", () => {
    assert.equal(stateOf(queue("a", { ready: 3, publish: 5 })), "stuck");
    assert.equal(stateOf(queue("a", { ready: 3, consumers: 1 })), "stuck");
  });

  it("is growing when more comes than is delivered", () =>
    assert.equal(stateOf(queue("a", { ready: 3, growth: 1, publish: 5, deliver: 4 })), "growing"));

  it("is flowing while messages move, and idle otherwise", () => {
    assert.equal(stateOf(queue("a", { ready: 3, growth: -1, publish: 5, deliver: 6 })), "flowing");
    assert.equal(stateOf(queue("a")), "idle");
  });
});

describe("the topology's graph", () => {
  it("leads from exchanges over exchanges to queues and their consumers", () => {
    const bindings = [binding("in", "#", "out", "exchange"), binding("out", "order.*", "orders")];
    const graph = graphOf([exchange("in"), exchange("out")], [queue("orders", { consumers: 2 })], bindings, "");
    assert.deepEqual(names(graph), ["e/in", "e/out", "q/orders", "c/orders"]);
    assert.deepEqual(graph.edges.map(({ from, to }) => `${from} ${to}`), [
      "e/in e/out",
      "e/out q/orders",
      "q/orders c/orders",
    ]);
  });

  it("leaves out what nothing leads to, except queues in which something waits or moves", () => {
    const queues = [queue("alone"), queue("stuck", { ready: 1 })];
    assert.deepEqual(names(graphOf([exchange("unbound")], queues, [binding("", "alone", "alone")], "")), ["q/stuck"]);
  });

  it("has one line between two, with their keys, and counts those that are too many to name", () => {
    const bindings = ["a", "b", "c", "d", "e"].map((key) => binding("x", key, "q"));
    const [edge] = graphOf([exchange("x")], [queue("q")], bindings, "").edges;
    assert.deepEqual([edge.keys, edge.moreKeys], [["a", "b", "c"], 2]);
  });

  it("tells the rate of a line only where no other leads to the same queue", () => {
    const queues = [queue("one", { publish: 7 }), queue("two", { publish: 9 })];
    const bindings = [binding("x", "", "one"), binding("x", "", "two"), binding("y", "", "two")];
    const { edges } = graphOf([exchange("x"), exchange("y")], queues, bindings, "");
    assert.deepEqual(edges.map(({ rate }) => rate), [7, undefined, undefined]);
  });

  it("keeps what is connected with the names that are searched for", () => {
    const bindings = [binding("x", "", "orders"), binding("y", "", "invoices")];
    const graph = graphOf([exchange("x"), exchange("y")], [queue("orders"), queue("invoices")], bindings, "ord");
    assert.deepEqual(names(graph), [exchangeId("x"), queueId("orders")]);
  });

  it(`shows the ${NODES_MAX} busiest of more nodes, stuck ones first, and no line to one that is not shown`, () => {
    const queues = Array.from({ length: 200 }, (_, at) => queue(`q${at}`, at === 150 ? { ready: 1 } : {}));
    const graph = graphOf([exchange("x")], queues, queues.map(({ name }) => binding("x", "", name)), "");
    assert.equal(graph.nodes.length, NODES_MAX);
    assert.equal(graph.allCount, 201);
    assert.equal(graph.nodes[0].id, "q/q150");
    const shown = new Set(names(graph));
    assert.ok(graph.edges.every(({ from, to }) => shown.has(from) && shown.has(to)));
  });
});

describe("the layout of a topology", () => {
  const queues = Array.from({ length: 30 }, (_, at) => queue(`q${at}`, { consumers: at % 3 }));
  const bindings = [...queues.map(({ name }) => binding("x", "k", name)), binding("x", "loop", "x", "exchange")];
  const graph = graphOf([exchange("x")], queues, bindings, "");
  const layout = layOut(graph);

  it("puts no node over another, and all within the picture", () => {
    const places = [...layout.nodes.values()];
    for (const [index, a] of places.entries()) {
      assert.ok(a.x >= NODE_WIDTH / 2 && a.x <= layout.width - NODE_WIDTH / 2, `${a.x}`);
      assert.ok(a.y >= NODE_HEIGHT / 2 && a.y <= layout.height - NODE_HEIGHT / 2, `${a.y}`);
      for (const b of places.slice(index + 1)) {
        assert.ok(Math.abs(a.x - b.x) >= NODE_WIDTH || Math.abs(a.y - b.y) >= NODE_HEIGHT);
      }
    }
  });

  it("goes from left to right, and draws each line, an exchange's to itself too", () => {
    assert.ok(layout.nodes.get("e/x")!.x < layout.nodes.get("q/q1")!.x);
    assert.ok(layout.nodes.get("q/q1")!.x < layout.nodes.get("c/q1")!.x);
    assert.ok(layout.edges.length === graph.edges.length && layout.edges.every((points) => points.length >= 2));
  });
});
