import type { Clock } from "../src/broker/turn/clock.ts";

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A time that stands still until a test moves it. */
export class FakeClock implements Clock {
  #nowMs = 0;
  /** In the order in which they were set. */
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#nowMs;
  }

  /** Some day in 2001. */
  time(): number {
    return 1e12 + this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many callbacks are still to come. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /**
   * Moves the time on, calling back whatever becomes due, the earliest first. Whatever a callback sets going is done
   * before the next one is called.
   */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (let timer = this.#next(endMs); timer !== undefined; timer = this.#next(endMs)) {
      this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
      this.#timers.delete(timer);
      timer.callback();
      await settled();
    }
    this.#nowMs = endMs;
    await settled();
  }

  /** Moves the time on without calling anybody back: what is due meanwhile is late. */
  sleep(ms: number): void {
    this.#nowMs += ms;
  }

  #next(endMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= endMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }
}

/** Resolves when everything has been done that waits for nothing but its turn: streams in this process, for one. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
