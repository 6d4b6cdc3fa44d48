/** The time, as far as access needs it. */
export interface AccessClock {
  /** Monotonic time from an arbitrary start. In milliseconds. */
  now(): number;
  /** Milliseconds since 1970. */
  time(): number;
  /** Calls back once. Returns what takes that back. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Logs a line for the operator. */
export type AccessLog = (level: "debug" | "info" | "warning" | "error", line: string) => void;
