import type { Clock } from "../turn/clock.ts";

/** A channel is looked at so often in the shortest time that a delivery of its may stay unacknowledged. */
const TICKS_PER_TIMEOUT = 8;
/** Channels are looked at no more often. In milliseconds. */
const TICK_MIN_MS = 1000;

/** A channel's part that is to be looked at now and then. */
export interface Ticking {
  /**
   * Does what is due. Returns the shortest time, in milliseconds, that a delivery may stay unacknowledged, and `undefined`
   * when there is nothing to be looked at any more.
   */
  tick(nowMs: number): number | undefined;
}

/** One timer for all channels that have to be looked at now and then (RabbitMQ: `channel_tick_interval`). */
export class AcknowledgementTick {
  readonly #clock: Clock;
  readonly #intervalMaxMs: number;
  /** Called when all have been looked at: a turn ends. */
  readonly #endTurn: () => void;
  readonly #ticking = new Set<Ticking>();
  #dueMs = Infinity;
  #cancelTimer = () => {};

  constructor(clock: Clock, intervalMaxMs: number, endTurn: () => void) {
    this.#clock = clock;
    this.#intervalMaxMs = intervalMaxMs;
    this.#endTurn = endTurn;
  }

  /** Looks at a channel from now on, deliveries of which may stay unacknowledged for so long. */
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
