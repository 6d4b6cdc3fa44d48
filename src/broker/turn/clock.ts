/** The world's time, handed in so that tests can make their own. */
export interface Clock {
  /** Milliseconds that never go back, from any start. */
  now(): number;
  /** Milliseconds since 1970. It may be set anew, and go back then. */
  time(): number;
  /** Calls back once, in a turn of its own. Returns what takes that back. */
  after(delayMs: number, callback: () => void): () => void;
}
