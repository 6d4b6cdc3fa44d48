import type { LogLevel } from "../broker/session/session.ts";

export type { LogLevel };

/** Logs a line for the operator. */
export type Logger = (level: LogLevel, line: string) => void;

/** Returns the text of something thrown, for a line of the log. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
