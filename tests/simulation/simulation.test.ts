import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { simulate } from "./simulation.ts";

/** Number of simulated brokers, and the time limit: a slow machine must stop before the last one. */
const SEEDS = 120;
const TIME_MS = 18_000;

describe("a broker on a failing disk and network", () => {
  it("keeps its promises, whatever goes wrong", { timeout: 60_000 }, async () => {
    const startedAtMs = performance.now();
    let faultCount = 0;
    for (let seed = 1; seed <= SEEDS && performance.now() - startedAtMs < TIME_MS; seed++) {
      const { failure, faults, operations } = await simulate(seed);
      const replay = `deno task simulate --seed ${seed}`;
      assert.equal(failure, undefined, `seed ${seed}: ${failure?.message} (to see it: ${replay})`);
      assert.ok(operations > 0, `seed ${seed}: clients did nothing`);
      faultCount += faults;
    }
    assert.ok(faultCount > 0, "nothing went wrong");
  });

  it("repeats a run exactly from the same seed", { timeout: 60_000 }, async () => {
    for (const seed of [1001, 1002, 1003]) {
      const [first, second] = [await simulate(seed), await simulate(seed)];
      assert.deepEqual(second, first);
      assert.ok(first.operations > 0);
    }
  });
});
