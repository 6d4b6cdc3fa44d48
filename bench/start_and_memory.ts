import { type MeasuredBroker, startBroker } from "./broker.ts";
import type { Outcome, Row } from "./cases.ts";
import type { Generator, HoldTask } from "./generator.ts";
import { residentBytes, settledResidentBytes } from "./memory.ts";
import type { Runtime } from "./runtimes.ts";

export const START_ROW: Row = { name: "start to accepting connections", unit: "ms", isBetter: "lower" };

/** Starts a broker and ends it. */
export async function measureStart(runtime: Runtime): Promise<Outcome> {
  const broker = await startBroker(runtime);
  await broker.stop();
  return { figures: [broker.startMs] };
}

/** What a broker holds, and what that takes. */
export interface MemoryCase {
  readonly rows: readonly Row[];
  readonly task: HoldTask;
  /** How many of them a broker holds and drops beforehand, so that what it needs once is not counted. */
  readonly warmUpCount: number;
  figures(addedBytes: number, residentBytes: number): readonly number[];
}

const BODY_BYTES = 100;
const MESSAGES = 1_000_000;

export function memoryCases(isQuick: boolean): readonly MemoryCase[] {
  const connections = isQuick ? 1000 : 4000;
  const queues = isQuick ? 2000 : 10_000;
  const of = (count: number): string => `(of ${count.toLocaleString("en")})`;
  return [{
    rows: [{ name: `memory of an idle connection with a channel ${of(connections)}`, unit: "kB", isBetter: "lower" }],
    task: { name: "connections", count: connections, bodyBytes: 0 },
    warmUpCount: 100,
    figures: (addedBytes) => [addedBytes / connections / 1000],
  }, {
    rows: [{ name: `memory of an empty queue ${of(queues)}`, unit: "kB", isBetter: "lower" }],
    task: { name: "queues", count: queues, bodyBytes: 0 },
    warmUpCount: 100,
    figures: (addedBytes) => [addedBytes / queues / 1000],
  }, {
    rows: [
      { name: `memory of a waiting message of 100 bytes ${of(MESSAGES)}`, unit: "bytes", isBetter: "lower" },
      { name: "  the broker's whole memory then", unit: "MB", isBetter: "lower" },
    ],
    task: { name: "messages", count: MESSAGES, bodyBytes: BODY_BYTES },
    warmUpCount: 1000,
    figures: (addedBytes, residentBytes) => [addedBytes / MESSAGES, residentBytes / 1e6],
  }];
}

/** Measures what something adds to a broker's memory. `undefined` when its process can't be looked at. */
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
  if (before === undefined || after === undefined) return;
  return { figures: figures(Math.max(0, after - before), after) };
}
