import { readFileSync } from "node:fs";
import { settled, type Settling } from "./settled.ts";

const SETTLING: Settling = { intervalMs: 400, limitMs: 3000, change: 0.002 };
const WATCH_MS = 50;

/** Returns the resident memory of a process in bytes; `undefined` without `/proc` or without the process. */
export function residentBytes(pid: number): number | undefined {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}

/** Returns the resident memory of a process once it is stable for a while, or after 3 s. */
export function settledResidentBytes(pid: number): Promise<number | undefined> {
  return settled(() => residentBytes(pid), SETTLING);
}

/** Watches the resident memory of a process. Returns a function that ends this and returns the maximum. */
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
