import { useMemo } from "preact/hooks";
import { format } from "../../format/format.ts";
import { linkTo } from "../../router/links.ts";
import type { FlowState } from "./flow_state.ts";
import type { Graph, GraphEdge, GraphNode } from "./graph.ts";
import { layOut, NODE_HEIGHT, NODE_WIDTH, type Point } from "./layout.ts";
import { topologyTexts } from "./texts.ts";
import "./picture.css";

/** Number of characters of a name that a node shows; its title has all of it. */
const NAME_CHARS = 22;

/** Shapes that tell states apart without colours. */
export const STATE_SHAPES: Readonly<Record<FlowState, string>> = {
  idle: "○",
  flowing: "●",
  growing: "▲",
  stuck: "■",
  unread: "?",
};

/** The picture of a topology. It is laid out anew only when nodes or edges change, and not with each rate. */
export function Picture({ vhost, graph }: { readonly vhost: string; readonly graph: Graph }) {
  const t = topologyTexts();
  const { nodes, edges } = graph;
  const structure = JSON.stringify([nodes.map(({ id }) => id), edges.map(({ from, to }) => [from, to])]);
  const layout = useMemo(() => layOut(graph), [structure]);
  return (
    <div class="topology" role="group" aria-label={t.title} tabIndex={0}>
      <svg
        width={layout.width}
        height={layout.height}
        viewBox={`0 0 ${layout.width} ${layout.height}`}
        aria-label={t.title}
        role="group"
      >
        {edges.map((edge, index) => <Edge key={`${edge.from}\n${edge.to}`} edge={edge} points={layout.edges[index]} />)}
        {nodes.map((node) => <Node key={node.id} vhost={vhost} node={node} at={layout.nodes.get(node.id)!} />)}
      </svg>
    </div>
  );
}

function Edge({ edge: { keys, moreKeys, rate }, points }: {
  readonly edge: GraphEdge;
  readonly points: readonly Point[];
}) {
  const middle = points[points.length >> 1];
  if (middle === undefined) return null;
  const path = points.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("");
  const text = [
    shortened([...keys, ...(moreKeys > 0 ? [`+${moreKeys}`] : [])].filter((key) => key !== "").join(", ")),
    rate === undefined || rate === 0 ? "" : format().rate(rate),
  ].filter((part) => part !== "").join(" · ");
  return (
    <g class="topology-edge" data-moves={rate !== undefined && rate > 0}>
      <path d={path} />
      <text x={middle.x} y={middle.y - 4}>{text}</text>
    </g>
  );
}

function Node({ vhost, node, at: { x, y } }: {
  readonly vhost: string;
  readonly node: GraphNode;
  readonly at: Point;
}) {
  const t = topologyTexts();
  const { kind, name, type, state, count } = node;
  const title = kind === "consumers" ? t.consumers(format().count(count)) : name;
  const note = kind === "exchange"
    ? [type, t.exchange].filter((word) => word !== "").join(" · ")
    : kind === "queue"
    ? `${STATE_SHAPES[state]} ${t.states[state]}` + (state === "unread" ? "" : ` · ${t.ready(format().count(count))}`)
    : t.states[state];
  const href = kind === "exchange"
    ? linkTo.exchange(vhost, name)
    : linkTo.queue(vhost, name) + (kind === "consumers" ? "?tab=consumers" : "");
  return (
    <a href={href} class="topology-node" data-kind={kind} data-state={state}>
      {shortened(title) !== title && <title>{title}</title>}
      <rect x={x - NODE_WIDTH / 2} y={y - NODE_HEIGHT / 2} width={NODE_WIDTH} height={NODE_HEIGHT} />
      <text class="topology-name" x={x} y={y - 3}>{`${shortened(title)} `}</text>
      <text class="topology-note" x={x} y={y + 14}>{note}</text>
    </a>
  );
}

const shortened = (text: string): string => text.length > NAME_CHARS ? `${text.slice(0, NAME_CHARS - 1)}…` : text;
