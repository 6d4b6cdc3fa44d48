import type { Clock } from "../../broker/turn/clock.ts";
import { SLICE_MS } from "../../broker/turn/slices.ts";

/**
 * Lets long reads happen in slices of a few milliseconds, so that clients of the broker don't wait for them. All reads
 * share one slice of each round of the event loop.
 */
export class TimeSlices {
  readonly clock: Clock;
  /** Readers that wait for a slice, which they get in this order. */
  readonly #waiting: ((endMs: number) => void)[] = [];
  /** Time at which the slice of this round ends; 0 when none has begun. */
  #endMs = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Runs steps to their end, and resolves with what they return. Each of them should take less than a millisecond. */
  async run<Result>(steps: Iterator<unknown, Result>): Promise<Result> {
    for (;;) {
      const end = this.#take();
      const endMs = typeof end === "number" ? end : await end;
      do {
        const step = steps.next();
        if (step.done) return step.value;
      } while (this.clock.now() < endMs);
    }
  }

  /** Returns the end of this round's slice if some of it is left; resolves with that of a later one otherwise. */
  #take(): number | Promise<number> {
    const now = this.clock.now();
    if (this.#endMs === 0) return this.#begin(now);
    if (now < this.#endMs && this.#waiting.length === 0) return this.#endMs;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #begin(now: number): number {
    this.#endMs = now + SLICE_MS;
    this.clock.after(0, () => this.#nextRound());
    return this.#endMs;
  }

  #nextRound(): void {
    this.#endMs = 0;
    if (this.#waiting.length > 0) this.#waiting.shift()!(this.#begin(this.clock.now()));
  }
}
