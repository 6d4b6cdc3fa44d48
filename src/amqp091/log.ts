import type { LogLevel } from "../broker/session/session.ts";

export type { LogLevel };

/** Logs a line for the operator. */
export type Log = (level: LogLevel, line: string) => void;
