/** A sentence about what was asked for or what has happened, which ends the program with status 1. */
export class PerfError extends Error {
  override name = "PerfError";
}
