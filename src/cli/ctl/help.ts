import type { Command, ToolName } from "./command.ts";
import { bright } from "./sections.ts";

/** Sections of the overview, in order; those of the same rank are sorted by name. */
const SECTIONS: Readonly<Record<string, readonly [rank: number, title: string]>> = {
  help: [1, "Help"],
  node_management: [2, "Nodes"],
  cluster_management: [3, "Cluster"],
  replication: [3, "Replication"],
  user_management: [4, "Users"],
  access_control: [5, "Access Control"],
  observability_and_health_checks: [6, "Monitoring, observability and health checks"],
  parameters: [7, "Parameters"],
  policies: [8, "Policies"],
  virtual_hosts: [9, "Virtual hosts"],
  configuration: [98, "Configuration and Environment"],
  definitions: [98, "Definitions"],
  feature_flags: [98, "Feature flags"],
  operations: [98, "Operations"],
  plugin_management: [98, "Plugin Management"],
  queues: [98, "Queues"],
  upgrade: [98, "Upgrade"],
  consistent_hash_exchange: [100, "Consistent Hash Exchange plugin"],
  management: [100, "Management plugin"],
  deprecated: [999, "Deprecated"],
};

const GUIDES = "https://rabbitmq.com/";

const GENERAL_OPTIONS = `The following options are accepted by most or all commands.

short            | long          | description
-----------------|---------------|--------------------------------
-?               | --help        | displays command help
-n <node>        | --node <node> | connect to node <node>
-l               | --longnames   | use long host names
-t               | --timeout <n> | for commands that support it, operation timeout in seconds
-q               | --quiet       | suppress informational messages
-s               | --silent      | suppress informational messages
                                 | and table header row
-p               | --vhost       | for commands that are scoped to a virtual host,
                 |               | virtual host to use
                 | --formatter   | alternative result formatter to use
                                 | if supported: json, pretty_table, table, csv, erlang
                                   not all commands support all (or any) alternative formatters.`;

/** Returns the sections of commands with their titles, in the order of the overview. */
export function sectionsOf(commands: readonly Command[]): { title: string; commands: Command[] }[] {
  const names = [...new Set(commands.map(({ section }) => section))].sort();
  const ranked = names.map((name) => ({ name, rank: SECTIONS[name][0], title: SECTIONS[name][1] }));
  return ranked.sort((one, other) => one.rank - other.rank).map(({ name, title }) => ({
    title,
    commands: commands.filter(({ section }) => section === name).sort((one, other) => one.name < other.name ? -1 : 1),
  }));
}

/** Returns an overview of all commands of a program. */
export function overview(tool: ToolName, commands: readonly Command[], isColoured: boolean): string {
  return `
${bright("Usage", isColoured)}

${tool} [--node <node>] [--timeout <timeout>] [--longnames] [--quiet] <command> [<command options>]

Available commands:
${commandList(commands, isColoured)}Use '${tool} help <command>' to learn more about a specific command`;
}

/** Returns all commands with their descriptions. */
export function commandList(commands: readonly Command[], isColoured: boolean): string {
  const longest = Math.max(...commands.map(({ name }) => name.length));
  const sections = sectionsOf(commands).map(({ title, commands }) => {
    const lines = commands.map(({ name, description }) => `   ${name.padEnd(longest)}  ${description}\n`);
    return `\n${bright(title, isColoured)}:\n\n${lines.join("")}`;
  });
  return `${sections.join("")}\n`;
}

/** Returns the usage of a command, as it is shown with mistakes. */
export const usageOf = (tool: ToolName, { usage, hasTimeout }: Command, isColoured: boolean): string =>
  `\n${bright("Usage", isColoured)}\n\n${tool} [--node <node>] [--longnames] [--quiet] ${usage}${
    hasTimeout ? " [--timeout <timeout>]" : ""
  }`;

/** Returns the help for a command. */
export function helpOf(tool: ToolName, command: Command, isColoured: boolean): string {
  const { description, guides = [] } = command;
  const help = explanationsOf(command);
  const parts = [usageOf(tool, command, isColoured)];
  if (description !== "") parts.push(`${description}.\n`);
  if (help.length > 0) {
    const lines = help.map(([argument, explanation]) => `${argument}\n\t${explanation}\n`);
    parts.push([`${bright("Arguments and Options", isColoured)}\n`, ...lines].join("\n"));
  }
  if (guides.length > 0) {
    const lines = guides.map((guide) => ` * ${GUIDES}${guide}.html\n`);
    parts.push([`${bright("Relevant Doc Guides", isColoured)}\n`, ...lines].join("\n"));
  }
  parts.push(`${bright("General Options", isColoured)}\n\n${GENERAL_OPTIONS}`);
  return `${parts.join("\n\n")}\n`;
}

/** Returns arguments and switches with their explanations. */
export function explanationsOf({ help = [], columns }: Command): readonly (readonly [string, string])[] {
  if (columns === undefined) return help;
  return [["<column>", `must be one of ${[...columns].sort().join(", ")}`], ...help];
}
