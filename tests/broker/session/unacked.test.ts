import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { Consumer } from "../../../src/broker/queue/consumers/consumer.ts";
import { Unacked } from "../../../src/broker/session/unacked.ts";
import { numbered } from "../numbered.ts";

/** Consumers that are only told apart, and never called. */
const consumers = Array.from({ length: 3 }, (_, index) => ({ index }) as unknown as Consumer);

type Taken = [tag: number, message: number, position: number, consumer: Consumer];

function take(unacked: Unacked, tag: number, multiple: boolean): Taken[] | "unknown" {
  const taken: Taken[] = [];
  const isKnown = unacked.take(tag, multiple, (message, position, consumer, tag) => {
    taken.push([tag, message, position, consumer]);
  });
  if (isKnown) return taken;
  assert.deepEqual(taken, [], "an unknown tag takes nothing");
  return "unknown";
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("push" as const), count: fc.integer({ min: 1, max: 60 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("take" as const, "take" as const, "take" as const, "multiple" as const),
      which: fc.nat(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("multiple" as const), which: fc.nat({ max: 10 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("skip", "unknown", "all"), which: fc.nat() }) },
);

describe("unacknowledged deliveries", () => {
  it("are found by their tags, one or all up to one, in any order", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
        const unacked = new Unacked();
        const model = new Map<number, Taken>();
        let lastTag = 0;
        for (const step of steps) {
          const tags = [...model.keys()];
          if (step.do === "push") {
            for (let i = 0; i < step.count; i++) {
              const tag = ++lastTag;
              const delivery: Taken = [tag, (tag * 17) % 1000, 2 ** 40 + tag * 3, consumers[tag % 3]];
              unacked.push(delivery[0], numbered(delivery[1]), delivery[2], delivery[3]);
              model.set(tag, delivery);
            }
          } else if (step.do === "skip") {
            // Deliveries without acknowledgement have tags too.
            lastTag += step.which % 5;
          } else if (step.do === "unknown") {
            const tag = step.which % (lastTag + 10);
            if (tag > 0 && !model.has(tag)) assert.equal(take(unacked, tag, step.which % 2 === 0), "unknown");
          } else if (step.do === "all") {
            assert.deepEqual(take(unacked, 0, true), [...model.values()]);
            model.clear();
          } else if (tags.length > 0) {
            const tag = tags[step.which % tags.length];
            const expected = step.do === "take" ? [tag] : tags.filter((each) => each <= tag);
            assert.deepEqual(take(unacked, tag, step.do === "multiple"), expected.map((each) => model.get(each)));
            for (const each of expected) model.delete(each);
          }
          assert.equal(unacked.count, model.size);
        }
        assert.deepEqual(take(unacked, 0, true), [...model.values()]);
      }),
      { numRuns: 300 },
    );
  });

  it("do not include tags that were taken before, never assigned, or 0", () => {
    const unacked = new Unacked();
    assert.equal(take(unacked, 1, false), "unknown");
    assert.equal(take(unacked, 0, false), "unknown");
    assert.deepEqual(take(unacked, 0, true), []);
    for (const tag of [5, 6, 8]) unacked.push(tag, numbered(1), 1, consumers[0]);
    for (const tag of [1, 4, 7, 9, 2 ** 53, 2 ** 64]) assert.equal(take(unacked, tag, false), "unknown");
    for (const tag of [1, 4, 7, 9]) assert.equal(take(unacked, tag, true), "unknown");
    take(unacked, 6, false);
    assert.equal(take(unacked, 6, false), "unknown");
    assert.equal(take(unacked, 6, true), "unknown");
    assert.equal(unacked.count, 2);
  });

  it("behind one that is never acknowledged take no more room than their number", () => {
    const made: number[] = [];
    const construct = globalThis.Float64Array;
    globalThis.Float64Array = new Proxy(construct, {
      construct(target, [length]) {
        made.push(length);
        return new target(length);
      },
    });
    try {
      const unacked = new Unacked();
      unacked.push(1, numbered(1), 1, consumers[0]);
      for (let tag = 2; tag < 100_000; tag++) {
        unacked.push(tag, numbered(tag % 1000), tag, consumers[0]);
        if (tag > 20) assert.notEqual(take(unacked, tag - 10, false), "unknown");
      }
      assert.equal(unacked.count, 20);
      assert.deepEqual(take(unacked, 1, false), [[1, 1, 1, consumers[0]]]);
    } finally {
      globalThis.Float64Array = construct;
    }
    assert.ok(Math.max(...made) <= 64, `room for ${Math.max(...made)} was made for 20`);
  });

  it("are found in a few steps, however many gaps are in front", () => {
    const unacked = new Unacked();
    const tags: number[] = [];
    for (let tag = 1, step = 1; tags.length < 50_000; tag += step = step % 7 + 1) {
      unacked.push(tag, numbered(0), 0, consumers[0]);
      tags.push(tag);
    }
    // One by one from the end: walking over all each time would take more than a billion steps.
    for (const tag of tags.reverse()) assert.notEqual(take(unacked, tag, false), "unknown");
    assert.equal(unacked.count, 0);
  });

  it("are searched from the oldest on, up to a tag, without those that were taken", () => {
    const unacked = new Unacked();
    assert.equal(unacked.firstTag, 0);
    for (let tag = 1; tag <= 9; tag++) unacked.push(tag, numbered(tag), tag, consumers[tag % 3]);
    take(unacked, 1, false);
    take(unacked, 3, false);
    const searched: number[] = [];
    const find = (upToTag: number, consumer: Consumer) =>
      unacked.findConsumer(upToTag, (tag, one) => (searched.push(tag), one === consumer));
    assert.equal(unacked.firstTag, 2);
    assert.equal(find(1, consumers[0]), undefined);
    assert.equal(find(5, consumers[0]), undefined);
    assert.deepEqual(searched.splice(0), [2, 4, 5]);
    assert.equal(find(9, consumers[0]), consumers[0]);
    assert.deepEqual(searched, [2, 4, 5, 6]);
  });
});
