import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { DueIndex } from "../../../../src/broker/exchange/delayed/due_index.ts";
import { NO_MESSAGE } from "../../../../src/broker/message/messages.ts";
import { numbered } from "../../numbered.ts";

/** Returns the contents of an index, in the order of their due times. */
function rest(index: DueIndex): [dueMs: number, position: number, message: number][] {
  const all: [number, number, number][] = [];
  while (index.size > 0) {
    const { firstDueMs, firstPosition, firstMessage } = index;
    assert.equal(index.shift(), firstMessage);
    all.push([firstDueMs, firstPosition, firstMessage]);
  }
  return all;
}

describe("the index of due times", () => {
  it("is ordered by due time, and by arrival for equal ones", () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 500 }), (dueTimes) => {
      const index = new DueIndex();
      dueTimes.forEach((dueMs, position) => index.push(dueMs, position, numbered(position + 7)));
      const expected = dueTimes.map((dueMs, position) => [dueMs, position, position + 7]);
      expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      assert.deepEqual(rest(index), expected);
    }));
  });

  it("stays in order while messages come and go", () => {
    fc.assert(fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 99 })), { maxLength: 2000 }), (steps) => {
      const index = new DueIndex();
      const model: [number, number, number][] = [];
      steps.forEach((dueMs, position) => {
        if (dueMs !== null) {
          index.push(dueMs, position, numbered(position));
          model.push([dueMs, position, position]);
          model.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        } else if (model.length > 0) assert.equal(index.shift(), model.shift()![2]);
        assert.equal(index.firstDueMs, model[0]?.[0] ?? Infinity);
      });
      assert.deepEqual(rest(index), model);
    }));
  });

  it("releases messages and keeps their due times", () => {
    const index = new DueIndex();
    for (let position = 0; position < 6; position++) index.push(100 - position, position, numbered(position + 10));
    const released: number[] = [];
    index.forget(4, -Infinity, (message) => released.push(message));
    index.forget(4, -Infinity, (message) => released.push(message));
    assert.deepEqual(released.sort(), [10, 11, 12, 13]);
    assert.deepEqual(rest(index), [
      [95, 5, 15],
      [96, 4, 14],
      [97, 3, NO_MESSAGE],
      [98, 2, NO_MESSAGE],
      [99, 1, NO_MESSAGE],
      [100, 0, NO_MESSAGE],
    ]);
  });

  it("keeps messages that are due soon", () => {
    const index = new DueIndex();
    for (let position = 0; position < 4; position++) index.push(100 + position, position, numbered(position));
    index.forget(4, 101, () => {});
    assert.deepEqual(rest(index).map(([, , message]) => message), [0, 1, NO_MESSAGE, NO_MESSAGE]);
  });

  it("finds the message that is due first among those found nowhere", () => {
    const index = new DueIndex();
    for (let position = 0; position < 100; position++) index.push(1000 - position, position, numbered(position + 10));
    index.forget(90, 0, () => {});
    const first = (byMs: number, ...elsewhere: number[]) =>
      index.firstAbsent(byMs, (position) => elsewhere.includes(position));
    assert.equal(first(1000), 89);
    assert.equal(first(911), 89);
    assert.equal(first(910), undefined);
    assert.equal(first(1000, 89, 88), 87);
    assert.equal(first(912, 89, 88), undefined);
  });

  it("is empty once it was cleared", () => {
    const index = new DueIndex();
    for (let position = 0; position < 1000; position++) index.push(position, position, numbered(1));
    index.clear();
    assert.equal(index.firstDueMs, Infinity);
    index.push(5, 1000, numbered(2));
    assert.deepEqual(rest(index), [[5, 1000, 2]]);
  });
});
