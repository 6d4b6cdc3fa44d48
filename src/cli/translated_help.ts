import type { HelpConfiguration, Option } from "commander";
import { phrase } from "../phrase/phrase.ts";
import type { Say } from "./texts/say.ts";

/** Makes commander write the help in another language. */
export const helpIn = (say: Say): HelpConfiguration => ({
  styleTitle: say,
  commandDescription: (command) => say(command.description()),
  subcommandDescription: (command) => say(command.description()),
  argumentDescription: ({ description }) => say(description),
  optionDescription: (option) => describeOption(option, say),
});

/** Returns the description of an option with its choices and its default. */
function describeOption({ description, argChoices, defaultValue, required }: Option, say: Say): string {
  const notes: string[] = [];
  if (argChoices !== undefined) {
    notes.push(say(phrase`choices: ${argChoices.map((choice) => `"${choice}"`).join(", ")}`));
  }
  if (required && defaultValue !== undefined) notes.push(say(phrase`default: ${JSON.stringify(defaultValue)}`));
  return say(description) + (notes.length === 0 ? "" : ` (${notes.join(", ")})`);
}
