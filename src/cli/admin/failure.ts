/** Name of the program in its texts. */
export const PROGRAM = "rabbitmqadmin";
export const SHORT_USAGE = `${PROGRAM} [options] subcommand`;

/** The end of a run that has failed: what it writes to stderr, and its exit code. */
export class AdminFailure extends Error {
  override name = "AdminFailure";
  readonly exitCode: 1 | 2;

  constructor(text: string, exitCode: 1 | 2 = 1) {
    super(text);
    this.exitCode = exitCode;
  }
}

/** Returns the failure of a request, or of a file. */
export const died = (text: string): AdminFailure => new AdminFailure(`*** ${text}\n`);

/** Returns the failure of a run whose subcommand is wrong. */
export const misused = (text: string): AdminFailure =>
  new AdminFailure(`\nERROR: ${text}\n\n${PROGRAM} --help for help\n`);

/** Returns the failure of a run whose switches are wrong, in the words of Python's `optparse`. */
export const misparsed = (text: string): AdminFailure =>
  new AdminFailure(`Usage\n=====\n  ${SHORT_USAGE}\n\n${PROGRAM}: error: ${text}`, 2);
