import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { ROUTES } from "../../../src/http/routes.ts";

/** Paths of the table in `rabbit_mgmt_dispatcher.erl` of RabbitMQ 4.3. */
const PATHS = new URL("routes-4.3.txt", import.meta.url);

const shapeOf = (path: string): string => path.replace(/:\w+/g, ":");

describe("the table of routes", () => {
  it("has all paths of RabbitMQ 4.3", async () => {
    const has = new Set(ROUTES.map(({ path }) => shapeOf(path)));
    const paths = (await readFile(PATHS, "utf8")).trim().split("\n");
    const missing = paths.filter((path) => !has.has(shapeOf(path)));
    assert.deepEqual(missing, []);
    assert.equal(paths.length, 118);
  });
});
