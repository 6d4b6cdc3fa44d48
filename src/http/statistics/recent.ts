import type { Clock } from "../../broker/turn/clock.ts";

/** Work that takes longer is not done again for each request. In milliseconds. */
const LONG_WORK_MS = 5;
/** Number of objects from which on work is not done again for each request, although it may take less. */
const MANY_OBJECTS = 1000;
/** A long work's result is used again for this many times the time that it took. */
const REUSE_FACTOR = 20;
/** The same for work about many objects, so that clients that poll don't take more than a hundredth of the time. */
const REUSE_FACTOR_OF_MANY = 100;

/**
 * The result of work whose cost is limited: requests share it, and a result that took long, or is about many objects, is
 * used again for a while.
 */
export class Recent<Result> {
  readonly #clock: Clock;
  readonly #work: () => Promise<Result>;
  readonly #countObjects: () => number;
  #pending: Promise<Result> | undefined;
  #result: Result | undefined;
  #validUntilMs = 0;

  /** @param countObjects returns the number of objects that the work is about. */
  constructor(clock: Clock, countObjects: () => number, work: () => Promise<Result>) {
    this.#clock = clock;
    this.#countObjects = countObjects;
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
      const hasMany = this.#countObjects() >= MANY_OBJECTS;
      if (hasMany || endMs - startMs > LONG_WORK_MS) {
        this.#result = result;
        this.#validUntilMs = endMs + (hasMany ? REUSE_FACTOR_OF_MANY : REUSE_FACTOR) * (endMs - startMs);
      }
      return result;
    } finally {
      this.#pending = undefined;
    }
  }
}
