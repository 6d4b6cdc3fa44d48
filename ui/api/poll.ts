/** Longest time between two reads after failures. In milliseconds. */
const INTERVAL_MAX_MS = 60_000;

/** Parts that a {@linkcode Poll} is given. */
export interface PollParts<Answer> {
  readonly read: (signal: AbortSignal) => Promise<Answer>;
  readonly intervalMs: number;
  readonly onAnswer: (answer: Answer) => void;
  /** Is called with each failure, after which it is tried again. */
  readonly onError: (error: unknown) => void;
  /** Calls back after a time; returns what cancels that. */
  readonly after: (ms: number, call: () => void) => () => void;
}

/**
 * Reads something again and again: in intervals, which double after each failure. It pauses while nobody sees the page, and
 * a read is aborted when it stops.
 */
export class Poll<Answer> {
  readonly #parts: PollParts<Answer>;
  #failures = 0;
  #isPaused = false;
  #isStopped = false;
  #cancelTimer: (() => void) | undefined;
  #reading: AbortController | undefined;

  constructor(parts: PollParts<Answer>) {
    this.#parts = parts;
  }

  /** Reads now, in place of a read that is under way or due later. */
  async now(): Promise<void> {
    if (this.#isStopped) return;
    this.#cancel();
    const reading = this.#reading = new AbortController();
    try {
      const answer = await this.#parts.read(reading.signal);
      if (this.#reading !== reading) return;
      this.#failures = 0;
      this.#parts.onAnswer(answer);
    } catch (error) {
      if (this.#reading !== reading) return;
      this.#failures++;
      this.#parts.onError(error);
    }
    this.#reading = undefined;
    this.#schedule();
  }

  /** Stops reading until {@linkcode resume}. */
  pause(): void {
    this.#isPaused = true;
    this.#cancel();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    void this.now();
  }

  /** Stops for ever, and aborts a read. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #schedule(): void {
    if (this.#isPaused || this.#isStopped) return;
    const { intervalMs, after } = this.#parts;
    const delayMs = Math.min(intervalMs * 2 ** this.#failures, Math.max(INTERVAL_MAX_MS, intervalMs));
    this.#cancelTimer = after(delayMs, () => void this.now());
  }

  #cancel(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const reading = this.#reading;
    this.#reading = undefined;
    reading?.abort();
  }
}
