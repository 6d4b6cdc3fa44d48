import { phrase } from "../../../phrase/phrase.ts";
import { isQuiet } from "../call.ts";
import type { Command } from "../command.ts";
import { DONE, list, value } from "../result.ts";

/** Commands around an upgrade. */
export const UPGRADE_COMMANDS: readonly Command[] = [
  {
    name: "await_online_quorum_plus_one",
    tools: ["rabbitmq-upgrade"],
    section: "upgrade",
    description:
      "Waits for all quorum queues to have an above minimum online quorum. This makes sure that no queues would lose their quorum if the target node is shut down",
    usage: "await_online_quorum_plus_one",
    guides: ["quorum-queues", "upgrade"],
    takes: [0, 0],
    defaults: { timeout: 120 },
    banner: ({ options }) =>
      phrase`Will wait for a quorum + 1 of nodes to be online for all quorum queues for ${options.timeout} seconds...`,
    run: (call) => isQuiet(call) ? DONE : value(ONE_NODE_COMMAND),
  },
  {
    name: "await_online_synchronized_mirror",
    tools: ["rabbitmq-upgrade"],
    section: "upgrade",
    description:
      "Waits for all classic mirrored queues hosted on the target node to have at least one synchronized mirror online. This makes sure that if target node is shut down, there will be an up-to-date mirror to promote.",
    usage: "await_online_synchronized_mirror",
    guides: ["ha", "upgrade"],
    takes: [0, 0],
    defaults: { timeout: 120 },
    banner: ({ options }) =>
      phrase`Will wait for a synchronised mirror be online for all classic mirrored queues for ${options.timeout} seconds...`,
    run: (call) => isQuiet(call) ? DONE : value(ONE_NODE_COMMAND),
  },
  {
    name: "post_upgrade",
    tools: ["rabbitmq-upgrade"],
    section: "upgrade",
    description: "Runs post-upgrade tasks",
    usage: "post_upgrade",
    guides: ["upgrade"],
    takes: [0, 0],
    banner: () => phrase`Executing post upgrade tasks...\nRebalancing queue masters...`,
    async run({ api }) {
      await api.post("/api/rebalance/queues", {});
      return list([]);
    },
  },
];

const ONE_NODE_COMMAND =
  phrase`Target node seems to be the only one in a single node cluster, the command does not apply`;
