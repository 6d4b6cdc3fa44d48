import { phrase } from "../../../phrase/phrase.ts";
import type { Command } from "../command.ts";
import { DONE } from "../result.ts";
import { CTL, CTL_AND_DIAGNOSTICS } from "../tools.ts";
import { showCluster } from "../cluster_status.ts";

/** Commands that show and name the cluster, which is one node. */
export const CLUSTER_COMMANDS: readonly Command[] = [
  {
    name: "cluster_status",
    tools: CTL_AND_DIAGNOSTICS,
    section: "cluster_management",
    description:
      "Displays all the nodes in the cluster grouped by node type, together with the currently running nodes",
    usage: "cluster_status",
    guides: ["clustering", "cluster-formation", "monitoring"],
    hasTimeout: true,
    takes: [0, 0],
    defaults: { timeout: 60 },
    banner: async (call) => phrase`Cluster status of node ${await call.node()} ...`,
    run: showCluster,
  },
  {
    name: "set_cluster_name",
    tools: CTL,
    section: "configuration",
    description: "Sets the cluster name",
    usage: "set_cluster_name <name>",
    help: [["<name>", "New cluster name"]],
    guides: ["virtual-hosts", "access-control"],
    takes: [1, 1],
    banner: ({ args: [name] }) => phrase`Setting cluster name to ${name} ...`,
    async run({ api, args: [name] }) {
      await api.put("/api/cluster-name", { name });
      return DONE;
    },
  },
];
