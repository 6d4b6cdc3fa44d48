/**
 * Measures HareMQ over real sockets, beside other AMQP brokers if asked to: see README.md.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import os from "node:os";
import { resolve } from "node:path";
import process from "node:process";
import type { MeasuredBroker, StartedBroker } from "./broker.ts";
import { type Case, CASES, type Row, type Tools } from "./cases.ts";
import { DURABLE_CASES } from "./durable_cases.ts";
import { ExternalGenerator } from "./external_generator.ts";
import { type Flags, parseFlags } from "./flags.ts";
import { type Faults, Generator } from "./generator.ts";
import { Results } from "./results.ts";
import { measureProgram, PROGRAM_CASES } from "./program_cases.ts";
import { DEFAULT_RUNTIME_NAMES, findRuntime, type Runtime } from "./runtimes.ts";
import { measureScale, type Note, scaleCases } from "./scale.ts";
import { measureMemory, measureStart, memoryCases, START_ROW } from "./start_and_memory.ts";
import { measureStream, streamCase } from "./stream.ts";
import { TLS_CASES } from "./tls_cases.ts";
import { type Subject, subjectOf, subjectsIn } from "./subject.ts";
import { type Column, formatTable } from "./table.ts";

const QUICK = { rounds: 1, warmUpMs: 150, measureMs: 300, budgetMs: 33_000 };
const FULL = { rounds: 5, warmUpMs: 200, measureMs: 400, budgetMs: 160_000 };

async function main(): Promise<void> {
  const flags = parseFlags(process.argv.slice(2));
  const runtimes = findRuntimes(flags);
  const generatorRuntime = findRuntime("bun") ?? runtimes[0];
  const subjects = runtimes.map(subjectOf);
  if (flags.before !== undefined) subjects.push(...await subjectsIn(flags.before, runtimes));
  const columns: Column[] = [
    ...subjects.map(({ label, isOurs, runtime }) => ({ label, isOurs, runtime: runtime.name })),
    ...flags.compared.map(({ label }) => ({ label, isOurs: false })),
  ];
  const isWanted = ({ name }: Row): boolean => flags.only?.some((text) => name.includes(text)) ?? true;
  const cases = [...CASES, ...TLS_CASES, ...DURABLE_CASES].filter(({ rows, isQuick }) =>
    (isQuick || !flags.quick) && rows.some(isWanted)
  );
  const scope = flags.quick ? QUICK : FULL;
  const rounds = flags.rounds ?? scope.rounds;
  const tools: Tools = {
    generator: new Generator(generatorRuntime),
    externalGenerator: flags.loadGenerator === undefined
      ? undefined
      : new ExternalGenerator(resolve(flags.loadGenerator)),
    warmUpMs: scope.warmUpMs,
    measureMs: flags.seconds === undefined ? scope.measureMs : flags.seconds * 1000,
  };
  // A flag for the time is granted in full.
  const budgetMs = flags.rounds === undefined && flags.seconds === undefined ? scope.budgetMs : Infinity;
  const conditions = {
    date: new Date().toISOString(),
    machine: `${os.type()} ${os.release()}, ${os.cpus().length} × ${os.cpus()[0]?.model.trim()}`,
    loadGenerator: (tools.externalGenerator ?? tools.generator).title,
    rounds,
    measureMs: tools.measureMs,
    dataFolders: os.tmpdir(),
  };
  const { machine, loadGenerator, measureMs } = conditions;
  console.log(
    `${machine}\nLoad by ${loadGenerator}; medians of up to ${rounds} × ${measureMs / 1000} s, brokers in turn\n`,
  );

  const results = new Results();
  const startedMs = performance.now();
  if (isWanted(START_ROW)) await runStarts(subjects, rounds, results);
  await runMemory(subjects, flags, isWanted, tools, results);
  await runCases(cases, subjects, flags.compared, { rounds, endsMs: startedMs + budgetMs }, tools, results);
  await runPrograms(runtimes, flags, isWanted, { rounds, endsMs: startedMs + budgetMs }, tools, results);
  await runScale(subjects, flags, tools, results);
  await runStream(subjects, flags, tools, results);
  showProgress("");

  console.log(formatTable(columns, results));
  console.log("\n↑ more is better, ↓ less is better; kB and MB are 1,000 and 1,000,000 bytes");
  console.log(`It took ${Math.round((performance.now() - startedMs) / 1000)} s.`);
  for (const trouble of results.troubles) console.log(`! ${trouble}`);
  if (!results.hasFaults) console.log("No message was lost, repeated or out of order.");
  if (flags.json !== undefined) writeJson(flags.json, conditions, results);
  process.exit(results.troubles.length > 0 ? 1 : 0);
}

function findRuntimes({ runtime: names = DEFAULT_RUNTIME_NAMES }: Flags): Runtime[] {
  const runtimes = names.map(findRuntime).filter((runtime) => runtime !== undefined);
  if (runtimes.length > 0) return runtimes;
  throw new Error(`There is no ${names.join(" and no ")}: install what package.json names, by npm ci`);
}

async function runStarts(subjects: readonly Subject[], rounds: number, results: Results): Promise<void> {
  for (let round = 0; round < Math.max(3, rounds); round++) {
    for (const subject of subjects) {
      showProgress(`${START_ROW.name}, ${subject.label}`);
      results.add([START_ROW], subject.label, await measureStart(subject));
    }
  }
}

/** Measures memory, once and first of all, as a broker reuses memory that it has freed before. */
async function runMemory(
  subjects: readonly Subject[],
  { quick, compared }: Flags,
  isWanted: (row: Row) => boolean,
  { generator }: Tools,
  results: Results,
): Promise<void> {
  for (const memoryCase of memoryCases(quick)) {
    const { rows } = memoryCase;
    if (!rows.some(isWanted)) continue;
    results.announce(rows);

    const measure = async (broker: MeasuredBroker): Promise<void> => {
      showProgress(`${rows[0].name}, ${broker.label}`);
      try {
        const outcome = await measureMemory(broker, memoryCase, generator);
        if (outcome !== undefined) results.add(rows, broker.label, outcome);
      } catch (error) {
        results.addFailure(rows[0], broker.label, error as Error);
      }
    };

    for (const subject of subjects) {
      const broker = await subject.start();
      await measure(broker);
      await broker.stop();
    }
    for (const broker of compared) await measure(broker);
  }
}

/** Number of rounds of each case, and the time by which all should be finished: slow brokers get fewer rounds. */
interface Schedule {
  readonly rounds: number;
  readonly endsMs: number;
}

async function runCases(
  cases: readonly Case[],
  subjects: readonly Subject[],
  compared: readonly MeasuredBroker[],
  { rounds, endsMs }: Schedule,
  tools: Tools,
  results: Results,
): Promise<void> {
  if (cases.length === 0) return;
  const withTls = cases.some(({ needsTls }) => needsTls);
  const started = await Promise.all(subjects.map((subject) => subject.start(withTls)));
  for (const [index, { rows, needsTls, run }] of cases.entries()) {
    results.announce(rows);
    const startedMs = performance.now();
    const shareMs = (endsMs - startedMs) / (cases.length - index);
    for (let round = 1; round <= rounds; round++) {
      // There is always one round, and another one only if it is likely to fit.
      if (round > 1 && (performance.now() - startedMs) * round / (round - 1) > shareMs) break;
      const brokers = [...started, ...compared];
      // The one that runs first must not always be the same.
      for (const broker of round % 2 === 0 ? brokers.reverse() : brokers) {
        if (needsTls && broker.tlsPort === undefined) continue;
        showProgress(`${rows[0].name}, round ${round}, ${broker.label}`);
        try {
          results.add(rows, broker.label, await run(broker, tools));
        } catch (error) {
          results.addFailure(rows[0], broker.label, error as Error);
        }
      }
    }
  }
  await Promise.all(started.map((broker) => broker.stop()));
}

/** Runs the cases of a broker that is embedded in a program, on each runtime in turn. */
async function runPrograms(
  runtimes: readonly Runtime[],
  { quick }: Flags,
  isWanted: (row: Row) => boolean,
  { rounds, endsMs }: Schedule,
  tools: Tools,
  results: Results,
): Promise<void> {
  const embedding = runtimes.filter(({ isExecutable }) => !isExecutable);
  for (const { row, way } of PROGRAM_CASES.filter((one) => (one.isQuick || !quick) && isWanted(one.row))) {
    results.announce([row]);
    for (let round = 1; round <= rounds && (round === 1 || performance.now() < endsMs); round++) {
      for (const runtime of embedding) {
        showProgress(`${row.name}, round ${round}, ${runtime.title}`);
        try {
          results.add([row], runtime.title, await measureProgram(runtime, way, tools));
        } catch (error) {
          results.addFailure(row, runtime.title, error as Error);
        }
      }
    }
  }
}

/** Runs the cases that take long: once, on a broker of their own, and only on request. */
async function runScale(
  subjects: readonly Subject[],
  { only = [], messages, compared }: Flags,
  { generator }: Tools,
  results: Results,
): Promise<void> {
  for (const scaleCase of scaleCases(messages)) {
    const rows = Object.values(scaleCase.rows);
    if (!only.some((text) => rows[0].name.startsWith(text))) continue;
    await runOnce(subjects, compared, rows, results, (broker, note) => {
      return measureScale(broker, scaleCase, generator, note);
    });
  }
}

/** Runs a long case on each broker in turn. */
async function runOnce(
  subjects: readonly Subject[],
  compared: readonly MeasuredBroker[],
  rows: readonly Row[],
  results: Results,
  run: (broker: MeasuredBroker | StartedBroker, note: Note) => Promise<Faults>,
): Promise<void> {
  results.announce(rows);

  const measure = async (broker: MeasuredBroker | StartedBroker): Promise<void> => {
    showProgress(`${rows[0].name}, ${broker.label}`);
    const note: Note = (row, figure) => {
      if (figure !== undefined) results.addFigure(row, broker.label, figure);
    };
    try {
      results.addFaults(rows[0], broker.label, await run(broker, note));
    } catch (error) {
      results.addFailure(rows[0], broker.label, error as Error);
    }
  };

  for (const subject of subjects) {
    const broker = await subject.start();
    await measure(broker);
    await broker.stop();
  }
  for (const broker of compared) await measure(broker);
}

/** Runs the stream case, as {@linkcode runScale} does. */
async function runStream(
  subjects: readonly Subject[],
  { only = [], messages, compared }: Flags,
  tools: Tools,
  results: Results,
): Promise<void> {
  const measured = streamCase(messages);
  const rows = Object.values(measured.rows);
  if (!only.some((text) => rows[0].name.startsWith(text))) return;
  await runOnce(subjects, compared, rows, results, (broker, note) => measureStream(broker, measured, tools, note));
}

/** Shows progress in one line that is overwritten, on a terminal. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function writeJson(file: string, conditions: object, results: Results): void {
  const cases = results.rows().map(({ row, rounds, medians }) => ({
    ...row,
    name: row.name.trim(),
    brokers: Object.fromEntries(
      [...rounds].map(([label, figures]) => [label, { median: medians.get(label), figures }]),
    ),
  }));
  writeFileSync(file, `${JSON.stringify({ ...conditions, cases, troubles: results.troubles }, null, 2)}\n`);
}

try {
  await main();
} catch (error) {
  showProgress("");
  console.error((error as Error).message);
  process.exit(1);
}
