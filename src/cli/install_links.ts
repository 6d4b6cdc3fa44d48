import type { Runtime } from "../runtime/runtime.ts";
import { installProgram, isTaken, programPath } from "../runtime/program_links.ts";
import { phrase } from "../phrase/phrase.ts";
import { personOf } from "./person.ts";
import { TOOLS } from "./tools.ts";

/**
 * Makes links under RabbitMQ's names in a folder: to the executable, or scripts that run the source. Leaves files alone
 * that it has not made.
 */
export async function installLinks(runtime: Runtime, [folder, ...others]: readonly string[]): Promise<never> {
  const person = personOf(runtime);
  if (folder === undefined || others.length > 0 || folder.startsWith("-")) {
    await (folder === "--help" ? person.tell(USAGE) : person.complain(USAGE));
    return runtime.exit(folder === "--help" ? 0 : 64);
  }
  const taken = TOOLS.map(({ name }) => programPath(folder, name)).filter(isTaken);
  if (taken.length > 0) {
    await person.complain(
      phrase`There are other files already: ${taken.join(", ")}. Remove them, or choose another folder.`,
    );
    return runtime.exit(73);
  }
  for (const { name, subcommand } of TOOLS) {
    const path = installProgram(folder, name, PROGRAM, subcommand);
    runtime.writeLine("stdout", path);
  }
  return runtime.exit(0);
}

/** The program, in TypeScript as this file, or compiled as this file. */
const PROGRAM = new URL(import.meta.url.replace(/install_links(\.[jt]s)$/, "haremq$1"));

const USAGE = phrase`Usage: haremq install-links <folder>

Makes these commands in a folder, such as one of PATH: ${TOOLS.map(({ name }) => name).join(", ")}.`;
