import type { Command, ToolName } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { explanationsOf, sectionsOf } from "./help.ts";

const commandsOf = (tool: ToolName): Command[] => COMMANDS.filter(({ tools }) => tools.includes(tool));

/** Switches of all commands, with their explanations. */
const GENERAL: readonly (readonly [switches: string, explanation: string])[] = [
  ["-p, --vhost <vhost>", "Virtual host of the objects. Default: /."],
  ["-q, --quiet", "Writes no banner."],
  ["-s, --silent", "Writes no banner, and no names of columns."],
  ["--formatter <name>", "Writes the output as table, pretty_table, json, json_stream, csv or erlang."],
  ["--no-table-headers", "Writes no names of columns."],
  ["-t, --timeout <seconds>", "Time that the command may take."],
  ["-n, --node <node>", "Name that the broker must have. Without a data folder or URL it is found by its name."],
  [
    "--data-dir <folder>",
    "Data folder of the broker, whose socket needs no password. Default: HAREMQ_DATA_DIR, or haremq-data.",
  ],
  ["--url <url>, --base-uri <url>", "Management API of the broker, in place of its data folder. Default: HAREMQ_URL."],
  [
    "--username <name>, --password <password>",
    "Credentials for the management API. Default: those in the URL, or guest.",
  ],
  ["--dry-run", "Checks the arguments, and does nothing."],
  ["-?, --help", "Shows the help for the command."],
];

/** Exit codes with their meaning. */
const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [0, "success"],
  [64, "wrong usage"],
  [65, "a wrong argument, or a virtual host that does not exist"],
  [67, "a user that does not exist"],
  [69, "no broker, a failed check, or another failure"],
  [70, "an object that exists already, or a fault"],
  [75, "a timeout"],
];

const roff = (text: string): string =>
  text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll(/^([.'])/gm, "\\&$1");

/** Returns the manual page of a program, for man(1). */
export function manualPage(tool: ToolName, description: string): string {
  const lines = [
    `.TH ${tool.toUpperCase().replaceAll("-", "\\-")} 1`,
    ".SH NAME",
    `${roff(tool)} \\- ${roff(description)}`,
    ".SH SYNOPSIS",
    `.B ${roff(tool)}\n.RI [ options ] " command" " [" arguments ]`,
    ".SH OPTIONS",
    ...GENERAL.flatMap(([switches, explanation]) => [".TP", `.B ${roff(switches)}`, roff(explanation)]),
    ".SH COMMANDS",
    ...sectionsOf(commandsOf(tool)).flatMap(({ title, commands }) => [
      `.SS ${roff(title)}`,
      ...commands.flatMap((command) => [
        ".TP",
        `.B ${roff(command.usage)}`,
        roff(`${command.description}.`),
        ...explanationsOf(command).flatMap(([argument, explanation]) => [
          ".RS",
          ".TP",
          `.I ${roff(argument)}`,
          roff(explanation),
          ".RE",
        ]),
      ]),
    ]),
    ".SH EXIT STATUS",
    ...EXIT_CODES.flatMap(([code, meaning]) => [".TP", `.B ${code}`, roff(meaning)]),
  ];
  return `${lines.join("\n")}\n`;
}

/** Returns the documentation of all programs, in Markdown. */
export function commandsPage(tools: readonly { readonly name: ToolName; readonly description: string }[]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
  const general = GENERAL.map(([switches, explanation]) => `| \`${switches}\` | ${cell(explanation)} |`);
  const codes = EXIT_CODES.map(([code, meaning]) => `| ${code} | ${meaning} |`);
  const programs = tools.flatMap(({ name, description }) => [
    `## ${name}\n\n${description[0].toUpperCase()}${description.slice(1)}.`,
    ...sectionsOf(commandsOf(name)).map(({ title, commands }) => {
      const rows = commands.map(({ usage, description }) =>
        `| \`${usage.replaceAll("|", "\\|")}\` | ${cell(description)} |`
      );
      return `### ${title}\n\n| command | what it does |\n| --- | --- |\n${rows.join("\n")}`;
    }),
  ]);
  const parts = [
    "# Commands",
    "Made by `deno task docs` from the table in `src/cli/ctl/`. `rabbitmqctl help COMMAND` tells more about each.",
    "## Language\n\nTexts are in Russian when the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is not empty names a Russian " +
    "locale in UTF-8, such as `ru_RU.UTF-8`: banners, results, errors and the help of the commands below, of " +
    "`rabbitmqadmin`, `rabbitmq-perf-test`, `install-links` and `completion`, the help and the mistakes in the arguments of `haremq` itself, and what it says of a data folder. Names of commands, arguments, switches and columns, values, exit codes, and the " +
    "formats `json`, `json_stream`, `csv` and `erlang`, and the file that `perf --output-file` names, are the same in every locale, as scripts read them. These stay in English: " +
    "the broker's answers, which clients compare, its log, and what is wrong with a configuration or with definitions, which log and answers say in the same words. " +
    "A script that reads other lines asks for English by `LC_ALL=C`.",
    `## Options\n\n| option | meaning |\n| --- | --- |\n${general.join("\n")}`,
    `## Exit codes\n\n| code | meaning |\n| --- | --- |\n${codes.join("\n")}`,
    ...programs,
  ];
  return `${parts.join("\n\n")}\n`;
}
