import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tableValue } from "../../src/http/table_value.ts";
import type { FieldTable } from "../../src/wire/field_table.ts";

describe("the JSON value of a field table", () => {
  it("keeps large integers and whole floats, and sorts by name", () => {
    const table: FieldTable = new Map([
      ["z", { type: "l", value: 9007199254740993n }],
      ["d", { type: "d", value: 1 }],
      ["a", { type: "A", value: [{ type: "S", value: "x" }, { type: "V", value: null }, { type: "t", value: true }] }],
      ["F", { type: "F", value: new Map([["__proto__", { type: "I", value: 5 }]]) }],
    ]);
    assert.equal(
      JSON.stringify(tableValue(table)),
      '{"F":{"__proto__":5},"a":["x",null,true],"d":1.0,"z":9007199254740993}',
    );
  });
});
