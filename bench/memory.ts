import { readFileSync } from "node:fs";
import { settled, type Settling } from "./settled.ts";

const SETTLING: Settling = { intervalMs: 400, limitMs: 3000, change: 0.002 };
const WATCH_MS = 50;

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
export function settledResidentBytes(pid: number): Promise<number | undefined> {
  return settled(() => residentBytes(pid), SETTLING);
}

/** Watches the resident memory of a process until what is returned is called, which says the most of it. */
export function watchResidentBytes(pid: number): () => number | undefined {
  let peak: number | undefined;
  const look = (): void => {
    const bytes = residentBytes(pid);
    if (bytes !== undefined) peak = Math.max(peak ?? 0, bytes);
  };
  look();
  const timer = setInterval(look, WATCH_MS);
  return () => {
    clearInterval(timer);
    look();
    return peak;
  };
}
