export type LogLevel = "debug" | "info" | "notice" | "warning" | "error";

/** Categories of lines, by the names that RabbitMQ's configuration has for them; it has no `audit`. */
export const LOG_CATEGORIES = ["default", "connection", "channel", "queue", "audit"] as const;

export type LogCategory = typeof LOG_CATEGORIES[number];

/** Logs a line for the operator. Its category is `default` where none is given. */
export type Logger = (level: LogLevel, line: string, category?: LogCategory) => void;
