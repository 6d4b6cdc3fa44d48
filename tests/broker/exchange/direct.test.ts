import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { direct } from "../../../src/broker/exchange/direct.ts";
import { add, routed, routerOf } from "./bound.ts";

describe("a direct exchange", () => {
  it("takes keys literally, with dots and wildcards, or empty", () => {
    const router = routerOf(direct);
    for (const key of ["", "a", "a.b", "*", "#", "A"]) add(router, `for ${key}`, key);
    for (const key of ["", "a", "a.b", "*", "#", "A"]) assert.deepEqual(routed(router, key), [`for ${key}`]);
    assert.deepEqual(routed(router, "b"), []);
  });

  it("sends a message to all queues bound with its key, until they are unbound", () => {
    const router = routerOf(direct);
    const bindings = ["first", "second", "third"].map((name) => add(router, name, "key"));
    assert.deepEqual(routed(router, "key"), ["first", "second", "third"]);
    router.remove(bindings[1]);
    assert.deepEqual(routed(router, "key"), ["first", "third"]);
    for (const binding of bindings) router.remove(binding);
    assert.deepEqual(routed(router, "key"), []);
  });
});
