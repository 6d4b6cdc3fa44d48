import type { Command, ToolName } from "./command.ts";
import { bright } from "./sections.ts";
import { ENGLISH } from "./texts/english.ts";
import type { HelpTexts, SectionName } from "./texts/help_texts.ts";

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

const GUIDES = "https://rabbitmq.com/";

/** Returns the sections of commands with their titles, in the order of the overview. */
export function sectionsOf(
  commands: readonly Command[],
  texts: HelpTexts = ENGLISH,
): { title: string; commands: Command[] }[] {
  const names = [...new Set(commands.map(({ section }) => section))].sort();
  const ranked = names.map((name) => ({ name, rank: RANKS[name], title: texts.sections[name] }));
  return ranked.sort((one, other) => one.rank - other.rank).map(({ name, title }) => ({
    title,
    commands: commands.filter(({ section }) => section === name).sort((one, other) => one.name < other.name ? -1 : 1),
  }));
}

/** Returns an overview of all commands of a program. */
export function overview(
  tool: ToolName,
  commands: readonly Command[],
  isColoured: boolean,
  texts: HelpTexts = ENGLISH,
): string {
  return `
${bright(texts.usage, isColoured)}

${tool} [--node <node>] [--timeout <timeout>] [--longnames] [--quiet] <command> [<command options>]

${texts.availableCommands}:
${commandList(commands, isColoured, texts)}${texts.learnMore(tool)}`;
}

/** Returns all commands with their descriptions. */
export function commandList(commands: readonly Command[], isColoured: boolean, texts: HelpTexts = ENGLISH): string {
  const longest = Math.max(...commands.map(({ name }) => name.length));
  const sections = sectionsOf(commands, texts).map(({ title, commands }) => {
    const lines = commands.map(({ name, description }) =>
      `   ${name.padEnd(longest)}  ${texts.description(description)}\n`
    );
    return `\n${bright(title, isColoured)}:\n\n${lines.join("")}`;
  });
  return `${sections.join("")}\n`;
}

/** Returns the usage of a command, as it is shown with mistakes. */
export const usageOf = (
  tool: ToolName,
  { usage, hasTimeout }: Command,
  isColoured: boolean,
  texts: HelpTexts = ENGLISH,
): string =>
  `\n${bright(texts.usage, isColoured)}\n\n${tool} [--node <node>] [--longnames] [--quiet] ${usage}${
    hasTimeout ? " [--timeout <timeout>]" : ""
  }`;

/** Returns the help for a command. */
export function helpOf(tool: ToolName, command: Command, isColoured: boolean, texts: HelpTexts = ENGLISH): string {
  const { description, guides = [] } = command;
  const help = explanationsOf(command, texts);
  const parts = [usageOf(tool, command, isColoured, texts)];
  if (description !== "") parts.push(`${texts.description(description)}.\n`);
  if (help.length > 0) {
    const lines = help.map(([argument, explanation]) => `${argument}\n\t${explanation}\n`);
    parts.push([`${bright(texts.argumentsAndOptions, isColoured)}\n`, ...lines].join("\n"));
  }
  if (guides.length > 0) {
    const lines = guides.map((guide) => ` * ${GUIDES}${guide}.html\n`);
    parts.push([`${bright(texts.guides, isColoured)}\n`, ...lines].join("\n"));
  }
  parts.push(`${bright(texts.generalOptions, isColoured)}\n\n${texts.generalOptionsTable}`);
  return `${parts.join("\n\n")}\n`;
}

/** Returns arguments and switches with their explanations. */
export function explanationsOf(
  { help = [], columns }: Command,
  texts: HelpTexts = ENGLISH,
): readonly (readonly [string, string])[] {
  const explanations = help.map(([argument, explanation]) => [argument, texts.explanation(explanation)] as const);
  if (columns === undefined) return explanations;
  return [["<column>", texts.mustBeOneOf([...columns].sort().join(", "))], ...explanations];
}
