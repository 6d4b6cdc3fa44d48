import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HttpError } from "../../../src/http/http_error.ts";
import { readRanges } from "../../../src/http/statistics/range.ts";

const read = (query: string) => readRanges(new URLSearchParams(query), 1_234_567);

describe("the ranges of samples that a request asks for", () => {
  it("end at the last whole step", () => {
    assert.deepEqual(read("lengths_age=60&lengths_incr=5&msg_rates_age=3600&msg_rates_incr=60"), {
      lengths: { firstMs: 1_170_000, lastMs: 1_230_000, stepMs: 5000 },
      msg_rates: { firstMs: -2_400_000, lastMs: 1_200_000, stepMs: 60_000 },
    });
  });

  it("are left out when a parameter is missing or is no number", () => {
    assert.deepEqual(read("lengths_age=60&data_rates_incr=5&node_stats_age=x&node_stats_incr=5"), {});
  });

  it("are refused when they are empty or have more than 500 samples", () => {
    for (const [age, step] of [[0, 5], [60, -1], [5010, 10]]) {
      const error = new HttpError(400, "bad_request", `Invalid range parameters: age ${age}, incr ${step}`);
      assert.throws(() => read(`lengths_age=${age}&lengths_incr=${step}`), error);
    }
    assert.equal(read("lengths_age=5000&lengths_incr=10").lengths?.stepMs, 10_000);
  });
});
