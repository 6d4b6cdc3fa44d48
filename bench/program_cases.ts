import { Child } from "./child.ts";
import type { Outcome, Row, Tools } from "./cases.ts";
import type { ProgramReport, ProgramTask, Way } from "./program.ts";
import type { Runtime } from "./runtimes.ts";

/** A case of a broker that is embedded in a program. */
export interface ProgramCase {
  readonly row: Row;
  readonly way: Way;
  readonly isQuick: boolean;
}

const NAMES: Readonly<Record<Way, string>> = {
  pair: "AMQP over a pair of streams",
  streams: "written to a stream one by one, for await",
  awaited: "published and awaited one by one, for await",
  plain: "published by plain calls, for await",
  batches: "published in batches of 256, batches for await",
  callback: "published in batches of 256, batches to a function",
};
const QUICK_WAYS: readonly Way[] = ["pair", "callback"];

export const PROGRAM_CASES: readonly ProgramCase[] = (Object.keys(NAMES) as Way[]).map((way) => ({
  row: { name: `16 B in one process, acked: ${NAMES[way]}`, unit: "messages/s", isBetter: "higher" },
  way,
  isQuick: QUICK_WAYS.includes(way),
}));

const TIMEOUT_MS = 30_000;

/** Measures the rate of messages through a broker in a process of its own, which also publishes and consumes. */
export async function measureProgram(runtime: Runtime, way: Way, { warmUpMs, measureMs }: Tools): Promise<Outcome> {
  const { path, runArguments } = runtime;
  // One process does everything, so its code takes longer to be compiled.
  const task: ProgramTask = { way, warmUpMs: warmUpMs * 3, measureMs };
  const child = new Child(path, [...runArguments, "bench/program.ts", JSON.stringify(task)], { speaks: true });
  try {
    const { perSecond, outOfOrder, lost } = JSON.parse(await child.hear("its rate", TIMEOUT_MS)) as ProgramReport;
    return { figures: [perSecond], faults: { lost, outOfOrder, repeated: 0, nacked: 0 } };
  } finally {
    child.kill();
  }
}
