import { rateOf } from "../../api/message_stats.ts";
import type { Binding, MessageStats } from "../../api/types.ts";
import { type FlowState, stateOf, type TopologyQueue } from "./flow_state.ts";

/** Number of nodes of a picture; more can't be read, and would take long to lay out. */
export const NODES_MAX = 120;
/** Number of nodes with names that are searched for, as long as others lead to or from them. */
const MATCHES_MAX = 90;
/** Number of routing keys that a line names. */
const KEYS_MAX = 3;

/** An exchange as the list has it. */
export interface TopologyExchange {
  readonly name: string;
  readonly type: string;
  readonly message_stats?: MessageStats;
}

export interface GraphNode {
  readonly id: string;
  readonly kind: "exchange" | "queue" | "consumers";
  /** Name of the exchange or queue. */
  readonly name: string;
  /** Type of an exchange or a queue; empty when it was not read. */
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
  /** Number of exchanges and queues, and their number before the picture was cut. */
  readonly shownCount: number;
  readonly allCount: number;
}

/** What a picture is made of: all bindings, and the exchanges and queues that were read. */
interface Known {
  readonly exchanges: readonly TopologyExchange[];
  readonly queues: readonly TopologyQueue[];
  readonly bindings: readonly Binding[];
}

interface Drawn {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export const exchangeId = (name: string): string => `e/${name}`;
export const queueId = (name: string): string => `q/${name}`;
const consumersId = (queue: string): string => `c/${queue}`;

/**
 * Makes the picture of a virtual host: exchanges with bindings, the queues that they lead to, and consumers. Of more than
 * {@linkcode NODES_MAX} nodes the busiest stay.
 *
 * @param search a part of a name: only such names stay, with what leads to them, and what they lead to.
 */
export function graphOf({ exchanges, queues, bindings }: Known, search: string): Graph {
  const byName = new Map(queues.map((queue) => [queue.name, queue]));
  const known = new Map(exchanges.map((exchange) => [exchange.name, exchange]));
  const bound = edgesOf(bindings.filter(({ source }) => source !== ""), byName);
  const linked = new Set(bound.flatMap(({ from, to }) => [from, to]));
  const busy = queues.filter((queue) => !linked.has(queueId(queue.name)) && isBusy(queue));
  const nodes = [
    ...[...linked].flatMap((id) => {
      const name = id.slice(2);
      return id.startsWith("q/") ? queueNodes(name, byName.get(name)) : [exchangeNode(name, known.get(name))];
    }),
    ...busy.flatMap((queue) => queueNodes(queue.name, queue)),
  ];
  const edges = [...bound, ...nodes.filter(({ kind }) => kind === "consumers").map(deliveryEdge(byName))];
  if (search === "") return cut({ nodes, edges }, new Set());
  const part = search.toLowerCase();
  const matches = new Set(nodes.filter(({ name }) => name.toLowerCase().includes(part)).map(({ id }) => id));
  return cut(pathsOver(matches, { nodes, edges }), matches);
}

/** A queue without bindings is worth showing when something waits in it or moves. */
const isBusy = (queue: TopologyQueue): boolean => stateOf(queue) !== "idle";

const exchangeNode = (name: string, exchange: TopologyExchange | undefined): GraphNode => ({
  id: exchangeId(name),
  kind: "exchange",
  name,
  type: exchange?.type ?? "",
  state: exchange === undefined
    ? "unread"
    : (rateOf(exchange.message_stats, "publish_in") ?? 0) > 0
    ? "flowing"
    : "idle",
  count: 0,
});

function queueNodes(name: string, queue: TopologyQueue | undefined): GraphNode[] {
  if (queue === undefined) return [{ id: queueId(name), kind: "queue", name, type: "", state: "unread", count: 0 }];
  const { type, consumers, messages_ready: count } = queue;
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
    rate: to.startsWith("q/") && sources.get(to)!.size === 1 && queues.has(to.slice(2))
      ? rateOf(queues.get(to.slice(2))?.message_stats, "publish") ?? 0
      : undefined,
  }));
}

/** Keeps some nodes, with all that leads to them, and all that they lead to. */
function pathsOver(these: ReadonlySet<string>, { nodes, edges }: Drawn): Drawn {
  const before = reachable(these, Map.groupBy(edges, ({ to }) => to), ({ from }) => from);
  const behind = reachable(these, Map.groupBy(edges, ({ from }) => from), ({ to }) => to);
  return {
    nodes: nodes.filter(({ id }) => before.has(id) || behind.has(id)),
    edges: edges.filter(({ from, to }) => before.has(from) && before.has(to) || behind.has(from) && behind.has(to)),
  };
}

function reachable(
  start: ReadonlySet<string>,
  edgesAt: ReadonlyMap<string, readonly GraphEdge[]>,
  end: (edge: GraphEdge) => string,
): ReadonlySet<string> {
  const reached = new Set(start);
  // A loop over a set also visits what is added meanwhile.
  for (const id of reached) for (const edge of edgesAt.get(id) ?? []) reached.add(end(edge));
  return reached;
}

const WEIGHT: Readonly<Record<FlowState, number>> = { stuck: 4, growing: 3, flowing: 2, idle: 1, unread: 0 };

const byWeight = (a: GraphNode, b: GraphNode): number => WEIGHT[b.state] - WEIGHT[a.state] || b.count - a.count;

/** Keeps the busiest nodes: first those that are searched for, then what leads to them and what they lead to. */
function cut({ nodes, edges }: Drawn, matches: ReadonlySet<string>): Graph {
  const allCount = countObjects(nodes);
  if (nodes.length <= NODES_MAX) return { nodes, edges, shownCount: allCount, allCount };
  const found = nodes.filter(({ id }) => matches.has(id)).sort(byWeight);
  const first = new Set(found.slice(0, MATCHES_MAX).map(({ id }) => id));
  const before = new Set(edges.flatMap(({ from, to }) => first.has(to) ? [from] : []));
  const behind = new Set(edges.flatMap(({ from, to }) => first.has(from) ? [to] : []));
  const ranked = [matches, behind, before, first];
  const rankOf = ({ id }: GraphNode) => ranked.findLastIndex((ids) => ids.has(id));
  const shown = nodes.toSorted((a, b) => rankOf(b) - rankOf(a) || byWeight(a, b)).slice(0, NODES_MAX);
  const ids = new Set(shown.map(({ id }) => id));
  return {
    nodes: shown,
    edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
    shownCount: countObjects(shown),
    allCount,
  };
}

const countObjects = (nodes: readonly GraphNode[]): number => nodes.filter(({ kind }) => kind !== "consumers").length;
