import { Histogram } from "../../measure/histogram.ts";
import type { Clock } from "../../broker/turn/clock.ts";

/** Interval between two measurements. In milliseconds. */
const INTERVAL_MS = 100;
/** Time after the last use of the measures in which the delay is measured. In milliseconds. */
const IN_USE_MS = 120_000;
/** Upper bounds, in seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** Measures how late timers are, which is how long everybody waits for others, while somebody looks at the measures. */
export class EventLoopDelay {
  readonly seconds = new Histogram(BOUNDS);
  readonly #clock: Clock;
  #usedAtMs = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Measures the delay from now on, for a while. */
  use(): void {
    this.#usedAtMs = this.#clock.now();
    if (this.#cancelTimer === undefined) this.#measure();
  }

  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #measure(): void {
    const dueMs = this.#clock.now() + INTERVAL_MS;
    this.#cancelTimer = this.#clock.after(INTERVAL_MS, () => {
      const now = this.#clock.now();
      this.seconds.observe(Math.max(0, now - dueMs) / 1000);
      this.#cancelTimer = undefined;
      if (now - this.#usedAtMs < IN_USE_MS) this.#measure();
    });
  }
}
