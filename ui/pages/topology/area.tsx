import type { Area } from "../../router/area.ts";
import { topologyTexts } from "./texts.ts";
import { TopologyPage } from "./topology.tsx";

export const TOPOLOGY: Area = {
  group: "tools",
  nav: [{ path: "topology", need: "management", label: () => topologyTexts().title }],
  pages: [{ path: "topology", need: "management", render: () => <TopologyPage /> }],
};
