import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Durability } from "../../../src/broker/node/durability.ts";
import { Node } from "../../../src/broker/node/node.ts";
import { FakeClock } from "../../fake_clock.ts";
import { SlowStore } from "../../slow_store.ts";

describe("waiters for durability", () => {
  it("are called back when their position is durable, whatever those before them wait for", () => {
    const durability = new Durability();
    const done: number[] = [];
    for (const position of [10, 5]) durability.when(position, () => done.push(position));
    durability.resume(7);
    assert.deepEqual(done, [5]);
    durability.resume(10);
    assert.deepEqual(done, [5, 10]);
    assert.equal(durability.count, 0);
  });

  it("are called back in the order of arrival when they wait for the same position", () => {
    const durability = new Durability();
    const done: string[] = [];
    const waiters: [number, string][] = [[3, "a"], [9, "b"], [3, "c"], [3, "d"], [9, "e"]];
    for (const [position, name] of waiters) durability.when(position, () => done.push(name));
    durability.resume(9);
    assert.deepEqual(done, ["a", "c", "d", "b", "e"]);
  });

  it("may wait again when they are called back", () => {
    const durability = new Durability();
    const done: number[] = [];
    durability.when(1, () => {
      done.push(1);
      durability.when(4, () => done.push(4));
    });
    durability.when(8, () => done.push(8));
    durability.resume(6);
    assert.deepEqual(done, [1, 4]);
    assert.equal(durability.count, 1);
  });

  it("are called back even if one before them fails", () => {
    const durability = new Durability();
    const done: number[] = [];
    durability.when(1, () => {
      throw new Error("a bug");
    });
    durability.when(2, () => done.push(2));
    assert.throws(() => durability.resume(2), /a bug/);
    durability.resume(2);
    assert.deepEqual(done, [2]);
  });

  it("are called back once each, as soon as possible, in order of position and then of arrival", () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ ahead: fc.integer({ min: 1, max: 12 }) }) },
      { weight: 1, arbitrary: fc.record({ safe: fc.nat(8) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const durability = new Durability();
        let durable = 0;
        let highest = 0;
        let waiting: { readonly position: number; readonly number: number }[] = [];
        const called: number[] = [];
        for (const [number, one] of [...steps, { safe: 20 }].entries()) {
          if ("ahead" in one) {
            const position = durable + one.ahead;
            highest = Math.max(highest, position);
            durability.when(position, () => called.push(number));
            waiting.push({ position, number });
          } else {
            durable += one.safe;
            called.length = 0;
            durability.resume(durable);
            const due = waiting.filter(({ position }) => position <= durable);
            due.sort((a, b) => a.position - b.position || a.number - b.number);
            assert.deepEqual(called, due.map(({ number }) => number));
            waiting = waiting.filter(({ position }) => position > durable);
          }
          assert.equal(durability.count, waiting.length);
          assert.equal(durability.awaited, highest);
        }
        assert.equal(waiting.length, 0);
      }),
    );
  });
});

describe("a node whose store is slow", () => {
  it("calls each waiter back once its messages are durable, in a turn of its own, while others wait for more", () => {
    const store = new SlowStore();
    const node = new Node({ clock: new FakeClock(), store, memoryHighWatermarkBytes: Infinity });
    const done: string[] = [];
    for (let i = 0; i < 10; i++) store.settle(1, i, 1);
    for (const position of [10, 5]) {
      node.whenDurable(position, () => {
        done.push(`safe ${position}`);
        node.turn.addQueue({ finishTurn: () => done.push(`turn ${position}`) });
      });
    }
    store.sync(7);
    assert.deepEqual(done, ["safe 5", "turn 5"]);
    store.sync(10);
    assert.deepEqual(done, ["safe 5", "turn 5", "safe 10", "turn 10"]);
  });

  it("makes the store write at once while somebody waits", () => {
    const store = new SlowStore();
    const node = new Node({ clock: new FakeClock(), store, memoryHighWatermarkBytes: Infinity });
    for (let i = 0; i < 10; i++) store.settle(1, i, 1);
    node.whenDurable(10, () => {});
    node.whenDurable(5, () => {});
    node.endTurn();
    assert.equal(store.awaitedCommits, 1);
    store.sync(7);
    assert.equal(store.awaitedCommits, 2);
    store.sync(10);
    assert.equal(store.awaitedCommits, 2);
  });
});
