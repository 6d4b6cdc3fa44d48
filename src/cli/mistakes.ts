import type { CommanderError } from "commander";
import { type Phrase, phrase, PhraseError, verbatim } from "../phrase/phrase.ts";

/** Code of an argument of `haremq` that is no command. */
export const UNKNOWN_COMMAND = "haremq.unknownCommand";

/** What commander says of mistakes in arguments, by its codes: the pattern of its sentence, and the phrase for it. */
const MISTAKES: Readonly<
  Record<string, readonly [pattern: RegExp, phraseFor: (...parts: readonly string[]) => Phrase]>
> = {
  "commander.unknownOption": [/^error: unknown option '(.*)'$/, (flag) => phrase`error: unknown option '${flag}'`],
  [UNKNOWN_COMMAND]: [
    /^error: unknown command '(.*)', see haremq --help$/,
    (name) => phrase`error: unknown command '${name}', see haremq --help`,
  ],
  "commander.unknownCommand": [/^error: unknown command '(.*)'$/, (name) => phrase`error: unknown command '${name}'`],
  "commander.missingArgument": [
    /^error: missing required argument '(.*)'$/,
    (name) => phrase`error: missing required argument '${name}'`,
  ],
  "commander.optionMissingArgument": [
    /^error: option '(.*)' argument missing$/,
    (flag) => phrase`error: option '${flag}' argument missing`,
  ],
  "commander.invalidArgument": [
    /^error: option '(.*)' argument '(.*)' is invalid\. Allowed choices are (.*)\.$/s,
    (flag, value, choices) =>
      phrase`error: option '${flag}' argument '${value}' is invalid. Allowed choices are ${choices}.`,
  ],
};

/** What commander adds when a name is similar. */
const SUGGESTION = /\n\(Did you mean (.*)\?\)$/;

/** A value that a flag does not take, and why. */
export class FlagError extends PhraseError {
  constructor(flag: string, value: string, why: Phrase) {
    super(phrase`error: option '${flag}' argument '${value}' is invalid. ${why}`);
  }
}

/** Returns the phrase for a mistake that commander has found. */
export function mistakeOf({ code, message }: CommanderError): Phrase {
  const [, nearest] = SUGGESTION.exec(message) ?? [];
  const sentence = message.replace(SUGGESTION, "");
  const [pattern, phraseFor] = MISTAKES[code] ?? [];
  const parts = pattern?.exec(sentence)?.slice(1);
  const said = parts === undefined ? verbatim(sentence) : phraseFor!(...parts);
  return nearest === undefined ? said : phrase`${said}\n(Did you mean ${nearest}?)`;
}
