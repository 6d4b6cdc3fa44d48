import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ExactObject, parseExactJson } from "../../../src/cli/admin/exact_json.ts";
import { GRID_FORMATS } from "../../../src/cli/admin/formats.ts";
import { gridOf } from "../../../src/cli/admin/grid.ts";

const items = parseExactJson(
  '[{"rate":0.0,"name":"a","vhost":"/","deep":{"er":{"n":1}},"tags":["x","y"],"none":null},{"name":"bäh→"}]',
) as unknown as readonly ExactObject[];

describe("a listing of rabbitmqadmin", () => {
  it("has its main columns first, and others to a depth", () => {
    assert.deepEqual(gridOf(items, [], 1).columns, ["vhost", "name", "none", "rate", "tags"]);
    assert.deepEqual(gridOf(items, [], 3).columns, ["vhost", "name", "deep.er.n", "none", "rate", "tags"]);
    assert.deepEqual(gridOf(items, [], 1, ["deep"]).rows[0], ["/", "a", '{"er": {"n": 1}}', null, "0.0", "x y"]);
  });

  it("has the columns that are asked for, at any depth", () => {
    assert.deepEqual(gridOf(items, ["deep.er.n", "other"], 1).rows, [["1", ""], ["", ""]]);
  });

  it("is a table with columns as wide as their characters", () => {
    const lines = GRID_FORMATS.table.lines(gridOf(items, ["name", "none"], 1), true);
    assert.deepEqual(lines, [
      "+------+------+",
      "| name | none |",
      "+------+------+",
      "| a    |      |",
      "| bäh→ |      |",
      "+------+------+",
    ]);
  });

  it("shows a null by name in pairs", () => {
    assert.deepEqual(GRID_FORMATS.kvp.lines(gridOf(items.slice(0, 1), ["name", "none"], 1), true), [
      'name="a" none="None"',
    ]);
  });
});
