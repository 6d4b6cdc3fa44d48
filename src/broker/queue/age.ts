const DAY_MS = 24 * 3600 * 1000;

/** Units of an age, such as the `h` of `12h`. In milliseconds. */
const UNITS_MS: Readonly<Record<string, number>> = {
  Y: 365 * DAY_MS,
  M: 30 * DAY_MS,
  D: DAY_MS,
  h: 3600 * 1000,
  m: 60 * 1000,
  s: 1000,
};

/**
 * Parses an age such as `7D` or `1h` (RabbitMQ: Streams, `x-max-age`) to milliseconds; returns `undefined` for other
 * texts.
 */
export function parseAgeMs(age: string): number | undefined {
  const match = /^([0-9]+)([YMDhms])$/.exec(age);
  if (match === null || Number(match[1]) === 0) return undefined;
  return Number(match[1]) * UNITS_MS[match[2]];
}
