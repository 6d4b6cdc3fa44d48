import dagre from "@dagrejs/dagre";
import type { Graph } from "./graph.ts";

/** Size of a node, and space around it. In pixels. */
export const NODE_WIDTH = 190;
export const NODE_HEIGHT = 46;
const RANK_SPACE = 130;
const NODE_SPACE = 14;
const MARGIN = 12;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Middles of the nodes, by their ids. */
  readonly nodes: ReadonlyMap<string, Point>;
  /** Points of the edges, in the order of the graph. */
  readonly edges: readonly (readonly Point[])[];
}

/** Lays a graph out from left to right. */
export function layOut({ nodes, edges }: Pick<Graph, "nodes" | "edges">): Layout {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", ranksep: RANK_SPACE, nodesep: NODE_SPACE, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  edges.forEach(({ from, to }, index) => graph.setEdge(from, to, {}, String(index)));
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    nodes: new Map(nodes.map(({ id }) => {
      const { x, y } = graph.node(id);
      return [id, { x, y }];
    })),
    edges: edges.map(({ from, to }, index) => graph.edge(from, to, String(index)).points ?? []),
  };
}
