import { joined, type Phrase, phrase } from "../../phrase/phrase.ts";
import type { Call } from "./call.ts";
import { CommandError } from "./command_error.ts";
import type { Command } from "./command.ts";
import { EXIT } from "./exit_code.ts";
import { commandList, helpOf, overview } from "./help.ts";
import { nearestName } from "./nearest.ts";
import { pageOf } from "./page.ts";
import { drawing, list, type Result } from "./result.ts";

/** Shows the help for a command, or all commands. */
export function showHelp({ args: [name], commands, options, tool, terminal, say }: Call): Result {
  const page = pageOf(terminal);
  if (name === undefined) {
    const isList = options.list_commands === true;
    return drawing(isList ? commandList(commands, page, say) : overview(tool, commands, page, say));
  }
  const command = commands.find((command) => command.name === name);
  if (command !== undefined) return drawing(helpOf(tool, command, page, say));
  const nearest = nearestName(name, commands.map(({ name }) => name));
  const suggestion = nearest === undefined ? "" : joined([" \n", didYouMean(nearest), " \n"], "");
  throw new CommandError(EXIT.usage, phrase`Error:\n\n${notFound(name)}${suggestion}`);
}

export const notFound = (name: string): Phrase => phrase`Command '${name}' not found.`;
export const didYouMean = (nearest: string): Phrase => phrase`Did you mean '${nearest}'?`;

/** Lists the names of commands that begin with a text. */
export const complete = ({ args: [prefix], commands }: Call): Result => list(namesFrom(prefix, commands));

const namesFrom = (prefix: string, commands: readonly Command[]): string[] =>
  commands.map(({ name }) => name).filter((name) => name.startsWith(prefix)).sort();
