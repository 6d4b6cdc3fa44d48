import { valueAt, type Varying } from "./varying.ts";

/** Delay before the next look at the time while nothing is due. In milliseconds. */
const WAIT_MS = 1;
/** The same at a rate of 0, which lasts for whole seconds. In milliseconds. */
const STANDSTILL_MS = 20;

/** Holds messages to a rate in messages a second, which may vary. */
export class Pace {
  readonly #rate: number | Varying;
  readonly #startedMs: number;
  /** Start of the time in which the rate has been the same, and what was done until then. */
  #sinceMs: number;
  #before = 0;
  #current: number;

  constructor(rate: number | Varying, nowMs: number) {
    this.#rate = rate;
    this.#startedMs = this.#sinceMs = nowMs;
    this.#current = valueAt(rate, 0);
  }

  /** Returns how many messages may follow `done` ones by now. */
  due(done: number, nowMs: number): number {
    const rate = valueAt(this.#rate, nowMs - this.#startedMs);
    if (rate !== this.#current) {
      this.#current = rate;
      this.#sinceMs = nowMs;
      this.#before = done;
    }
    return Math.floor((nowMs - this.#sinceMs) * rate / 1000) + this.#before - done;
  }

  /** Delay before the next look, while nothing is due. In milliseconds. */
  get waitMs(): number {
    return this.#current === 0 ? STANDSTILL_MS : WAIT_MS;
  }
}
