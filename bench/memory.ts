import { readFileSync } from "node:fs";

const SETTLE_INTERVAL_MS = 400;
const SETTLE_LIMIT_MS = 3000;
/** Memory has settled when it changed by less than this part. */
const SETTLED_CHANGE = 0.002;

/** The resident memory of a process in bytes; `undefined` where there is no `/proc`, or no such process. */
export function residentBytes(pid: number): number | undefined {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}

/** The resident memory of a process when it stays the same for a while, or after 3 s. */
export async function settledResidentBytes(pid: number): Promise<number | undefined> {
  let before = residentBytes(pid);
  for (let waitedMs = 0; before !== undefined && waitedMs < SETTLE_LIMIT_MS; waitedMs += SETTLE_INTERVAL_MS) {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_INTERVAL_MS));
    const now = residentBytes(pid);
    if (now === undefined || Math.abs(now - before) < before * SETTLED_CHANGE) return now;
    before = now;
  }
  return before;
}
