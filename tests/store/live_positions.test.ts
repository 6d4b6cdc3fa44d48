import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { LivePositions } from "../../src/store/live_positions.ts";

/** Around the ends of pages, and where 32 bits are not enough. */
const position = fc.oneof(
  fc.integer({ min: 0, max: 200 }),
  fc.integer({ min: 4000, max: 4200 }),
  fc.integer({ min: 8100, max: 13_000 }),
  fc.integer({ min: 2 ** 40, max: 2 ** 40 + 5000 }),
);
const length = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 9000 }), fc.constant(2 ** 41));
const step = fc.record({
  do: fc.constantFrom("add", "add run", "remove", "remove range", "count", "first"),
  position,
  length,
});

/** The runs of positions in a set. */
function runsOf(positions: ReadonlySet<number>): [first: number, end: number][] {
  const runs: [number, number][] = [];
  for (const position of [...positions].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last?.[1] === position) last[1]++;
    else runs.push([position, position + 1]);
  }
  return runs;
}

describe("live positions", () => {
  it("are what a set of numbers would be", () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const live = new LivePositions();
      const model = new Set<number>();
      for (const { do: what, position, length } of steps) {
        const end = position + length;
        const between = [...model].filter((one) => one >= position && one < end);
        if (what === "add") {
          live.add(position);
          model.add(position);
        } else if (what === "add run") {
          const runEnd = Math.min(end, position + 9000);
          live.addRange(position, runEnd);
          for (let one = position; one < runEnd; one++) model.add(one);
        } else if (what === "first") {
          const first = Math.min(...[...model].filter((one) => one >= position));
          if (first < Infinity) assert.equal(live.firstFrom(position), first);
        } else if (what === "remove") {
          assert.equal(live.remove(position), model.delete(position));
        } else if (what === "remove range") {
          assert.equal(live.removeRange(position, end), between.length);
          for (const one of between) model.delete(one);
        } else {
          assert.equal(live.countBetween(position, end), between.length);
        }
        assert.equal(live.count, model.size);
        for (const one of [position - 1, position, end, end - 1, 4095, 4096]) {
          if (one >= 0) assert.equal(live.has(one), model.has(one), `has(${one})`);
        }
      }
      const runs: [number, number][] = [];
      live.forEachRun((first, end) => runs.push([first, end]));
      assert.deepEqual(runs, runsOf(model));
    }));
  });

  it("are there again at once after their page was dropped", () => {
    const live = new LivePositions();
    live.add(5);
    assert.equal(live.remove(5), true);
    assert.equal(live.has(5), false);
    live.add(5);
    assert.equal(live.has(5), true);
    assert.equal(live.count, 1);
  });
});
