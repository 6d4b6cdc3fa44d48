import type { Runtime } from "../runtime/runtime.ts";
import { OWN_COMMANDS } from "./own_commands.ts";
import { TOOLS } from "./tools.ts";

/** Command that makes links to this program under RabbitMQ's names. */
const INSTALL_LINKS = "install-links";
/** Command that writes a script for a shell's completion. */
const COMPLETION = "completion";

/** Runs what this program was called for: by its name or by its first argument a tool, or else the server. */
export async function runProgram(runtime: Runtime): Promise<void> {
  const { args, programName } = runtime;
  const byName = TOOLS.find(({ name }) => name === programName);
  if (byName !== undefined) return await byName.run(runtime, args);
  const [first, ...rest] = args;
  const bySubcommand = TOOLS.find(({ subcommand }) => subcommand === first);
  if (bySubcommand !== undefined) return await bySubcommand.run(runtime, rest);
  if (OWN_COMMANDS.some((name) => name === first)) {
    return await (await import("./ctl/main.ts")).main(runtime, "haremq", args);
  }
  if (first === INSTALL_LINKS) return await (await import("./install_links.ts")).installLinks(runtime, rest);
  if (first === COMPLETION) return await (await import("./completion.ts")).writeCompletion(runtime, rest);
  await (await import("./main.ts")).main(runtime);
}
