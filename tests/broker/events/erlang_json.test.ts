import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { erlangJson, erlangPairs } from "../../../src/broker/events/erlang_json.ts";
import type { Json } from "../../../src/broker/policy/parameters.ts";

/** As Erlang's `io_lib:format("~tp", …)` has it. */
const TERMS: readonly (readonly [value: Json, term: string])[] = [
  ["abc", '<<"abc">>'],
  ["", "<<>>"],
  ['a"b\\c\n', '<<"a\\"b\\\\c\\n">>'],
  ["é", '<<"é"/utf8>>'],
  [-1, "-1"],
  [1.5, "1.5"],
  [1e21, "1.0e21"],
  [1.5e-7, "1.5e-7"],
  [true, "true"],
  [null, "null"],
  [[1, "a"], '[1,<<"a">>]'],
  [{ a: 1, b: [] }, '#{<<"a">> => 1,<<"b">> => []}'],
];

describe("a value in an error text", () => {
  for (const [value, term] of TERMS) {
    it(`${JSON.stringify(value)} is written ${term}`, () => assert.equal(erlangJson(value), term));
  }

  it("with its name is a pair", () => {
    assert.equal(erlangPairs([["k", 1], ["l", "x"]]), '[{<<"k">>,1},{<<"l">>,<<"x">>}]');
  });
});
