import { PROGRAM, SHORT_USAGE } from "./failure.ts";
import { DEFAULTS, HELP, type Switch, SWITCHES } from "./switches.ts";
import { phrase } from "../../phrase/phrase.ts";
import type { Say } from "../texts/say.ts";

/** Column in which the help of a switch begins, and the width of all. */
const HELP_COLUMN = 24;
const DEFAULT_WIDTH = 80;
const NARROWEST_HELP = 11;

/** Returns the help, laid out as by Python's `optparse`. @param columns width of the terminal, if it is known. */
export function help(say: Say, columns = DEFAULT_WIDTH): string {
  const switches = [HELP, ...SWITCHES].flatMap((one) => switchHelp(one, columns - 2, say));
  return [
    ...heading(say(phrase`Usage`)),
    `  ${SHORT_USAGE}`,
    "",
    ...heading(say(phrase`Options`)),
    ...switches,
    "",
    ...heading(say(phrase`More Help`)),
    "",
    say(phrase`For more help use the help subcommand:`),
    "",
    `  ${PROGRAM} help subcommands  ${say(phrase`# For a list of available subcommands`)}`,
    `  ${PROGRAM} help config       ${say(phrase`# For help with the configuration file`)}`,
  ].join("\n");
}

/** Returns a heading, underlined. */
const heading = (text: string): string[] => [text, "=".repeat(text.length)];

function switchHelp(one: Switch, width: number, say: Say): string[] {
  const names = namesOf(one);
  const lines = wrap(describe(one, say), Math.max(width - HELP_COLUMN, NARROWEST_HELP));
  const indented = lines.map((line) => " ".repeat(HELP_COLUMN) + line);
  if (names.length > HELP_COLUMN - 2) return [names, ...indented];
  return [names.padEnd(HELP_COLUMN) + lines[0], ...indented.slice(1)];
}

function namesOf({ name, letter, setting, sets, value = setting.toUpperCase() }: Switch): string {
  const names = letter === undefined ? [name] : [name, `-${letter}`];
  if (sets !== undefined) return names.join(", ");
  return names.map((name) => name.startsWith("--") ? `${name}=${value}` : `${name} ${value}`).join(", ");
}

function describe({ setting, help }: Switch, say: Say): string {
  if (!Object.hasOwn(DEFAULTS, setting)) return say(help);
  const value = DEFAULTS[setting];
  return `${say(help)} [${say(phrase`default`)}: ${typeof value === "boolean" ? (value ? "True" : "False") : value}]`;
}

/** Breaks a text into lines. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
