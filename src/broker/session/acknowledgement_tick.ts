import type { Clock } from "../turn/clock.ts";

/** Number of checks of a channel within its shortest acknowledgement timeout. */
const TICKS_PER_TIMEOUT = 8;
/** Minimum interval between checks of channels. In milliseconds. */
const TICK_MIN_MS = 1000;

/** The part of a channel that needs periodic checks. */
export interface Ticking {
  /**
   * Does what is due. Returns the shortest acknowledgement timeout, in milliseconds, or `undefined` when nothing is left to
   * check.
   */
  tick(nowMs: number): number | undefined;
}

/** One timer for all channels that need periodic checks (RabbitMQ: `channel_tick_interval`). */
export class AcknowledgementTick {
  readonly #clock: Clock;
  readonly #intervalMaxMs: number;
  /** Called when all channels have been checked, to end the turn. */
  readonly #endTurn: () => void;
  readonly #ticking = new Set<Ticking>();
  #dueMs = Infinity;
  #cancelTimer = () => {};

  constructor(clock: Clock, intervalMaxMs: number, endTurn: () => void) {
    this.#clock = clock;
    this.#intervalMaxMs = intervalMaxMs;
    this.#endTurn = endTurn;
  }

  /** Checks a channel from now on, whose deliveries may stay unacknowledged for the given time. */
  add(ticking: Ticking, timeoutMs: number): void {
    this.#ticking.add(ticking);
    this.#setTimer(timeoutMs);
  }

  remove(ticking: Ticking): void {
    this.#ticking.delete(ticking);
    if (this.#ticking.size > 0) return;
    this.#cancelTimer();
    this.#dueMs = Infinity;
  }

  #setTimer(timeoutMs: number): void {
    const delayMs = Math.min(Math.max(timeoutMs / TICKS_PER_TIMEOUT, TICK_MIN_MS), this.#intervalMaxMs);
    const dueMs = this.#clock.now() + delayMs;
    if (dueMs >= this.#dueMs) return;
    this.#cancelTimer();
    this.#dueMs = dueMs;
    this.#cancelTimer = this.#clock.after(delayMs, () => this.#tick());
  }

  #tick(): void {
    this.#dueMs = Infinity;
    const nowMs = this.#clock.now();
    let shortestMs = Infinity;
    for (const ticking of this.#ticking) {
      const timeoutMs = ticking.tick(nowMs);
      if (timeoutMs === undefined) this.#ticking.delete(ticking);
      else shortestMs = Math.min(shortestMs, timeoutMs);
    }
    if (this.#ticking.size > 0) this.#setTimer(shortestMs);
    this.#endTurn();
  }
}
