import { Amount, joined, type Phrase, phrase } from "../../phrase/phrase.ts";
import { COUNT, type Damage, type Survey, type SurveyedFile } from "./surveyed.ts";

/** Output of `haremq data inspect --json`. */
export interface Inspection {
  readonly folder: string;
  readonly formatVersion: number;
  /** The snapshot knows all generations of the journal up to this one. */
  readonly snapshotGeneration: number;
  /** Generations of the journal that it does not know. */
  readonly journalGenerations: readonly number[];
  readonly files: readonly SurveyedFile[];
  readonly exchanges: number;
  readonly bindings: number;
  readonly queues: readonly InspectedQueue[];
  readonly damages: readonly Damage[];
}

export interface InspectedQueue {
  readonly vhost: string;
  /** `null` when it is lost. */
  readonly name: string | Phrase | null;
  readonly id: number;
  readonly messages: number;
  /** Size of the bodies of these. In bytes. */
  readonly bytes: number;
  /** Messages that it should have too, and that can't be read. */
  readonly lostMessages: number;
}

/** Returns a summary of a folder, for a person or a program. */
export function inspect(survey: Survey): Inspection {
  const countOf = (type: string) => survey.topology.filter((record) => record.type === type).length;
  return {
    folder: survey.folder,
    formatVersion: survey.formatVersion,
    snapshotGeneration: survey.retiredGeneration,
    journalGenerations: survey.generations,
    files: survey.files,
    exchanges: countOf("exchange.declared"),
    bindings: countOf("binding.added"),
    queues: inspectQueues(survey),
    damages: survey.damages,
  };
}

/** The queues, each with what is in its levels, and what exchanges keep. */
function inspectQueues({ queues }: Survey): InspectedQueue[] {
  const inspected = new Map<number, { -readonly [Key in keyof InspectedQueue]: InspectedQueue[Key] }>();
  for (const { id, declared, vhost, name, whole, bodyBytes, lostCount } of queues) {
    const queueId = declared?.queueId ?? id;
    const queue = inspected.get(queueId);
    if (queue === undefined) {
      inspected.set(queueId, {
        vhost,
        name,
        id: queueId,
        messages: whole.count,
        bytes: bodyBytes,
        lostMessages: lostCount,
      });
    } else {
      queue.messages += whole.count;
      queue.bytes += bodyBytes;
      queue.lostMessages += lostCount;
    }
  }
  return [...inspected.values()];
}

/** Writes an inspection for a person, in their language. */
export function formatInspection(inspection: Inspection, say: (text: Phrase) => string): string {
  const { folder, formatVersion, snapshotGeneration, journalGenerations, files, queues, damages } = inspection;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const messages = queues.reduce((sum, queue) => sum + queue.messages, 0);
  const newer = joined(journalGenerations, say(phrase` and `));
  const lines = [
    phrase`${folder}: format version ${formatVersion}, ${COUNT.bytes(bytes)} in ${COUNT.files(files.length)}`,
    phrase`${COUNT.exchanges(inspection.exchanges)}, ${COUNT.queues(queues.length)}, ${
      COUNT.bindings(inspection.bindings)
    } and ${COUNT.messages(messages)}, all of them durable`,
    journalGenerations.length === 0
      ? phrase`The snapshot knows the journal up to generation ${snapshotGeneration}; nothing newer is in journal files.`
      : phrase`The snapshot knows the journal up to generation ${snapshotGeneration}; ${newer} are in journal files.`,
  ].map(say);
  const number = (value: number) => say(phrase`${new Amount(value)}`);
  const fileRows = files.map(({ name, bytes, what }) => [name, number(bytes), say(what)]);
  lines.push("", ...table([phrase`file`, phrase`bytes`, phrase`what it is`].map(say), fileRows));
  if (queues.length > 0) {
    const rows = queues.map(({ vhost, name, id, messages, bytes, lostMessages }) => [
      typeof name === "string" ? name : say(name ?? phrase`(name lost, id ${id})`),
      vhost,
      number(messages),
      number(bytes),
      ...lostMessages > 0 ? [say(phrase`and ${new Amount(lostMessages)} that can't be read`)] : [],
    ]);
    const titles = [phrase`queue`, phrase`vhost`, phrase`messages`, phrase`bytes`].map(say);
    lines.push("", ...table(titles, rows));
  }
  if (damages.length > 0) {
    const places = COUNT.places(damages.length);
    lines.push("", say(phrase`It is damaged in ${places}. To see where: haremq data verify ${folder}`));
  }
  return lines.join("\n");
}

/** Columns of numbers are aligned to the right. */
function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [titles, ...rows];
  const widths = titles.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const isNumber = titles.map((_, column) => rows.every((row) => /^\d[\d,\s]*$/.test(row[column] ?? "")));
  const format = (row: readonly string[]) =>
    row.map((cell, column) => isNumber[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column] ?? 0))
      .join("  ").trimEnd();
  return all.map(format);
}
