import type { Clock } from "../broker/turn/clock.ts";
import { type Duration, durationMs } from "./duration.ts";

/** Longest delay of a runtime's timer. In milliseconds. */
const TIMER_MAX_MS = 2 ** 31 - 1;

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
  readonly cancel: () => void;
}

/**
 * The clock of a test broker: it runs as clocks do, until a test moves it on. Messages expire and are due by it,
 * unused queues are deleted, and consumers are too late. Connections have a clock of their own, so moving this one
 * does not end any.
 */
export class TestClock implements Clock {
  /** Wall-clock time at which {@linkcode now} was 0. In milliseconds since 1970. */
  readonly #startMs: number;
  /** Resolves when clients have got what a callback has sent, and answered. */
  readonly #settle: () => Promise<void>;
  /** Time by which it is ahead of the runtime's clock. In milliseconds. */
  #aheadMs = 0;
  /** Time at which it was stopped; `undefined` while it runs. In milliseconds. */
  #stoppedMs: number | undefined;
  readonly #timers = new Set<Timer>();
  #isAdvancing = false;
  #isClosed = false;

  /** Called by `testBroker` only. */
  constructor(settle: () => Promise<void>) {
    this.#settle = settle;
    this.#startMs = Math.floor(Date.now() - performance.now());
  }

  /** Time since an arbitrary start. In milliseconds. */
  now(): number {
    return this.#stoppedMs ?? performance.now() + this.#aheadMs;
  }

  /** Wall-clock time. In milliseconds since 1970. */
  time(): number {
    return Math.floor(this.#startMs + this.now());
  }

  /** Calls back once, when the time has come or a test moves the clock there. Returns a function that cancels it. */
  after(delayMs: number, callback: () => void): () => void {
    if (this.#isClosed) return () => {};
    const fire = () => {
      this.#timers.delete(timer);
      callback();
    };
    const handle = setTimeout(fire, Math.min(delayMs, TIMER_MAX_MS));
    const timer: Timer = { dueMs: this.now() + delayMs, callback, cancel: () => clearTimeout(handle) };
    this.#timers.add(timer);
    return () => {
      timer.cancel();
      this.#timers.delete(timer);
    };
  }

  /**
   * Moves the clock on: everything that becomes due happens, the earliest first, each at its time. When something is
   * sent to clients, the clock stands still until nothing has been sent or received for some 10 ms, so that their
   * answers come in time; a client that takes longer answers later by the clock. Rejects with `RangeError` for a duration that
   * is none, and with `Error` while another call moves the clock.
   *
   * ```ts
   * await broker.clock.advance("1h");
   * ```
   */
  async advance(duration: Duration): Promise<void> {
    const ms = durationMs(duration);
    if (this.#isAdvancing) throw new Error("The clock is being moved by another call: await that first.");
    this.#isAdvancing = true;
    try {
      await this.#settle();
      const endMs = this.now() + ms;
      for (let timer = this.#next(endMs); timer !== undefined; timer = this.#next(endMs)) {
        this.#moveTo(timer.dueMs);
        timer.cancel();
        this.#timers.delete(timer);
        timer.callback();
        await this.#settle();
      }
      this.#moveTo(endMs);
      await this.#settle();
    } finally {
      this.#isAdvancing = false;
    }
  }

  /** Stops the clock: from now on it moves only by {@linkcode advance}. */
  stop(): void {
    this.#stoppedMs ??= Math.ceil(this.now());
  }

  /** Lets a stopped clock run again. */
  start(): void {
    if (this.#stoppedMs === undefined) return;
    this.#aheadMs = this.#stoppedMs - performance.now();
    this.#stoppedMs = undefined;
  }

  /** Cancels everything that is to come. */
  close(): void {
    this.#isClosed = true;
    for (const { cancel } of this.#timers) cancel();
    this.#timers.clear();
  }

  #moveTo(ms: number): void {
    const forwardMs = ms - this.now();
    if (forwardMs <= 0) return;
    if (this.#stoppedMs === undefined) this.#aheadMs += forwardMs;
    else this.#stoppedMs += forwardMs;
  }

  #next(endMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= endMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }
}
