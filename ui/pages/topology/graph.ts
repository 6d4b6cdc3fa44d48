import { rateOf } from "../../api/message_stats.ts";
import type { Binding, MessageStats, Queue } from "../../api/types.ts";

/** Number of nodes of a picture; more can't be read, and would take long to lay out. */
export const NODES_MAX = 120;
/** Number of routing keys that a line names. */
const KEYS_MAX = 3;

/** An exchange as the list has it. */
export interface TopologyExchange {
  readonly name: string;
  readonly type: string;
  readonly message_stats?: MessageStats;
}

export type TopologyQueue = Pick<
  Queue,
  "name" | "type" | "consumers" | "messages_ready" | "messages_ready_details" | "message_stats"
>;

/** States of a queue, of which each has a colour and a shape. */
export type FlowState = "idle" | "flowing" | "growing" | "stuck";

export interface GraphNode {
  readonly id: string;
  readonly kind: "exchange" | "queue" | "consumers";
  /** Name of the exchange or queue. */
  readonly name: string;
  /** Type of an exchange or a queue. */
  readonly type: string;
  readonly state: FlowState;
  /** Messages that wait in a queue, or consumers of one. */
  readonly count: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Routing keys of the bindings; none for a delivery. */
  readonly keys: readonly string[];
  /** Number of keys that are not named. */
  readonly moreKeys: number;
  /** Messages a second; `undefined` where several ways lead to one queue, so that the rate of each is unknown. */
  readonly rate: number | undefined;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Number of nodes before the picture was cut. */
  readonly allCount: number;
}

/** Returns whether messages of a queue move, wait or pile up. */
export function stateOf({ messages_ready: ready, messages_ready_details, message_stats }: TopologyQueue): FlowState {
  const delivered = rateOf(message_stats, "deliver_get") ?? 0;
  const published = rateOf(message_stats, "publish") ?? 0;
  if (ready > 0 && delivered === 0) return "stuck";
  if (ready > 0 && (messages_ready_details?.rate ?? 0) > 0 && published > delivered) return "growing";
  return delivered > 0 || published > 0 ? "flowing" : "idle";
}

export const exchangeId = (name: string): string => `e/${name}`;
export const queueId = (name: string): string => `q/${name}`;
const consumersId = (queue: string): string => `c/${queue}`;

/**
 * Makes the picture of a virtual host: exchanges with bindings, the queues that they lead to, and consumers. Of more than
 * {@linkcode NODES_MAX} nodes the busiest stay.
 *
 * @param search a part of a name: only what is connected with such names stays.
 */
export function graphOf(
  exchanges: readonly TopologyExchange[],
  queues: readonly TopologyQueue[],
  bindings: readonly Binding[],
  search: string,
): Graph {
  const byName = new Map(queues.map((queue) => [queue.name, queue]));
  const known = new Map(exchanges.map((exchange) => [exchange.name, exchange]));
  const edges = edgesOf(
    bindings.filter(({ source, destination, destination_type }) =>
      source !== "" && known.has(source) &&
      (destination_type === "queue" ? byName.has(destination) : known.has(destination))
    ),
    byName,
  );
  const linked = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const nodes = [
    ...exchanges.filter(({ name }) => linked.has(exchangeId(name))).map(exchangeNode),
    ...queues.filter((queue) => linked.has(queueId(queue.name)) || isBusy(queue)).flatMap(queueNodes),
  ];
  const all = [...edges, ...nodes.filter(({ kind }) => kind === "consumers").map(deliveryEdge(byName))];
  return cut(search === "" ? { nodes, edges: all } : connected(nodes, all, search));
}

/** A queue without bindings is worth showing when something waits in it or moves. */
const isBusy = (queue: TopologyQueue): boolean => stateOf(queue) !== "idle";

const exchangeNode = ({ name, type, message_stats }: TopologyExchange): GraphNode => ({
  id: exchangeId(name),
  kind: "exchange",
  name,
  type,
  state: (rateOf(message_stats, "publish_in") ?? 0) > 0 ? "flowing" : "idle",
  count: 0,
});

function queueNodes(queue: TopologyQueue): GraphNode[] {
  const { name, type, consumers, messages_ready: count } = queue;
  const state = stateOf(queue);
  const node: GraphNode = { id: queueId(name), kind: "queue", name, type, state, count };
  if (consumers === 0) return [node];
  return [node, { id: consumersId(name), kind: "consumers", name, type, state, count: consumers }];
}

const deliveryEdge = (queues: ReadonlyMap<string, TopologyQueue>) => ({ id, name }: GraphNode): GraphEdge => ({
  from: queueId(name),
  to: id,
  keys: [],
  moreKeys: 0,
  rate: rateOf(queues.get(name)?.message_stats, "deliver_get") ?? 0,
});

/** Makes one edge of all bindings between the same two. */
function edgesOf(bindings: readonly Binding[], queues: ReadonlyMap<string, TopologyQueue>): GraphEdge[] {
  const keys = new Map<string, { from: string; to: string; keys: string[] }>();
  const sources = new Map<string, Set<string>>();
  for (const { source, destination, destination_type, routing_key } of bindings) {
    const from = exchangeId(source);
    const to = destination_type === "queue" ? queueId(destination) : exchangeId(destination);
    const id = JSON.stringify([from, to]);
    const edge = keys.get(id) ?? { from, to, keys: [] };
    keys.set(id, edge);
    edge.keys.push(routing_key);
    sources.set(to, (sources.get(to) ?? new Set()).add(from));
  }
  return [...keys.values()].map(({ from, to, keys }) => ({
    from,
    to,
    keys: keys.slice(0, KEYS_MAX),
    moreKeys: Math.max(0, keys.length - KEYS_MAX),
    rate: to.startsWith("q/") && sources.get(to)!.size === 1
      ? rateOf(queues.get(to.slice(2))?.message_stats, "publish") ?? 0
      : undefined,
  }));
}

/** Keeps what is connected with names that contain a text. */
function connected(nodes: readonly GraphNode[], edges: readonly GraphEdge[], search: string) {
  const kept = new Set(nodes.filter(({ name }) => name.includes(search)).map(({ id }) => id));
  for (let before = -1; before !== kept.size;) {
    before = kept.size;
    for (const { from, to } of edges) {
      if (kept.has(from)) kept.add(to);
      if (kept.has(to)) kept.add(from);
    }
  }
  return { nodes: nodes.filter(({ id }) => kept.has(id)), edges: edges.filter(({ from }) => kept.has(from)) };
}

const WEIGHT: Readonly<Record<FlowState, number>> = { stuck: 3, growing: 2, flowing: 1, idle: 0 };

function cut({ nodes, edges }: { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] }): Graph {
  if (nodes.length <= NODES_MAX) return { nodes, edges, allCount: nodes.length };
  const shown = nodes.toSorted((a, b) => WEIGHT[b.state] - WEIGHT[a.state] || b.count - a.count).slice(0, NODES_MAX);
  const ids = new Set(shown.map(({ id }) => id));
  return {
    nodes: shown,
    edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
    allCount: nodes.length,
  };
}
