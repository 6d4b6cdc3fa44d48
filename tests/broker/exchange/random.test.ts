import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { random } from "../../../src/broker/exchange/random.ts";
import { add, matchesOf, routerOf, TestExchangeHost } from "./bound.ts";

describe("an x-random exchange", () => {
  it("gives a message to a randomly chosen binding, whatever its key", () => {
    const host = new TestExchangeHost();
    const router = routerOf(random, {}, host);
    for (const name of ["a", "b", "c", "d"]) add(router, name, `for ${name}`);
    host.randomNumbers.push(0, 0.249, 0.25, 0.5, 0.999999);
    const found = [...host.randomNumbers].map(() => matchesOf(router, { routingKeys: ["any", "key"] }));
    assert.deepEqual(found, [["a"], ["a"], ["b"], ["c"], ["d"]]);
  });

  it("chooses among bindings, so that a queue with more of them gets more", () => {
    const host = new TestExchangeHost();
    const router = routerOf(random, {}, host);
    for (const [name, key] of [["a", "1"], ["a", "2"], ["a", "3"], ["b", "1"]]) add(router, name, key);
    host.randomNumbers.push(0.1, 0.3, 0.6, 0.9);
    assert.deepEqual([...host.randomNumbers].map(() => matchesOf(router, {})[0]), ["a", "a", "a", "b"]);
  });

  it("has no route without bindings, and draws no random number then", () => {
    assert.deepEqual(matchesOf(routerOf(random), {}), []);
  });

  it("must see each message", () => {
    assert.equal(routerOf(random).dependsOnMessage, true);
  });

  it("chooses among the remaining bindings when others are removed, in any order", () => {
    const host = new TestExchangeHost();
    const router = routerOf(random, {}, host);
    const bindings = ["a", "b", "c", "d", "e"].map((name) => add(router, name, ""));
    const left = new Set(["a", "b", "c", "d", "e"]);
    for (const gone of [1, 4, 0, 3, 2]) {
      router.remove(bindings[gone]);
      router.remove(bindings[gone]);
      left.delete("abcde"[gone]);
      for (let i = 0; i < left.size; i++) host.randomNumbers.push((i + 0.5) / left.size);
      const found = [...host.randomNumbers].map(() => matchesOf(router, {})[0]);
      assert.deepEqual(found.sort(), [...left]);
    }
  });
});
