import { phrase } from "../../../phrase/phrase.ts";
import { type Call, isQuiet } from "../call.ts";
import type { Command } from "../command.ts";
import { UsageError } from "../command_error.ts";
import { formatterOf } from "../formatters/formatters.ts";
import { type Result, SILENCE } from "../result.ts";
import { show } from "../show_result.ts";
import { CTL_AND_DIAGNOSTICS } from "../tools.ts";
import { CLUSTER_COMMANDS } from "./cluster.ts";
import { CONNECTIONS_COMMANDS } from "./connections.ts";
import { LISTINGS_COMMANDS } from "./listings.ts";
import { NODE_COMMANDS } from "./node.ts";
import { PARAMETERS_COMMANDS } from "./parameters.ts";
import { PERMISSIONS_COMMANDS } from "./permissions.ts";
import { POLICIES_COMMANDS } from "./policies.ts";
import { QUEUES_COMMANDS } from "./queues.ts";

/** The command that runs others, for who helps from afar. */
export const REPORT_COMMANDS: readonly Command[] = [{
  name: "report",
  tools: CTL_AND_DIAGNOSTICS,
  section: "observability_and_health_checks",
  description:
    "Generate a server status report containing a concatenation of all server status information for support purposes",
  usage: "report",
  guides: ["monitoring"],
  takes: [0, 0],
  check(_, { formatter }) {
    if (formatter !== undefined) throw new UsageError(phrase`Only report formatter is supported`);
  },
  banner: async (call) => phrase`Reporting server status of node ${await call.node()} ...`,
  run: report,
}];

/** Commands about the node, and those about each virtual host, in RabbitMQ's order. */
const OF_NODE = [
  find(NODE_COMMANDS, "status"),
  find(CLUSTER_COMMANDS, "cluster_status"),
  find(NODE_COMMANDS, "environment"),
  find(CONNECTIONS_COMMANDS, "list_connections"),
  find(CONNECTIONS_COMMANDS, "list_channels"),
];
const OF_VHOST = [
  find(QUEUES_COMMANDS, "list_queues"),
  find(LISTINGS_COMMANDS, "list_exchanges"),
  find(LISTINGS_COMMANDS, "list_bindings"),
  find(PERMISSIONS_COMMANDS, "list_permissions"),
  find(POLICIES_COMMANDS, "list_policies"),
  find(PARAMETERS_COMMANDS, "list_global_parameters"),
  find(PARAMETERS_COMMANDS, "list_parameters"),
];

function find(commands: readonly Command[], name: string): Command {
  return commands.find((command) => command.name === name)!;
}

async function report(call: Call): Promise<Result> {
  const vhosts = await call.api.all("/api/vhosts?columns=name");
  for (const command of OF_NODE) await runOne(command, call, {});
  for (const { name } of vhosts) {
    for (const command of OF_VHOST) await runOne(command, call, { vhost: String(name) });
  }
  return SILENCE;
}

/** Runs a command with all its columns. */
async function runOne(command: Command, call: Call, options: Call["options"]): Promise<void> {
  const one: Call = {
    ...call,
    command,
    args: command.columns ?? [],
    options: { ...command.defaults, ...call.options, ...options },
  };
  const banner = isQuiet(call) ? undefined : await command.banner?.(one);
  await call.terminal.print(banner === undefined ? [""] : ["", call.say(banner)]);
  await show(await command.run(one), one, formatterOf(undefined, command.formatter ?? "string"));
}
