import type { MeasuredBroker } from "./broker.ts";
import type { Outcome, Row } from "./cases.ts";
import type { Generator, HoldTask } from "./generator.ts";
import { residentBytes, settledResidentBytes } from "./memory.ts";
import type { Subject } from "./subject.ts";

export const START_ROW: Row = { name: "start to accepting connections", unit: "ms", isBetter: "lower" };

/** Starts a broker and stops it. */
export async function measureStart(subject: Subject): Promise<Outcome> {
  const broker = await subject.start();
  await broker.stop();
  return { figures: [broker.startMs] };
}

/** A memory case: what the broker holds, and how to measure its size. */
export interface MemoryCase {
  readonly rows: readonly Row[];
  readonly task: HoldTask;
  /** Number of things that the broker holds and drops in advance, so that one-time costs do not count. */
  readonly warmUpCount: number;
  figures(addedBytes: number, residentBytes: number): readonly number[];
}

const BODY_BYTES = 100;

/** Returns the memory cases. Quick runs have no queues, which are the cheapest, and smaller numbers. */
export function memoryCases(isQuick: boolean): readonly MemoryCase[] {
  return isQuick
    ? [connectionMemory(500), messageMemory(100_000)]
    : [connectionMemory(4000), queueMemory(5000), messageMemory(1_000_000)];
}

const of = (count: number): string => `(of ${count.toLocaleString("en")})`;

function connectionMemory(count: number): MemoryCase {
  return {
    rows: [{ name: `memory of an idle connection with a channel ${of(count)}`, unit: "kB", isBetter: "lower" }],
    task: { name: "connections", count, bodyBytes: 0 },
    warmUpCount: 100,
    figures: (addedBytes) => [addedBytes / count / 1000],
  };
}

function queueMemory(count: number): MemoryCase {
  return {
    rows: [{ name: `memory of an empty queue ${of(count)}`, unit: "kB", isBetter: "lower" }],
    task: { name: "queues", count, bodyBytes: 0 },
    warmUpCount: 100,
    figures: (addedBytes) => [addedBytes / count / 1000],
  };
}

function messageMemory(count: number): MemoryCase {
  return {
    rows: [
      {
        name: `memory of a waiting message of ${BODY_BYTES} bytes ${of(count)}`,
        unit: "bytes",
        isBetter: "lower",
      },
      { name: "  the broker's whole memory then", unit: "MB", isBetter: "lower" },
    ],
    task: { name: "messages", count, bodyBytes: BODY_BYTES },
    warmUpCount: 1000,
    figures: (addedBytes, residentBytes) => [addedBytes / count, residentBytes / 1e6],
  };
}

/**
 * Measures how much memory a broker needs for something. Returns `undefined` when its process can't be read, or when it
 * had freed so much memory before that it needs no more.
 */
export async function measureMemory(
  broker: MeasuredBroker,
  { task, warmUpCount, figures }: MemoryCase,
  generator: Generator,
): Promise<Outcome | undefined> {
  const { pid } = broker;
  if (pid === undefined || residentBytes(pid) === undefined) return;
  await generator.hold(broker, { ...task, count: warmUpCount }, () => Promise.resolve());
  const before = await settledResidentBytes(pid);
  const after = await generator.hold(broker, task, () => settledResidentBytes(pid));
  if (before === undefined || after === undefined || after <= before) return;
  return { figures: figures(after - before, after) };
}
