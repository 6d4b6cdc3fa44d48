import type { Call } from "./call.ts";
import { CommandError } from "./command_error.ts";
import type { Command } from "./command.ts";
import { EXIT } from "./exit_code.ts";
import { commandList, helpOf, overview } from "./help.ts";
import { nearestName } from "./nearest.ts";
import { list, type Result, value } from "./result.ts";
import { helpTexts } from "./texts/load_texts.ts";

/** Shows the help for a command, or all commands. */
export async function showHelp({ args: [name], commands, options, tool, terminal, language }: Call): Promise<Result> {
  const { isColoured } = terminal;
  const texts = await helpTexts(language);
  if (name === undefined) {
    const isList = options.list_commands === true;
    return value(isList ? commandList(commands, isColoured, texts) : overview(tool, commands, isColoured, texts));
  }
  const command = commands.find((command) => command.name === name);
  if (command !== undefined) return value(helpOf(tool, command, isColoured, texts));
  const nearest = nearestName(name, commands.map(({ name }) => name));
  const suggestion = nearest === undefined ? "" : ` \n${texts.didYouMean(nearest)} \n`;
  throw new CommandError(EXIT.usage, `${texts.error}:\n\n${texts.commandNotFound(name)}${suggestion}`);
}

/** Lists the names of commands that begin with a text. */
export const complete = ({ args: [prefix], commands }: Call): Result => list(namesFrom(prefix, commands));

const namesFrom = (prefix: string, commands: readonly Command[]): string[] =>
  commands.map(({ name }) => name).filter((name) => name.startsWith(prefix)).sort();
