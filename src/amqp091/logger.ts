export type { LogCategory, Logger, LogLevel } from "../broker/events/logger.ts";

/** Returns the text of a thrown value, for a line of the log. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
