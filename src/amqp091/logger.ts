import type { LogLevel } from "../broker/session/session.ts";

export type { LogLevel };

/** The category of a line, as in RabbitMQ's log. */
export type LogCategory = "default" | "connection";

/** Logs a line for the operator. */
export type Logger = (level: LogLevel, line: string, category?: LogCategory) => void;

/** Returns the text of a thrown value, for a line of the log. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
