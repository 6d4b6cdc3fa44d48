import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Latencies } from "../../../src/cli/perf/latency.ts";

describe("latencies", () => {
  it("are told exactly while they are few microseconds", () => {
    const latencies = new Latencies();
    for (let us = 1; us <= 100; us++) latencies.note(us);
    assert.deepEqual(latencies.summary(), [1, 50, 75, 95, 99, 100]);
  });

  it("are told at most a 64th too high, up to the largest", () => {
    const random = (seed: number) => (Math.imul(seed, 2_654_435_761) >>> 0) >>> (seed % 32);
    const values = Array.from({ length: 5000 }, (_, index) => random(index + 1));
    const latencies = new Latencies();
    for (const us of [...values, 2 ** 32 - 1]) latencies.note(us);
    const sorted = [...values, 2 ** 32 - 1].sort((a, b) => a - b);
    const [least, ...others] = latencies.summary();
    assert.equal(least, sorted[0]);
    assert.equal(others[4], 2 ** 32 - 1);
    for (const [index, part] of [0.5, 0.75, 0.95, 0.99].entries()) {
      const exact = sorted[Math.ceil(sorted.length * part) - 1];
      assert.ok(others[index] >= exact && others[index] <= exact * (1 + 1 / 64), `${others[index]} for ${exact}`);
    }
  });

  it("are zeros when there are none", () => {
    const latencies = new Latencies();
    latencies.note(5);
    latencies.clear();
    assert.deepEqual(latencies.summary(), [0, 0, 0, 0, 0, 0]);
  });
});
