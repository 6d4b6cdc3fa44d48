import { accessSync, constants, existsSync, lstatSync, readFileSync } from "node:fs";
import process from "node:process";
import type { Runtime } from "../../runtime/runtime.ts";
import type { ToolName } from "./command.ts";
import { NodeTerminal } from "./node_terminal.ts";
import { runTool } from "./run.ts";

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

/** Runs one of RabbitMQ's programs, and ends the process with its exit code. */
export async function main(runtime: Runtime, tool: ToolName, args: readonly string[]): Promise<never> {
  const { environment, socketFetcher } = runtime;
  const surroundings = {
    environment,
    socketFetcher,
    fetch: (url: string, init: RequestInit) => fetch(url, init),
    stateOf,
    listeningSockets,
  };
  return runtime.exit(await runTool(tool, args, new NodeTerminal(runtime), surroundings));
}
