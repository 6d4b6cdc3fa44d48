import { wrap, wrapLines, wrapUsage } from "../wrap.ts";
import type { Command, ToolName } from "./command.ts";
import { type Page, PLAIN } from "./page.ts";
import { bright } from "./sections.ts";
import { phrase } from "../../phrase/phrase.ts";
import { ENGLISH, type Say } from "../texts/say.ts";
import { SECTION_TITLES, type SectionName } from "./section_titles.ts";

/** Places of the sections in the overview; those of the same rank are sorted by name. */
const RANKS: Readonly<Record<SectionName, number>> = {
  help: 1,
  node_management: 2,
  cluster_management: 3,
  replication: 3,
  user_management: 4,
  access_control: 5,
  observability_and_health_checks: 6,
  parameters: 7,
  policies: 8,
  virtual_hosts: 9,
  configuration: 98,
  definitions: 98,
  feature_flags: 98,
  operations: 98,
  plugin_management: 98,
  queues: 98,
  upgrade: 98,
  consistent_hash_exchange: 100,
  management: 100,
  deprecated: 999,
};

/** Switches of all commands. */
const GENERAL_OPTIONS = phrase`The following options are accepted by most or all commands.

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

const GUIDES = "https://rabbitmq.com/";

/** Returns the sections of commands with their titles, in the order of the overview. */
export function sectionsOf(
  commands: readonly Command[],
  say: Say = ENGLISH,
): { title: string; commands: Command[] }[] {
  const names = [...new Set(commands.map(({ section }) => section))].sort();
  const ranked = names.map((name) => ({ name, rank: RANKS[name], title: say(SECTION_TITLES[name]) }));
  return ranked.sort((one, other) => one.rank - other.rank).map(({ name, title }) => ({
    title,
    commands: commands.filter(({ section }) => section === name).sort((one, other) => one.name < other.name ? -1 : 1),
  }));
}

/** Returns an overview of all commands of a program. */
export function overview(
  tool: ToolName,
  commands: readonly Command[],
  page: Page = PLAIN,
  say: Say = ENGLISH,
): string {
  const usage = "[--node <node>] [--timeout <timeout>] [--longnames] [--quiet] <command> [<command options>]";
  const more = say(phrase`Use '${tool} help <command>' to learn more about a specific command`);
  return `
${bright(say(phrase`Usage`), page.isColoured)}

${wrapUsage(tool, usage, page.width)}

${say(phrase`Available commands`)}:
${commandList(commands, page, say)}${wrapLines(more, page.width)}`;
}

/** Part of a terminal's width that names of commands take at most. Longer ones have a line of their own. */
const NAMES_PART = 0.35;

/** Returns all commands with their descriptions. */
export function commandList(
  commands: readonly Command[],
  { isColoured, width }: Page = PLAIN,
  say: Say = ENGLISH,
): string {
  const longest = Math.min(Math.max(...commands.map(({ name }) => name.length)), Math.floor(width * NAMES_PART));
  const sections = sectionsOf(commands, say).map(({ title, commands }) => {
    const lines = commands.map(({ name, description }) => {
      const begin = " ".repeat(3 + longest + 2);
      const first = name.length > longest ? `   ${name}\n${begin}` : `   ${name.padEnd(longest)}  `;
      return `${wrap(first, say(description), width, begin)}\n`;
    });
    return `\n${bright(title, isColoured)}:\n\n${lines.join("")}`;
  });
  return `${sections.join("")}\n`;
}

/** Returns the usage of a command, as it is shown with mistakes. */
export const usageOf = (
  tool: ToolName,
  { usage, hasTimeout }: Command,
  { isColoured, width }: Page = PLAIN,
  say: Say = ENGLISH,
): string => {
  const timeout = hasTimeout ? " [--timeout <timeout>]" : "";
  const line = wrapUsage(tool, `[--node <node>] [--longnames] [--quiet] ${usage}${timeout}`, width);
  return `\n${bright(say(phrase`Usage`), isColoured)}\n\n${line}`;
};

/** Returns the help for a command. */
export function helpOf(tool: ToolName, command: Command, page: Page = PLAIN, say: Say = ENGLISH): string {
  const { isColoured, width } = page;
  const { description, guides = [] } = command;
  const help = explanationsOf(command, say);
  const tab = width === Infinity ? "\t" : " ".repeat(8);
  const parts = [usageOf(tool, command, page, say)];
  if (description !== "") parts.push(`${wrapLines(`${say(description)}.`, width)}\n`);
  if (help.length > 0) {
    const lines = help.map(([argument, explanation]) => `${argument}\n${wrap(tab, explanation, width)}\n`);
    parts.push([`${bright(say(phrase`Arguments and Options`), isColoured)}\n`, ...lines].join("\n"));
  }
  if (guides.length > 0) {
    const lines = guides.map((guide) => ` * ${GUIDES}${guide}.html\n`);
    parts.push([`${bright(say(phrase`Relevant Doc Guides`), isColoured)}\n`, ...lines].join("\n"));
  }
  parts.push(`${bright(say(phrase`General Options`), isColoured)}\n\n${wrapLines(say(GENERAL_OPTIONS), width)}`);
  return `${parts.join("\n\n")}\n`;
}

/** Returns arguments and switches with their explanations. */
export function explanationsOf(
  { help = [], columns }: Command,
  say: Say = ENGLISH,
): readonly (readonly [string, string])[] {
  const explanations = help.map(([argument, explanation]) => [argument, say(explanation)] as const);
  if (columns === undefined) return explanations;
  return [["<column>", say(phrase`must be one of ${[...columns].sort().join(", ")}`)], ...explanations];
}
