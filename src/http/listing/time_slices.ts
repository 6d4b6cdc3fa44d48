import type { Clock } from "../../broker/turn/clock.ts";

/**
 * Time that reads may take in one round of the event loop. In milliseconds. Shorter than that of changes, as many clients
 * may poll long lists, and then more than one message in a hundred waits for a read: see `bench/management.ts`.
 */
export const READ_SLICE_MS = 1.5;

/** Part of the time that long reads get. A busy broker needs the rest for messages, which would wait ever longer. */
const SHARE = 0.3;
/** Time that reads get at once after a rest, so that pages of long lists are quick. In milliseconds. */
const BURST_MS = 10;

/**
 * Lets long reads happen in short slices, so that clients of the broker don't wait for them. All reads share one slice of
 * each round of the event loop.
 */
export class TimeSlices {
  readonly clock: Clock;
  /** Readers that wait for a slice, which they get in this order. */
  readonly #waiting: ((endMs: number) => void)[] = [];
  /** Time at which the slice of this round ends; 0 when none has begun. */
  #endMs = 0;
  /** Time that reads may take at once. In milliseconds; below zero after more was taken. */
  #spareMs = BURST_MS;
  /** Time at which spare time was gained last. */
  #gainedAtMs = -Infinity;
  #cancelRound = () => {};

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Runs steps to their end, and resolves with what they return. Each of them should take less than a millisecond. */
  async run<Result>(steps: Iterator<unknown, Result>): Promise<Result> {
    for (;;) {
      const end = this.#take();
      const endMs = typeof end === "number" ? end : await end;
      const startMs = this.clock.now();
      try {
        do {
          const step = steps.next();
          if (step.done) return step.value;
        } while (this.clock.now() < endMs);
      } finally {
        this.#spareMs -= this.clock.now() - startMs;
        this.#restUntilNextRound();
      }
    }
  }

  /** Notes time that is spent outside of steps. In milliseconds. */
  spend(ms: number): void {
    this.#spareMs -= ms;
  }

  /**
   * Sets the timer of the next round when a read pauses or ends. One that was set before the read may be due already, and
   * Deno calls due timers up to 61 times before it looks at its sockets again.
   */
  #restUntilNextRound(): void {
    this.#cancelRound();
    this.#cancelRound = this.clock.after(0, () => this.#nextRound());
  }

  /** Returns the end of this round's slice if some of it is left; resolves with that of a later one otherwise. */
  #take(): number | Promise<number> {
    const now = this.clock.now();
    if (this.#endMs === 0) return this.#begin(now);
    if (now < this.#endMs && this.#waiting.length === 0) return this.#endMs;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #begin(now: number): number {
    this.#endMs = now + READ_SLICE_MS;
    return this.#endMs;
  }

  #nextRound(): void {
    if (this.#waiting.length === 0) {
      this.#endMs = 0;
      return;
    }
    const now = this.clock.now();
    this.#spareMs = Math.min(BURST_MS, this.#spareMs + (now - this.#gainedAtMs) * SHARE);
    this.#gainedAtMs = now;
    if (this.#spareMs < 0) this.clock.after(-this.#spareMs / SHARE, () => this.#beginNext());
    else this.#beginNext();
  }

  #beginNext(): void {
    this.#waiting.shift()!(this.#begin(this.clock.now()));
  }
}
