import { type Platform, platform } from "./platform.ts";

/** Time for which a file may be busy. In milliseconds. */
const BUSY_MAX_MS = 10_000;
/** Pause between attempts. In milliseconds. */
const PAUSE_MS = 10;

export interface BusyFileMeans {
  readonly busyCodes: Platform["busyCodes"];
  /** Returns the time. In milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

const MEANS: BusyFileMeans = {
  busyCodes: platform.busyCodes,
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * Tries to rename or remove a file until no other program has it open, as PostgreSQL does: on Windows an open file can't
 * be renamed or removed. Rejects with the last error after ten seconds.
 */
export async function whileBusy<Value>(
  operation: () => Promise<Value>,
  { busyCodes, now, sleep }: BusyFileMeans = MEANS,
): Promise<Value> {
  const startMs = now();
  for (;;) {
    try {
      return await operation();
    } catch (error) {
      const { code = "" } = error as { code?: string };
      if (!busyCodes.includes(code) || now() - startMs >= BUSY_MAX_MS) throw error;
    }
    await sleep(PAUSE_MS);
  }
}
