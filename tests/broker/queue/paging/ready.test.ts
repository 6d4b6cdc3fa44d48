import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { ReadyMessages } from "../../../../src/broker/queue/paging/ready.ts";
import { numbered } from "../../numbered.ts";

type Step =
  | { readonly do: "push"; readonly times: number }
  | { readonly do: "shift"; readonly times: number }
  | { readonly do: "put back" | "put back untouched"; readonly which: number };

const times = fc.integer({ min: 1, max: 40 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("push" as const), times }),
  fc.record({ do: fc.constant("shift" as const), times }),
  fc.record({ do: fc.constantFrom("put back" as const, "put back untouched" as const), which: fc.nat() }),
);

describe("ready messages", () => {
  it("come in the order of their positions, whatever is taken and put back", () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
      const ready = new ReadyMessages();
      /** Waiting messages, by position. */
      const waiting: { message: number; position: number; isRedelivered: boolean }[] = [];
      const taken: { message: number; position: number; isRedelivered: boolean }[] = [];
      let pushed = 0;
      for (const step of steps) {
        if (step.do === "push") {
          for (let i = 0; i < step.times; i++) {
            // A message's number has no relation to its position.
            const message = numbered((pushed * 7919) % 65536);
            assert.equal(ready.push(message), pushed);
            waiting.push({ message, position: pushed++, isRedelivered: false });
          }
        } else if (step.do === "shift") {
          for (let i = 0; i < step.times && waiting.length > 0; i++) {
            const { message, position, isRedelivered } = waiting.shift()!;
            assert.equal(ready.nextPosition, position);
            assert.equal(ready.isNextRedelivered, isRedelivered);
            assert.equal(ready.shift(), message);
            taken.push({ message, position, isRedelivered });
          }
        } else if (taken.length > 0) {
          const [one] = taken.splice(step.which % taken.length, 1);
          const isRedelivered = one.isRedelivered || step.do === "put back";
          if (!isRedelivered) ready.markUndelivered(one.position);
          ready.putBack(numbered(one.message), one.position);
          waiting.push({ ...one, isRedelivered });
          waiting.sort((a, b) => a.position - b.position);
        }
        assert.equal(ready.count, waiting.length);
        const entries = [...ready.entriesBeforeRing()].map(({ message, first, redeliveredBefore }) => {
          return { message, position: first, isRedelivered: first < redeliveredBefore };
        });
        assert.deepEqual(entries, waiting.slice(0, entries.length));
      }
    }));
  });

  it("keep their order while a hundred thousand come and go, faster and slower", () => {
    const ready = new ReadyMessages();
    let next = 0;
    let expected = 0;
    for (const [pushes, shifts] of [[100_000, 99_990], [50, 30], [20_000, 20_000], [1, 31]]) {
      for (let i = 0; i < pushes; i++) assert.equal(ready.push(numbered(next)), next++);
      for (let i = 0; i < shifts; i++) assert.equal(ready.shift(), expected++);
      assert.equal(ready.count, next - expected);
    }
    assert.equal(ready.count, 0);
  });

  it("are redelivered if they were returned, unlike those behind them", () => {
    const ready = new ReadyMessages();
    for (const message of [10, 11, 12]) ready.push(numbered(message));
    ready.shift();
    ready.shift();
    ready.putBack(numbered(11), 1);
    assert.equal(ready.isNextRedelivered, true);
    assert.equal(ready.shift(), 11);
    assert.equal(ready.isNextRedelivered, false);
    assert.equal(ready.shift(), 12);
  });
});
