import type { ToolName } from "../../../src/cli/ctl/command.ts";
import { runTool } from "../../../src/cli/ctl/run.ts";
import { runtime } from "../../../src/runtime/current.ts";
import { listeningSockets, stateOf } from "../../../src/runtime/sockets_of_user.ts";
import { KeptTerminal } from "./kept_terminal.ts";

/** Returns what a command sees around it in this process, with an environment of its own. */
export const surroundingsWith = (environment: (name: string) => string | undefined) => ({
  environment,
  socketFetcher: runtime.socketFetcher,
  fetch: (url: string, init: RequestInit) => fetch(url, init),
  stateOf,
  listeningSockets,
});

/** Runs a command in this process with the broker of a data folder. Its files are in `folder`. */
export async function runHere(folder: string, data: string, tool: ToolName, args: readonly string[]) {
  const terminal = new KeptTerminal(folder);
  const surroundings = surroundingsWith((name) => name === "HAREMQ_DATA_DIR" ? data : undefined);
  const code = await runTool(tool, args, terminal, surroundings);
  return { code, stdout: terminal.stdout, stderr: terminal.stderr };
}
