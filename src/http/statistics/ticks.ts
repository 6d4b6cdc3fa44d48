import type { Resolution } from "./retention.ts";

/** The times at which samples are taken, the same for all objects. A tick is known by its number, from 1. */
export class Ticks {
  /** The latest tick; 0 before the first. */
  latest = 0;
  /** Time between two ticks that are on time. In milliseconds. */
  readonly tickMs: number;
  /** Time between the two latest ticks. In milliseconds. */
  intervalMs: number;
  #latestNowMs = 0;
  #latestTimeMs = 0;
  /** Times of ticks by the distance between them, each in a ring; in milliseconds since 1970. */
  readonly #rings = new Map<number, Float64Array>();

  /** @param resolutions those of all histories. */
  constructor(tickMs: number, resolutions: readonly Resolution[]) {
    this.tickMs = this.intervalMs = tickMs;
    for (const { everyTicks, count } of resolutions) {
      const length = Math.max(count, this.#rings.get(everyTicks)?.length ?? 0);
      this.#rings.set(everyTicks, new Float64Array(length));
    }
  }

  /** Begins a tick. `nowMs` is the monotonic time, `timeMs` that of day, which is rounded down as requests round it. */
  begin(nowMs: number, timeMs: number): void {
    if (this.latest > 0) this.intervalMs = Math.max(nowMs - this.#latestNowMs, 1);
    this.#latestNowMs = nowMs;
    this.#latestTimeMs = timeMs;
    this.latest++;
    const time = Math.floor(timeMs / this.tickMs) * this.tickMs;
    for (const [everyTicks, times] of this.#rings) {
      if (this.latest % everyTicks === 0) times[this.latest / everyTicks % times.length] = time;
    }
  }

  /** Returns the time of any tick, as if none had been late. In milliseconds since 1970. */
  dateOf(tick: number): number {
    return this.#latestTimeMs - (this.latest - tick) * this.tickMs;
  }

  /** Returns the time of a tick of a resolution, which must be retained. In milliseconds since 1970. */
  timeOf(tick: number, { everyTicks }: Resolution): number {
    const times = this.#rings.get(everyTicks)!;
    return times[tick / everyTicks % times.length];
  }
}
