import type { Command } from "commander";
import { DefinitionsError } from "../definitions/problem.ts";
import { Broker } from "../embedding/broker.ts";
import { FolderInUseError, FolderNotUsableError, type Runtime } from "../runtime/runtime.ts";
import { StoreError } from "../store/error.ts";
import { joined, type Phrase, phrase, textOfError, verbatim } from "../phrase/phrase.ts";
import type { Person } from "./person.ts";
import { readDefinitions } from "./definitions.ts";
import { openDataFolder } from "./data_folder.ts";
import { openStore } from "./open_store.ts";

/** Errors whose message tells the operator what to do, shown without a stack. */
const EXPECTED = [DefinitionsError, FolderInUseError, FolderNotUsableError, StoreError];

/** Adds the commands for definitions that need no running broker. */
export function addDefinitionsCommands(program: Command, runtime: Runtime, person: Person): void {
  const definitions = program.command("definitions").description(
    "check and export definitions without a running broker; a start imports them by load_definitions",
  );

  /** Runs a command and ends the process: with 1 when it fails. */
  const run = async (command: () => Promise<Phrase>): Promise<void> => {
    try {
      await person.tell(await command());
    } catch (error) {
      if (!EXPECTED.some((type) => error instanceof type)) throw error;
      await person.complain(textOfError(error as Error));
      runtime.exit(1);
    }
    runtime.exit(0);
  };

  definitions.command("check")
    .description("list what is wrong with a file for a new broker, and what HareMQ leaves out: exits with 0 or 1")
    .argument("<file>", "definitions in RabbitMQ's JSON")
    .action((file: string) => run(() => check(runtime, file)));
  definitions.command("export")
    .description("write the definitions in a data folder that no broker is using, as RabbitMQ writes them")
    .argument("<folder>", "the value of --data-dir that the broker was started with")
    .option("--vhost <name>", "the only virtual host to export")
    .action((folder: string, { vhost }: { vhost?: string }) => run(() => exportFolder(runtime, folder, vhost)));
}

async function check(runtime: Runtime, file: string): Promise<Phrase> {
  const broker = new Broker({ importsDefinitions: true });
  const { counts, notices } = await broker.definitions.import(readDefinitions(runtime, file), { source: file });
  const objects = Object.entries(counts).map(([section, count]) => `${count} ${section}`).join(", ");
  return joined([...notices, phrase`No mistakes in ${file}: ${objects || phrase`no objects`}.`], "\n");
}

async function exportFolder(runtime: Runtime, folder: string, vhost: string | undefined): Promise<Phrase> {
  // First opened for reading, as a folder that does not exist must not be made.
  (await runtime.openFolderToRead(folder)).unlock();
  const { files, unlock } = await openDataFolder(runtime, folder, () => {});
  const store = await openStore(runtime, files, 0, "always", () => {});
  const broker = new Broker({ store, importsDefinitions: true });
  try {
    return verbatim((await broker.exportDefinitions(vhost)).trimEnd());
  } finally {
    await broker.close();
    unlock();
  }
}
