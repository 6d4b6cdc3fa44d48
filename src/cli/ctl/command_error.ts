import { type Phrase, phrase, verbatim } from "../../phrase/phrase.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";

/** The failure of a command: what it writes to stderr, and its exit code. */
export class CommandError extends Error {
  override name = "CommandError";
  readonly exitCode: ExitCode;
  readonly text: Phrase;
  /** Help that is written behind the text. */
  readonly help: string;

  /** @param text what is written; nothing when it is empty, and so is the help. */
  constructor(exitCode: ExitCode, text: Phrase, help = "") {
    super(String(text));
    this.exitCode = exitCode;
    this.text = text;
    this.help = help;
  }
}

/** Returns a failure that is introduced by `Error:`, as most are. */
export const failure = (text: Phrase, exitCode: ExitCode = EXIT.unavailable): CommandError =>
  new CommandError(exitCode, phrase`Error:\n${text}`);

/** Returns the failure of a health check, whose text stands alone. */
export const checkFailed = (text = verbatim("")): CommandError => new CommandError(EXIT.unavailable, text);

/** A mistake in the arguments of a command, after which its usage is shown. */
export class UsageError extends Error {
  override name = "UsageError";
  readonly exitCode: ExitCode;
  readonly text: Phrase;

  constructor(text: Phrase, exitCode: ExitCode = EXIT.usage) {
    super(String(text));
    this.exitCode = exitCode;
    this.text = text;
  }
}

export const notEnoughArguments = (): UsageError => new UsageError(phrase`not enough arguments.`);
export const tooManyArguments = (): UsageError => new UsageError(phrase`too many arguments.`);

/** @param detail what is wrong with it. */
export const badArgument = (detail?: Phrase): UsageError =>
  new UsageError(detail === undefined ? phrase`Bad argument.` : phrase`Bad argument: ${detail}`, EXIT.data);
