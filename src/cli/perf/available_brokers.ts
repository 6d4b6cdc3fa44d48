import { phrase } from "../../phrase/phrase.ts";
import { Connection, type Target } from "./load/connection.ts";
import { PerfError } from "./perf_error.ts";

/** Delay between two rounds of attempts. In milliseconds. */
const RETRY_MS = 1000;

/**
 * Waits for brokers that are about to start, and resolves to those that are there once `needed` of them are (PerfTest:
 * `--servers-startup-timeout`). Rejects with {@linkcode PerfError} when the time is over.
 */
export async function availableBrokers(
  targets: readonly Target[],
  needed: number,
  timeoutSeconds: number,
): Promise<readonly Target[]> {
  const found = new Set<Target>();
  const endMs = performance.now() + timeoutSeconds * 1000;
  for (;;) {
    for (const target of targets) {
      if (!found.has(target) && await isThere(target)) found.add(target);
      if (found.size === needed) return targets.filter((target) => found.has(target));
    }
    if (performance.now() + RETRY_MS >= endMs) {
      throw new PerfError(phrase`Could not connect to broker(s) in ${timeoutSeconds} second(s), exiting.`);
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function isThere(target: Target): Promise<boolean> {
  try {
    const connection = await Connection.open({ ...target, onFailure: () => {} });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}
