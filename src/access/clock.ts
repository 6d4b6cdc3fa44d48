/** The clock and timers that access control uses. */
export interface AccessClock {
  /** Monotonic time from an arbitrary start. In milliseconds. */
  now(): number;
  /** Milliseconds since 1970. */
  time(): number;
  /** Calls back once. Returns a function that cancels the call. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Logs a line for the operator. */
export type AccessLog = (level: "debug" | "info" | "warning" | "error", line: string) => void;
