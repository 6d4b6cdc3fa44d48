import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Census, faultsOfCensus } from "./census.ts";
import { FAULT_NAMES } from "./faults.ts";
import { simulate } from "./simulation.ts";

/** Number of simulated brokers, and the time limit: a slow machine must stop before the last one. */
const SEEDS = 120;
const SEEDS_MIN = 20;
const TIME_MS = 18_000;

describe("a broker on a failing disk, storage and network", () => {
  it("keeps its promises, whatever goes wrong", { timeout: 60_000 }, async () => {
    const startedAtMs = performance.now();
    let [faultCount, failoverCount, fencedCount, seeds] = [0, 0, 0, 0];
    const census = new Census();
    for (let seed = 1; seed <= SEEDS && (seed <= SEEDS_MIN || performance.now() - startedAtMs < TIME_MS); seed++) {
      const { failure, faults, failovers, fenced, operations, census: ofSeed } = await simulate(seed);
      const replay = `deno task simulate --seed ${seed}`;
      assert.equal(failure, undefined, `seed ${seed}: ${failure?.message} (to see it: ${replay})`);
      assert.ok(operations > 0, `seed ${seed}: clients did nothing`);
      faultCount += faults;
      failoverCount += failovers;
      fencedCount += fenced;
      seeds++;
      census.add(ofSeed);
    }
    assert.deepEqual(faultsOfCensus(census, seeds, FAULT_NAMES), []);
    assert.ok(faultCount > 0, "nothing went wrong");
    assert.ok(failoverCount > 0, "no copy that led has failed");
    assert.ok(fencedCount > 0, "no broker was replaced and heard of it");
  });

  it("does the same again from the same seed", { timeout: 60_000 }, async () => {
    for (const seed of [1001, 1002, 1004]) {
      const [first, second] = [await simulate(seed), await simulate(seed)];
      assert.deepEqual(second, first);
      assert.ok(first.operations > 0);
    }
  });
});
