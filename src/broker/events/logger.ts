/** Level of a line of the log. */
export type LogLevel = "debug" | "info" | "notice" | "warning" | "error";

/** Categories of log lines, by their names in RabbitMQ's configuration, which has no `audit`. */
export const LOG_CATEGORIES = [
  "default",
  "connection",
  "channel",
  "queue",
  "audit",
] as const satisfies readonly LogCategory[];

/** Category of a line of the log. */
export type LogCategory = "default" | "connection" | "channel" | "queue" | "audit";

/** Logs a line for the operator, by default in the category `default`. */
export type Logger = (level: LogLevel, line: string, category?: LogCategory) => void;
