/** When something that changes by itself for a while counts as settled. */
export interface Settling {
  readonly intervalMs: number;
  /** Longest wait for it. In milliseconds. */
  readonly limitMs: number;
  /** It has settled when it changed by less than this part within an interval. */
  readonly change: number;
}

/** What `read` says when it stays the same for a while, or when the time is over; `undefined` as soon as it says that. */
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
