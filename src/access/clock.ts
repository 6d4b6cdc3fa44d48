/** The time, as far as access needs it. */
export interface AccessClock {
  /** Milliseconds that never go back, from any start. */
  now(): number;
  /** Milliseconds since 1970. */
  time(): number;
  /** Calls back once. Returns what takes that back. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Logs a line for the operator. */
export type AccessLog = (level: "debug" | "info" | "warning" | "error", line: string) => void;
