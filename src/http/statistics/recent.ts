import type { Clock } from "../../broker/turn/clock.ts";

/** Work that takes longer is not done again for each request. In milliseconds. */
const LONG_WORK_MS = 5;
/** A long work's result is used again for this many times the time that it took. */
const REUSE_FACTOR = 20;

/** The result of work whose cost is limited: requests share it, and a result that took long is used again for a while. */
export class Recent<Result> {
  readonly #clock: Clock;
  readonly #work: () => Promise<Result>;
  #pending: Promise<Result> | undefined;
  #result: Result | undefined;
  #validUntilMs = 0;

  constructor(clock: Clock, work: () => Promise<Result>) {
    this.#clock = clock;
    this.#work = work;
  }

  async get(): Promise<Result> {
    if (this.#pending !== undefined) return await this.#pending;
    if (this.#result !== undefined && this.#clock.now() < this.#validUntilMs) return this.#result;
    this.#result = undefined;
    const startMs = this.#clock.now();
    this.#pending = this.#work();
    try {
      const result = await this.#pending;
      const endMs = this.#clock.now();
      if (endMs - startMs > LONG_WORK_MS) {
        this.#result = result;
        this.#validUntilMs = endMs + REUSE_FACTOR * (endMs - startMs);
      }
      return result;
    } finally {
      this.#pending = undefined;
    }
  }
}
