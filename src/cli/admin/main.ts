import type { Runtime } from "../../runtime/runtime.ts";
import { NodeTerminal } from "../../runtime/node_terminal.ts";
import { runAdmin } from "./run.ts";

/** Runs `rabbitmqadmin`, and ends the process with its exit code. */
export async function main(runtime: Runtime, args: readonly string[]): Promise<never> {
  const { environment } = runtime;
  const surroundings = { environment, fetch: (url: string, init: RequestInit) => fetch(url, init) };
  return runtime.exit(await runAdmin(args, new NodeTerminal(runtime), surroundings));
}
