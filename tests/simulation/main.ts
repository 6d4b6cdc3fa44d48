/** Simulates the broker on a failing disk and network, from a number of seeds. */
import process from "node:process";
import { parseArgs } from "node:util";
import { Census, faultsOfCensus } from "./census.ts";
import { FAULT_NAMES } from "./faults.ts";
import { simulate } from "./simulation.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    first: { type: "string", default: "1" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    "keep-going": { type: "boolean", default: false },
  },
});

// A single seed is replayed step by step.
const first = Number(values.seed ?? values.first);
const count = values.seed === undefined ? Number(values.seeds) : 1;
const isTraced = values.trace || values.seed !== undefined;
const startedAtMs = performance.now();
const census = new Census();
let [done, events, operations, faults, failovers, fenced, simulatedMs, failed] = [0, 0, 0, 0, 0, 0, 0, 0];
for (let seed = first; seed < first + count; seed++) {
  const result = await simulate(seed, isTraced ? (line) => console.log(line) : undefined);
  done++;
  events += result.events;
  operations += result.operations;
  faults += result.faults;
  failovers += result.failovers;
  fenced += result.fenced;
  simulatedMs += result.simulatedMs;
  census.add(result.census);
  if (result.failure === undefined) continue;
  failed++;
  console.log(`\nSeed ${seed} fails after ${(result.simulatedMs / 1000).toFixed(3)} s: ${result.failure.message}`);
  if (result.failure.name !== "Violation") console.log(result.failure.stack);
  if (!values["keep-going"]) break;
}
// A seed that fails ends before the others.
const unfit = failed === 0 && count > 1 ? faultsOfCensus(census, done, FAULT_NAMES) : [];
for (const line of unfit) console.log(`\nThe simulation is not what it must be: ${line}`);
const seconds = (performance.now() - startedAtMs) / 1000;
const perSecond = (number: number) => `${Math.round(number / seconds).toLocaleString("en")}/s`;
console.log(`
seeds        ${done} (${(done / seconds).toFixed(1)}/s), ${failed} failed
simulated    ${(simulatedMs / 1000 / 3600).toFixed(2)} h in ${seconds.toFixed(1)} s
events       ${events.toLocaleString("en")} (${perSecond(events)})
operations   ${operations.toLocaleString("en")} (${perSecond(operations)}): messages published, confirmed, delivered
faults       ${faults.toLocaleString("en")} (${perSecond(faults)})
failovers    ${failovers.toLocaleString("en")} of a store far away, and ${
  fenced.toLocaleString("en")
} brokers replaced`);
process.exit(failed === 0 && unfit.length === 0 ? 0 : 1);
