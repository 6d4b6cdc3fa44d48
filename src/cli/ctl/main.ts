import type { Runtime } from "../../runtime/runtime.ts";
import type { ToolName } from "./command.ts";
import { NodeTerminal } from "../../runtime/node_terminal.ts";
import { listeningSockets, stateOf } from "../../runtime/sockets_of_user.ts";
import { runTool } from "./run.ts";

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
