import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { Router } from "../../../src/broker/exchange/router.ts";
import { topic, TopicRouter } from "../../../src/broker/exchange/topic.ts";
import { add, routed, routerOf } from "./bound.ts";

const word = fc.constantFrom("a", "b", "c", "", "ab");
const bindingKey = fc.array(fc.oneof({ weight: 3, arbitrary: word }, fc.constantFrom("*", "#")), { maxLength: 6 })
  .map((words) => words.join("."));
// A routing key may contain the wildcards, which are ordinary words there.
const routingKey = fc.array(fc.oneof({ weight: 8, arbitrary: word }, fc.constantFrom("*", "#")), { maxLength: 6 })
  .map((words) => words.join("."));

/** AMQP 0-9-1 §3.1.3.3, word for word. An empty key has no words. */
function matches(binding: readonly string[], key: readonly string[]): boolean {
  if (binding.length === 0) return key.length === 0;
  const [first, ...rest] = binding;
  if (first === "#") return matches(rest, key) || (key.length > 0 && matches(binding, key.slice(1)));
  return key.length > 0 && (first === "*" || first === key[0]) && matches(rest, key.slice(1));
}

const words = (key: string) => key === "" ? [] : key.split(".");

/** Counts the nodes of the tree that a topic exchange visits while `act` runs. */
function countVisits(router: Router, act: () => void): number {
  assert(router instanceof TopicRouter);
  const before = router.visitedCount;
  act();
  return router.visitedCount - before;
}

describe("a topic exchange", () => {
  it("matches according to the specification, for any keys and after any bindings were removed", () => {
    fc.assert(
      fc.property(
        fc.array(bindingKey, { maxLength: 12 }),
        fc.array(routingKey, { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.boolean()),
        (bindingKeys, routingKeys, isRemoved) => {
          const router = routerOf(topic);
          const bindings = bindingKeys.map((key, index) => add(router, String(index), key));
          const living = new Set(bindings);
          for (const round of ["before", "after"]) {
            for (const key of routingKeys) {
              const expected = [...living].filter((binding) => matches(words(binding.routingKey), words(key)));
              const names = expected.map(({ destination }) => destination.name).sort();
              assert.deepEqual(
                routed(router, key),
                names,
                `${round} removal: "${key}" of ${JSON.stringify(bindingKeys)}`,
              );
            }
            for (const binding of bindings) {
              if (!isRemoved.next().value) continue;
              router.remove(binding);
              living.delete(binding);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  for (
    const [binding, matching, others] of [
      ["#", ["", "a", "a.b.c", ".", ".."], []],
      ["*", ["a", "*", "#"], ["", "a.b", "."]],
      ["a.#", ["a", "a.b", "a.b.c", "a."], ["", "b", "ab", ".a"]],
      ["#.a", ["a", "b.a", "a.a", ".a"], ["", "a.b", "a."]],
      ["#.#", ["", "a", "a.b"], []],
      ["a.#.b", ["a.b", "a.x.b", "a.x.y.b", "a.b.b"], ["a", "b", "a.b.c"]],
      ["*.#", ["a", "a.b", "."], [""]],
      ["a..b", ["a..b"], ["a.b", "a.x.b"]],
      ["a.*.b", ["a..b", "a.x.b"], ["a.b"]],
      ["", [""], ["a", "."]],
    ] as readonly [string, string[], string[]][]
  ) {
    it(`matches "${binding}" with ${matching.length} of ${matching.length + others.length} keys`, () => {
      const router = routerOf(topic);
      add(router, "destination", binding);
      assert.deepEqual([...matching, ...others].filter((key) => routed(router, key).length > 0), matching);
    });
  }

  it("is empty again when all bindings are removed", () => {
    const router = routerOf(topic);
    const bindings = ["a.b.c", "a.#", "#", "", "a.*.c", "#.#", "a", "..", "a.b"].map((key) => add(router, key, key));
    for (const binding of [...bindings.slice(4), ...bindings.slice(0, 4)]) router.remove(binding);
    // Only the root is left to visit.
    assert.equal(countVisits(router, () => assert.deepEqual(routed(router, "a.b.c"), [])), 1);
  });

  it("keeps what other bindings share with a removed one", () => {
    const router = routerOf(topic);
    const [long, short] = [add(router, "long", "a.b.c"), add(router, "short", "a.b")];
    const twin = add(router, "twin", "a.b");
    router.remove(short);
    assert.deepEqual(routed(router, "a.b"), ["twin"]);
    assert.deepEqual(routed(router, "a.b.c"), ["long"]);
    router.remove(twin);
    assert.deepEqual(routed(router, "a.b"), []);
    assert.deepEqual(routed(router, "a.b.c"), ["long"]);
    router.remove(short);
    router.remove(long);
    assert.deepEqual(routed(router, "a.b.c"), []);
  });

  it("of 100,000 bindings visits few for a message", () => {
    const router = routerOf(topic);
    for (let i = 0; i < 100_000; i++) {
      const tail = ["created", "*", "#", "changed.#"][i % 4];
      add(router, String(i), `region${i % 10}.customer${Math.floor(i / 10)}.order.${tail}`);
    }
    let found: string[] = [];
    const visits = countVisits(router, () => {
      found = routed(router, "region2.customer1234.order.created");
    });
    assert.deepEqual(found, ["12342"]);
    assert.ok(visits > 0 && visits <= 8, `${visits} nodes`);
  });

  it("of keys with many # visits each beginning once, instead of every possible match", () => {
    const router = routerOf(topic);
    add(router, "destination", Array(60).fill("#.a").join("."));
    let found: string[] = [];
    const visits = countVisits(router, () => {
      found = routed(router, Array(100).fill("a").join("."));
    });
    assert.deepEqual(found, ["destination"]);
    assert.ok(visits < 100 * 130, `${visits} nodes`);
    assert.deepEqual(routed(router, Array(59).fill("a").join(".")), []);
  });
});
