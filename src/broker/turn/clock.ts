/** The time, handed in so that tests can supply their own. */
export interface Clock {
  /** Monotonic time from an arbitrary start. In milliseconds. */
  now(): number;
  /** Wall-clock time, which may be set back. In milliseconds since 1970. */
  time(): number;
  /** Calls back once, in a turn of its own. Returns a function that cancels the call. */
  after(delayMs: number, callback: () => void): () => void;
}
