export type LogLevel = "debug" | "info" | "warning" | "error";

/** Takes a line for whoever runs the broker. */
export type Log = (level: LogLevel, line: string) => void;
