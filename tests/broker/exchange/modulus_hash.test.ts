import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { phash2OfList } from "../../../src/broker/exchange/erlang_hash.ts";
import { modulusHash } from "../../../src/broker/exchange/modulus_hash.ts";
import { add, matchesOf, routerOf } from "./bound.ts";

const KEYS = Array.from({ length: 1000 }, (_, i) => `key ${i}`);

describe("an x-modulus-hash exchange", () => {
  it("chooses a binding by all routing keys, in the order of their destinations' names", () => {
    const router = routerOf(modulusHash);
    for (const name of ["c", "a", "b"]) add(router, name, "whatever");
    for (const routingKeys of [...KEYS.map((key) => [key]), ["with", "CC"]]) {
      assert.deepEqual(matchesOf(router, { routingKeys }), ["abc"[phash2OfList(routingKeys) % 3]]);
    }
  });

  it("chooses the same one for any order of binding, and after one was removed and added again", () => {
    const [router, other] = [routerOf(modulusHash), routerOf(modulusHash)];
    const route = (each: typeof router) => KEYS.map((key) => matchesOf(each, { routingKeys: [key] })[0]);
    for (const name of ["a", "b", "c"]) add(router, name, "1");
    for (const name of ["b", "c", "x", "a"]) add(other, name, "2");
    assert.notDeepEqual(route(router), route(other));
    const [gone, rest] = [routerOf(modulusHash), ["c", "b", "a"]];
    const binding = add(gone, "x", "");
    for (const name of rest) add(gone, name, "");
    route(gone);
    gone.remove(binding);
    assert.deepEqual(route(gone), route(router));
  });

  it("gives each about as many messages", () => {
    const router = routerOf(modulusHash);
    const counts = new Map(["a", "b", "c", "d"].map((name) => [name, 0]));
    for (const name of counts.keys()) add(router, name, "");
    for (const key of KEYS) {
      const [name] = matchesOf(router, { routingKeys: [key] });
      counts.set(name, counts.get(name)! + 1);
    }
    for (const count of counts.values()) assert.ok(count > 190 && count < 310, `${[...counts]}`);
  });

  it("has no route without bindings, and its routes can be cached", () => {
    assert.deepEqual(matchesOf(routerOf(modulusHash), {}), []);
    assert.equal(routerOf(modulusHash).dependsOnMessage, false);
  });
});
