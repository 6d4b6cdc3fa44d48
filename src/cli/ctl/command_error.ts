import { EXIT, type ExitCode } from "./exit_code.ts";

/** The failure of a command: what it writes to stderr, and its exit code. */
export class CommandError extends Error {
  override name = "CommandError";
  readonly exitCode: ExitCode;

  /** @param text what is written; nothing when it is empty. */
  constructor(exitCode: ExitCode, text: string) {
    super(text);
    this.exitCode = exitCode;
  }
}

/** Returns a failure that is introduced by `Error:`, as most are. */
export const failure = (text: string, exitCode: ExitCode = EXIT.unavailable): CommandError =>
  new CommandError(exitCode, `Error:\n${text}`);

/** Returns the failure of a health check, whose text stands alone. */
export const checkFailed = (text = ""): CommandError => new CommandError(EXIT.unavailable, text);

/** A mistake in the arguments of a command, after which its usage is shown. */
export class UsageError extends Error {
  override name = "UsageError";
  readonly exitCode: ExitCode;

  constructor(text: string, exitCode: ExitCode = EXIT.usage) {
    super(text);
    this.exitCode = exitCode;
  }
}

export const notEnoughArguments = (): UsageError => new UsageError("not enough arguments.");
export const tooManyArguments = (): UsageError => new UsageError("too many arguments.");

/** @param detail what is wrong with it. */
export const badArgument = (detail?: string): UsageError =>
  new UsageError(detail === undefined ? "Bad argument." : `Bad argument: ${detail}`, EXIT.data);
