import { accessSync, constants, existsSync, lstatSync, readFileSync } from "node:fs";
import process from "node:process";

/** Where Linux lists the sockets of all processes. */
const SOCKETS = "/proc/net/unix";

/**
 * Returns the paths of the sockets of this user that somebody listens on; none where the system does not tell. Those of
 * other users could be traps for passwords.
 */
export function listeningSockets(): string[] {
  if (!existsSync(SOCKETS)) return [];
  const paths = readFileSync(SOCKETS, "utf8").split("\n").map((line) => line.split(/\s+/).slice(7).join(" "));
  const isOwn = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.uid === process.getuid?.();
  return [...new Set(paths)].filter((path) => path.startsWith("/") && isOwn(path));
}

/** Returns whether a file is there, and whether this user may open it. */
export function stateOf(path: string): "missing" | "forbidden" | "usable" {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return "usable";
  } catch (error) {
    const { code } = error as { code?: string };
    return code === "EACCES" || code === "EPERM" ? "forbidden" : "missing";
  }
}
