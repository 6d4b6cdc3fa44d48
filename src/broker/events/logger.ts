export type LogLevel = "debug" | "info" | "notice" | "warning" | "error";

/** Categories of log lines, by their names in RabbitMQ's configuration, which has no `audit`. */
export const LOG_CATEGORIES = ["default", "connection", "channel", "queue", "audit"] as const;

export type LogCategory = typeof LOG_CATEGORIES[number];

/** Logs a line for the operator, by default in the category `default`. */
export type Logger = (level: LogLevel, line: string, category?: LogCategory) => void;
