import type { Area } from "../../router/area.ts";
import { ClusterNamePage } from "./cluster_name.tsx";
import { clusterTexts } from "./texts.ts";

export const CLUSTER: Area = {
  group: "admin",
  nav: [{ path: "cluster-name", need: "administrator", label: () => clusterTexts().title }],
  pages: [{ path: "cluster-name", need: "administrator", render: () => <ClusterNamePage /> }],
};
