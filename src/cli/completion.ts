import type { Runtime } from "../runtime/runtime.ts";
import { completionOf, type Shell, SHELLS } from "./ctl/completion.ts";
import { TOOL_NAMES } from "./ctl/tools.ts";

/** Writes a script by which a shell completes the tools' commands. */
export function writeCompletion(runtime: Runtime, [shell]: readonly string[]): never {
  if (!SHELLS.includes(shell as Shell)) {
    runtime.writeLine(
      "stderr",
      `Usage: haremq completion <${SHELLS.join(" | ")}>\n\nFor bash: eval "$(haremq completion bash)"`,
    );
    return runtime.exit(64);
  }
  runtime.writeLine("stdout", completionOf(shell as Shell, TOOL_NAMES).trimEnd());
  return runtime.exit(0);
}
