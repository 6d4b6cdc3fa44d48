import { Histogram } from "../../measure/histogram.ts";
import type { Clock } from "./clock.ts";

/** One in so many turns is measured. */
const SAMPLED_EVERY = 16;
/** Time after the last use of the measures in which turns are measured. In milliseconds. */
const IN_USE_MS = 120_000;
/** Upper bounds, in seconds. */
const BOUNDS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5];

/**
 * Measures how long turns take: one in sixteen of those that chunks and timers begin, and only while somebody looks at
 * the measures. So most turns pay for one check.
 */
export class TurnTimes {
  readonly seconds = new Histogram(BOUNDS);
  readonly #clock: Clock;
  #isInUse = false;
  #usedAtMs = 0;
  #untilSample = SAMPLED_EVERY;
  /** Start of the turn that is measured. */
  #startMs = 0;
  #isMeasuring = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Measures turns from now on, for a while. */
  use(): void {
    this.#isInUse = true;
    this.#usedAtMs = this.#clock.now();
  }

  /** Notes the start of a turn. */
  begin(): void {
    if (this.#isInUse && --this.#untilSample <= 0) this.#begin();
  }

  #begin(): void {
    this.#untilSample = SAMPLED_EVERY;
    this.#startMs = this.#clock.now();
    this.#isMeasuring = true;
    if (this.#startMs - this.#usedAtMs > IN_USE_MS) this.#isInUse = false;
  }

  /** Notes the end of a turn. */
  end(): void {
    if (this.#isMeasuring) this.#end();
  }

  #end(): void {
    this.#isMeasuring = false;
    this.seconds.observe((this.#clock.now() - this.#startMs) / 1000);
  }
}
