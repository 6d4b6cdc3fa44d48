import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fanout } from "../../../src/broker/exchange/fanout.ts";
import { add, routed, routerOf } from "./bound.ts";

describe("a fanout exchange", () => {
  it("sends every message to all its bindings, whatever the keys", () => {
    const router = routerOf(fanout);
    const [first] = [add(router, "first", "a"), add(router, "second", "b.#"), add(router, "third", "")];
    assert.deepEqual(routed(router, "anything"), ["first", "second", "third"]);
    router.remove(first);
    assert.deepEqual(routed(router, "a"), ["second", "third"]);
  });
});
