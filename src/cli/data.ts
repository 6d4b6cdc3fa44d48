import type { Command } from "commander";
import { FolderInUseError, FolderNotUsableError, type LockedFolder, type Runtime } from "../runtime/runtime.ts";
import { StoreError } from "../store/error.ts";
import { formatInspection, inspect } from "../store/offline/inspect.ts";
import { checkIsEmpty, salvage, type Salvaged } from "../store/offline/salvage.ts";
import { survey } from "../store/offline/survey.ts";
import { COUNT, type Damage, type Survey, type SurveyedQueue } from "../store/offline/surveyed.ts";
import { verify } from "../store/offline/verify.ts";
import { Amount, joined, type Phrase, phrase, textOfError } from "../phrase/phrase.ts";
import type { Person } from "./person.ts";
import { after } from "./after.ts";

/** Exit codes of the commands. */
const EXIT = { whole: 0, failed: 1, damaged: 1, lost: 2 } as const;

/** Adds the commands that inspect a data folder while no broker uses it. None of them changes it. */
export function addDataCommands(program: Command, runtime: Runtime, person: Person): void {
  const data = program.command("data").description(
    "inspect a data folder that no broker is using, without changing it",
  );

  /** Runs a command, and ends the process with the code that it returns. */
  const run = (command: () => Promise<number>) => async (): Promise<void> => {
    runtime.exit(await command().catch((error) => fail(person, error)));
  };

  data.command("inspect")
    .description("list its contents: files, exchanges, queues, bindings, and the messages of each queue")
    .argument("<folder>", "the value of --data-dir that the broker was started with")
    .option("--json", "for programs")
    .action((folder: string, { json = false }: { json?: boolean }) =>
      run(() => inspectFolder(runtime, person, folder, json))()
    );
  data.command("verify")
    .description("read everything, and list what is damaged: exits with 0 when all is whole, and with 1 otherwise")
    .argument("<folder>", "the value of --data-dir that the broker was started with")
    .action((folder: string) => run(() => verifyFolder(runtime, person, folder))());
  data.command("salvage")
    .description(
      "copy everything whole to a new folder: exits with 0 when that is everything, and with 2 when something is lost",
    )
    .argument("<folder>", "the value of --data-dir that the broker was started with")
    .argument("<new folder>", "a folder that does not exist yet, to start the broker with afterwards")
    .action((folder: string, newFolder: string) => run(() => salvageFolder(runtime, person, folder, newFolder))());
}

async function fail(person: Person, error: Error): Promise<number> {
  if (error instanceof FolderInUseError) {
    await person.complain(phrase`${error.problemText} Stop that one first: it goes on writing.`);
  } else if (error instanceof FolderNotUsableError || error instanceof StoreError) {
    await person.complain(textOfError(error));
  } else throw error;
  return EXIT.failed;
}

async function inspectFolder(
  runtime: Runtime,
  person: Person,
  folder: string,
  isForPrograms: boolean,
): Promise<number> {
  const { files, unlock } = await runtime.openFolderToRead(folder);
  const inspection = inspect(await survey(files, runtime.crc32));
  unlock();
  const text = isForPrograms ? JSON.stringify(inspection, null, 2) : formatInspection(inspection, await person.say());
  runtime.writeLine("stdout", text);
  return EXIT.whole;
}

async function verifyFolder(runtime: Runtime, person: Person, folder: string): Promise<number> {
  const { files, unlock } = await runtime.openFolderToRead(folder);
  const found = await verify(files, runtime.crc32);
  unlock();
  const isWhole = found.damages.length === 0;
  const lines = isWhole ? wholeLines(found) : [
    phrase`${files.folder} is damaged:`,
    ...found.damages.map(damageLine),
    ...lostLines(found),
    phrase`Restore the folder from a copy, or save what is whole in it with: haremq data salvage ${folder} <new folder>`,
  ];
  await person.tell(joined(lines, "\n"));
  return isWhole ? EXIT.whole : EXIT.damaged;
}

function wholeLines({ folder, queues, tornTail }: Survey): Phrase[] {
  const messages = queues.reduce((sum, { whole }) => sum + whole.count, 0);
  const lines = [phrase`${folder} is whole: ${COUNT.queues(queues.length)} with ${COUNT.messages(messages)}.`];
  if (tornTail !== undefined) {
    lines.push(
      phrase`What was being written when the broker was stopped ends in the middle of ${tornTail.file}, at offset ${tornTail.offset}. Nobody was told that it was safe; the next start cuts it off.`,
    );
  }
  return lines;
}

const damageLine = ({ file, offset, what }: Damage): Phrase => phrase`  ${file}, offset ${offset}: ${what}`;

function lostLines({ queues, lostBindingCount, hasLostRecords }: Survey): Phrase[] {
  const lines = queues.filter(({ lostCount }) => lostCount > 0).map((queue) => {
    const all = queue.whole.count + queue.lostCount;
    return phrase`Lost: ${new Amount(queue.lostCount)} of ${COUNT.messages(all)} of ${queue.label}.`;
  });
  if (lostBindingCount > 0) {
    lines.push(phrase`Lost: ${COUNT.bindings(lostBindingCount)} whose queue or exchange is lost.`);
  }
  if (hasLostRecords) {
    lines.push(
      phrase`What the broken records said is lost too: changes of queues, exchanges and bindings, messages that came, and which ones were acknowledged. Some of those may be there again.`,
    );
  }
  return lines;
}

async function salvageFolder(runtime: Runtime, person: Person, folder: string, newFolder: string): Promise<number> {
  const { crc32 } = runtime;
  await checkIsFree(runtime, newFolder);
  const source = await runtime.openFolderToRead(folder);
  const target = await runtime.openFolder(newFolder);
  const salvaged = await salvage({ from: source.files, to: target.files, crc32, after });
  const { damages } = await verify(target.files, crc32);
  if (damages.length > 0) {
    throw new StoreError(
      phrase`What was written to ${newFolder} can't be read back:\n${
        joined(damages.map(damageLine), "\n")
      }\nRemove it, and choose one on another disk.`,
    );
  }
  source.unlock();
  target.unlock();
  await person.tell(joined(salvageLines(salvaged, target.files.folder), "\n"));
  return salvaged.survey.isComplete ? EXIT.whole : EXIT.lost;
}

/** Checks that a folder is empty, without locking it: nothing is written to a folder with other contents. */
async function checkIsFree(runtime: Runtime, folder: string): Promise<void> {
  let opened: LockedFolder;
  try {
    opened = await runtime.openFolderToRead(folder);
  } catch (error) {
    // It does not exist, or its problem is reported when it is used.
    if (error instanceof FolderNotUsableError) return;
    throw error;
  }
  await checkIsEmpty(opened.files).finally(opened.unlock);
}

function salvageLines({ survey, messageCount, named }: Salvaged, newFolder: string): Phrase[] {
  const { folder, damages, queues, isComplete } = survey;
  const what = phrase`${COUNT.queues(queues.length)} with ${COUNT.messages(messageCount)}`;
  return [
    isComplete
      ? phrase`${newFolder} has all of ${folder}: ${what}.`
      : phrase`${newFolder} has what is whole of ${folder}: ${what}.`,
    ...damages.length > 0 ? [phrase`What is broken there:`, ...damages.map(damageLine)] : [],
    ...lostLines(survey),
    ...named.map(namedLine),
    phrase`Start the broker with --data-dir ${newFolder}`,
  ];
}

const namedLine = ({ queue, name }: { readonly queue: SurveyedQueue; readonly name: string }): Phrase =>
  phrase`The name of a queue with ${
    COUNT.messages(queue.whole.count)
  } is lost: it is called '${name}' in vhost '/' now. It may be one that was deleted.`;
