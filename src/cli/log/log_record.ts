import type { LogCategory, LogLevel } from "../../broker/events/logger.ts";

/** A line of the log before it is written. */
export interface LogRecord {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly level: LogLevel;
  readonly category: LogCategory;
  /** As it was given: it may have any character. */
  readonly line: string;
  /** The process in Erlang's notation. */
  readonly pid: string;
}

/** Writes a record, as one line that ends with a line feed. */
export type Format = (record: LogRecord) => string;
