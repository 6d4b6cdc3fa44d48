import type { Runtime } from "../runtime/runtime.ts";
import { type Shell, SHELLS } from "./ctl/completion.ts";
import { phrase } from "../phrase/phrase.ts";
import { languageOf } from "./language.ts";
import { sayIn } from "./texts/say.ts";
import { personOf } from "./person.ts";
import { completionOfAll } from "./program_completion.ts";

/** Writes a script by which a shell completes all programs' commands. */
export async function writeCompletion(runtime: Runtime, [shell]: readonly string[]): Promise<never> {
  if (!SHELLS.includes(shell as Shell)) {
    await personOf(runtime).complain(
      phrase`Usage: haremq completion <${SHELLS.join(" | ")}>\n\nFor bash: eval "$(haremq completion bash)"`,
    );
    return runtime.exit(64);
  }
  // What zsh shows beside a command is what the command's help says.
  const language = languageOf(runtime.environment);
  const say = await sayIn(language, async () => (await import("./ctl/texts/russian.ts")).RUSSIAN);
  runtime.writeLine("stdout", completionOfAll(shell as Shell, say).trimEnd());
  return runtime.exit(0);
}
