import type { LogLevel } from "../broker/session/session.ts";

export type { LogLevel };

/** Takes a line for whoever runs the broker. */
export type Log = (level: LogLevel, line: string) => void;
