import type { DurableObjectStorage } from "./storage.ts";

/** Least time from one alarm to the next. In milliseconds. */
const ALARM_INTERVAL_MS = 1000;

/**
 * Keeps the alarm of a Durable Object at the first deadline, so that the platform wakes an object that it has evicted.
 * It is set in the turn that writes what the deadline is about, and so is as safe as that.
 */
export class ObjectAlarm {
  readonly #storage: DurableObjectStorage;
  #isSetToMs: number;
  #nextDueAtMs: () => number = () => Infinity;

  private constructor(storage: DurableObjectStorage, isSetToMs: number) {
    this.#storage = storage;
    this.#isSetToMs = isSetToMs;
  }

  static async open(storage: DurableObjectStorage): Promise<ObjectAlarm> {
    return new ObjectAlarm(storage, await storage.getAlarm() ?? Infinity);
  }

  /** @param nextDueAtMs returns the time of the first deadline, in milliseconds since 1970; `Infinity` for none. */
  follow(nextDueAtMs: () => number): void {
    this.#nextDueAtMs = nextDueAtMs;
    this.arm();
  }

  /** Sets the alarm earlier, if the first deadline has become earlier. */
  arm(earliestMs = 0): void {
    const dueAtMs = Math.max(this.#nextDueAtMs(), earliestMs);
    if (dueAtMs >= this.#isSetToMs) return;
    this.#isSetToMs = dueAtMs;
    this.#storage.setAlarm(dueAtMs).catch(() => this.#isSetToMs = Infinity);
  }

  /** Sets the alarm to the next deadline after the platform has called, and what was due has been done. */
  async fired(): Promise<void> {
    this.#isSetToMs = Infinity;
    // Deadlines that have passed are met in turns of their own.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setTimeout(resolve));
    this.arm(Date.now() + ALARM_INTERVAL_MS);
  }
}
