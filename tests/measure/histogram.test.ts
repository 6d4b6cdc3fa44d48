import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Histogram } from "../../src/measure/histogram.ts";

describe("a histogram", () => {
  it("counts a value in the first bucket whose bound includes it", () => {
    const histogram = new Histogram([1, 10]);
    for (const value of [0, 1, 1.5, 10, 11, 1000]) histogram.observe(value);
    assert.deepEqual([...histogram.counts], [2, 2, 2]);
    assert.equal(histogram.sum, 1023.5);
    assert.equal(histogram.count, 6);
  });
});
