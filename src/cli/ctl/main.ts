import { accessSync, constants } from "node:fs";
import type { Runtime } from "../../runtime/runtime.ts";
import type { ToolName } from "./command.ts";
import { NodeTerminal } from "./node_terminal.ts";
import { runTool } from "./run.ts";

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
  };
  return runtime.exit(await runTool(tool, args, new NodeTerminal(runtime), surroundings));
}
