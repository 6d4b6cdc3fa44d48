import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import process from "node:process";

/** Kills the edge runtime of this process that has a file of a folder open, as `kill -9` does (on Linux). */
export function killWorkerIn(folder: string): void {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).filter((id) => hasOpen(id, folder));
  if (ids.length !== 1) throw new Error(`${ids.length} edge runtimes have ${folder} open`);
  process.kill(Number(ids[0]), "SIGKILL");
}

function hasOpen(id: string, folder: string): boolean {
  try {
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+) /.exec(readFileSync(`/proc/${id}/stat`, "utf8")) ?? [];
    if (name !== "workerd" || Number(parent) !== process.pid) return false;
    return readdirSync(`/proc/${id}/fd`).some((file) => readlinkSync(`/proc/${id}/fd/${file}`).startsWith(folder));
  } catch {
    // It has ended, or a file was closed meanwhile.
    return false;
  }
}
