/** Milliseconds of each unit. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time in milliseconds, or as text with units: `"90s"`, `"1h30m"`, `"2d"`, `"250ms"`. */
export type Duration = number | string;

/** Returns a duration in milliseconds. Throws `RangeError` for a negative one, and for text without a unit. */
export function durationMs(duration: Duration): number {
  if (typeof duration === "number") {
    if (duration >= 0 && duration < Infinity) return duration;
    throw new RangeError(`A duration is a number of milliseconds from 0 on: received ${duration}.`);
  }
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(duration)) {
    throw new RangeError(`A duration is such as "250ms", "90s", "1h30m" or "2d": received "${duration}".`);
  }
  let sum = 0;
  for (const [, count, unit] of duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) sum += Number(count) * UNITS[unit];
  return sum;
}
