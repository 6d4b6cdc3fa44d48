import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inlineJson, parseExactJson, prettyJson } from "../../../src/cli/admin/exact_json.ts";

const inline = (text: string): string => inlineJson(parseExactJson(text));

describe("JSON as Python writes it", () => {
  it("keeps floats and large integers as they are", () => {
    assert.equal(inline("[0.0, 1e3, 0.10, 12345678901234567890, -7]"), "[0.0, 1000.0, 0.1, 12345678901234567890, -7]");
    assert.equal(inline("[0.00001, 1e16, 1.5e300]"), "[1e-05, 1e+16, 1.5e+300]");
  });

  it("writes one line in ASCII", () => {
    assert.equal(inline('{"ä":"→\\n","b":[null,true]}'), '{"\\u00e4": "\\u2192\\n", "b": [null, true]}');
  });

  it("writes many lines with sorted keys", () => {
    assert.equal(
      prettyJson(parseExactJson('{"b":[],"a":{"c":"ä","d":{}},"e":[1.0]}')),
      '{\n  "a": {\n    "c": "ä",\n    "d": {}\n  },\n  "b": [],\n  "e": [\n    1.0\n  ]\n}',
    );
  });
});
