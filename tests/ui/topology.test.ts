import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Binding } from "../../ui/api/types.ts";
import {
  exchangeId,
  type Graph,
  graphOf as graphOfKnown,
  NODES_MAX,
  queueId,
  type TopologyExchange,
} from "../../ui/pages/topology/graph.ts";
import { stateOf, type TopologyQueue } from "../../ui/pages/topology/flow_state.ts";
import { layOut, NODE_HEIGHT, NODE_WIDTH } from "../../ui/pages/topology/layout.ts";

const graphOf = (
  exchanges: readonly TopologyExchange[],
  queues: readonly TopologyQueue[],
  bindings: readonly Binding[],
  search: string,
) => graphOfKnown({ exchanges, queues, bindings }, search);

interface Rates {
  readonly ready?: number;
  readonly growth?: number;
  readonly publish?: number;
  readonly deliver?: number;
  readonly consumers?: number;
  readonly unacked?: number;
  readonly ack?: number;
}

const queue = (
  name: string,
  { ready = 0, growth = 0, publish = 0, deliver = 0, consumers = 0, unacked = 0, ack = 0 }: Rates = {},
) => ({
  name,
  type: "classic",
  consumers,
  messages_ready: ready,
  messages_ready_details: { rate: growth },
  messages_unacknowledged: unacked,
  message_stats: {
    publish_details: { rate: publish },
    deliver_get_details: { rate: deliver },
    ack_details: { rate: ack },
  },
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

  it("is stuck when a consumer holds messages and acknowledges none, though none waits", () => {
    assert.equal(stateOf(queue("a", { unacked: 3, consumers: 1 })), "stuck");
    assert.equal(stateOf(queue("a", { unacked: 3, consumers: 1, ack: 0.2 })), "flowing");
  });

  it("is not stuck for a stream, which keeps its messages", () => {
    assert.equal(stateOf({ ...queue("a", { ready: 3 }), type: "stream" }), "idle");
    assert.equal(stateOf({ ...queue("a", { ready: 3, growth: 1, publish: 2 }), type: "stream" }), "flowing");
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

  it("keeps the names that are searched for, what leads to them, and what they lead to", () => {
    const bindings = [
      binding("in", "", "x", "exchange"),
      binding("x", "", "Orders"),
      binding("x", "", "invoices"),
      binding("y", "", "invoices"),
    ];
    const graph = graphOf([exchange("in"), exchange("x"), exchange("y")], [queue("Orders"), queue("invoices")], [
      ...bindings,
    ], "ord");
    assert.deepEqual(names(graph), [exchangeId("in"), exchangeId("x"), queueId("Orders")]);
    const ofExchange = graphOf([exchange("in"), exchange("x")], [queue("Orders")], bindings, "x");
    assert.deepEqual(names(ofExchange), ["e/in", "e/x", "q/Orders", "q/invoices"]);
  });

  it("shows what bindings name and was not read, without a state", () => {
    const graph = graphOf([], [queue("orders")], [binding("x", "", "orders"), binding("x", "", "far")], "");
    assert.deepEqual(graph.nodes.map(({ id, state }) => [id, state]), [
      ["e/x", "unread"],
      ["q/orders", "idle"],
      ["q/far", "unread"],
    ]);
  });

  it("keeps what is searched for when the picture is cut, with what leads to it", () => {
    const queues = Array.from({ length: 200 }, (_, at) => queue(`q${at}`, { ready: 1 }));
    const idle = [queue("wanted1"), queue("wanted2")];
    const bindings = [
      ...queues.map(({ name }) => binding("wanted", "", name)),
      ...idle.map(({ name }) => binding("path", "", name)),
    ];
    const graph = graphOf([exchange("wanted"), exchange("path")], [...queues, ...idle], bindings, "wanted");
    assert.equal(graph.nodes.length, NODES_MAX);
    assert.deepEqual([graph.shownCount, graph.allCount], [NODES_MAX, 204]);
    assert.deepEqual(names(graph).slice(0, 3).sort(), ["e/wanted", "q/wanted1", "q/wanted2"]);
    assert.ok(names(graph).includes("e/path"));
  });

  it("leaves room for what leads to many that are searched for", () => {
    const queues = Array.from({ length: 200 }, (_, at) => queue(`q${at}`, { ready: 1 }));
    const bindings = queues.map(({ name }) => binding("path", "", name));
    const graph = graphOf([exchange("path")], queues, bindings, "q");
    assert.ok(names(graph).includes("e/path"));
    assert.equal(graph.nodes.length, NODES_MAX);
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
