import type { LogCategory, LogLevel } from "../../broker/events/logger.ts";

/** A line of the log before it is written. */
export interface LogRecord {
  /** Time in milliseconds since 1970. */
  readonly timeMs: number;
  readonly level: LogLevel;
  readonly category: LogCategory;
  /** The original line, with any characters. */
  readonly line: string;
  /** Process in Erlang's notation. */
  readonly pid: string;
}

/** Writes a record as one line that ends with a line feed. */
export type Format = (record: LogRecord) => string;
