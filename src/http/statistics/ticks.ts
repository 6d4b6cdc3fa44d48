import { type Resolution, RETENTION, TICK_MS } from "./retention.ts";

/** The times at which samples are taken, the same for all objects. A tick is known by its number, from 1. */
export class Ticks {
  /** The latest tick; 0 before the first. */
  latest = 0;
  /** Time between the two latest ticks. In milliseconds. */
  intervalMs = TICK_MS;
  #latestNowMs = 0;
  #latestTimeMs = 0;
  /** Times of ticks by the distance between them, each in a ring; in milliseconds since 1970. */
  readonly #rings = new Map<number, Float64Array>(
    RETENTION.global.map(({ everyTicks, count }) => [everyTicks, new Float64Array(count)]),
  );

  /** Begins a tick. `nowMs` is the monotonic time, `timeMs` that of day, which is rounded down as requests round it. */
  begin(nowMs: number, timeMs: number): void {
    if (this.latest > 0) this.intervalMs = Math.max(nowMs - this.#latestNowMs, 1);
    this.#latestNowMs = nowMs;
    this.#latestTimeMs = timeMs;
    this.latest++;
    const time = Math.floor(timeMs / TICK_MS) * TICK_MS;
    for (const [everyTicks, times] of this.#rings) {
      if (this.latest % everyTicks === 0) times[this.latest / everyTicks % times.length] = time;
    }
  }

  /** Returns the time of any tick, as if none had been late. In milliseconds since 1970. */
  dateOf(tick: number): number {
    return this.#latestTimeMs - (this.latest - tick) * TICK_MS;
  }

  /** Returns the time of a tick of a resolution, which must be retained. In milliseconds since 1970. */
  timeOf(tick: number, { everyTicks }: Resolution): number {
    const times = this.#rings.get(everyTicks)!;
    return times[tick / everyTicks % times.length];
  }
}
