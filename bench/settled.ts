/** Conditions under which a changing value counts as settled. */
export interface Settling {
  readonly intervalMs: number;
  /** Maximum wait. In milliseconds. */
  readonly limitMs: number;
  /** Maximum change within an interval, as a part of the value. */
  readonly change: number;
}

/**
 * Returns the value of `read` once it is stable, or when the time is over; `undefined` as soon as `read` returns that.
 */
export async function settled(
  read: () => number | undefined,
  { intervalMs, limitMs, change }: Settling,
): Promise<number | undefined> {
  let before = read();
  for (let waitedMs = 0; before !== undefined && waitedMs < limitMs; waitedMs += intervalMs) {
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
    const now = read();
    if (now === undefined || Math.abs(now - before) <= before * change) return now;
    before = now;
  }
  return before;
}
