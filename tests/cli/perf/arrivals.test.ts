import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Arrivals } from "../../../src/cli/perf/load/arrivals.ts";

describe("arrivals", () => {
  it("tell repeated messages from those that come late, across complete blocks", () => {
    const arrivals = new Arrivals(2);
    const last = 3 * 65_536;
    for (let number = last - 1; number >= 0; number--) assert.ok(arrivals.note(1, number));
    assert.equal(arrivals.count(1), last);
    assert.equal(arrivals.count(0), 0);
    for (const number of [0, 65_535, 65_536, last - 1]) assert.equal(arrivals.note(1, number), false);
    assert.ok(arrivals.note(1, last + 7));
    assert.equal(arrivals.note(1, last + 7), false);
    assert.equal(arrivals.count(1), last + 1);
  });
});
