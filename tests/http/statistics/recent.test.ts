import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Recent } from "../../../src/http/statistics/recent.ts";

/** Returns work of a duration, on a clock that stands still otherwise. */
function workOf(durationMs: number, objectCount = 999) {
  const clock = { nowMs: 0, now: () => clock.nowMs, time: () => 0, after: () => () => {} };
  let count = 0;
  const recent = new Recent(clock, () => objectCount, async () => {
    count++;
    await Promise.resolve();
    clock.nowMs += durationMs;
    return count;
  });
  return { clock, recent };
}

describe("the result of recent work", () => {
  it("is new for each request when the work is short", async () => {
    const { recent } = workOf(1);
    assert.deepEqual([await recent.get(), await recent.get()], [1, 2]);
  });

  it("is used again for twenty times the time that long work took", async () => {
    const { clock, recent } = workOf(10);
    assert.equal(await recent.get(), 1);
    clock.nowMs += 199;
    assert.equal(await recent.get(), 1);
    clock.nowMs += 1;
    assert.equal(await recent.get(), 2);
  });

  it("is used again for a hundred times the time that work about many objects took, even if it is short", async () => {
    const { clock, recent } = workOf(1, 1000);
    assert.equal(await recent.get(), 1);
    clock.nowMs += 99;
    assert.equal(await recent.get(), 1);
    clock.nowMs += 1;
    assert.equal(await recent.get(), 2);
  });

  it("is shared by requests at the same time", async () => {
    const { recent } = workOf(1);
    assert.deepEqual(await Promise.all([recent.get(), recent.get()]), [1, 1]);
  });
});
