import { type Phrase, phrase } from "../../phrase/phrase.ts";

/** Name of the program in its texts. */
export const PROGRAM = "rabbitmqadmin";
export const SHORT_USAGE = `${PROGRAM} [options] subcommand`;

/** The end of a run that has failed: what it writes to stderr, and its exit code. */
export class AdminFailure extends Error {
  override name = "AdminFailure";
  readonly exitCode: 1 | 2;
  readonly text: Phrase;

  constructor(text: Phrase, exitCode: 1 | 2 = 1) {
    super(String(text));
    this.exitCode = exitCode;
    this.text = text;
  }
}

/** Returns the failure of a request, or of a file. */
export const died = (text: Phrase): AdminFailure => new AdminFailure(phrase`*** ${text}\n`);

/** Returns the failure of a run whose subcommand is wrong. */
export const misused = (text: Phrase): AdminFailure =>
  new AdminFailure(phrase`\nERROR: ${text}\n\n${PROGRAM} --help for help\n`);

/** Returns the failure of a run whose switches are wrong, in the words of Python's `optparse`. */
export const misparsed = (text: Phrase): AdminFailure =>
  new AdminFailure(phrase`Usage\n=====\n  ${SHORT_USAGE}\n\n${PROGRAM}: error: ${text}`, 2);
