import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertEqual, AssertionError, failAssertion } from "../../src/wire/assert.ts";
import { Messages } from "../../src/broker/message/messages.ts";
import { Slabs } from "../../src/broker/message/slabs.ts";
import { Turn } from "../../src/broker/turn/turn.ts";
import { cachedViewOf } from "../../src/wire/copy.ts";

describe("an assertion", () => {
  it("names what was expected and what was found", () => {
    assert.doesNotThrow(() => assertEqual("count of messages", 2, 2));
    assert.throws(() => assertEqual("count of messages", 3, 2), {
      name: "AssertionError",
      message: "count of messages: expected 2, found 3",
    });
    assert.throws(() => failAssertion("references", "at least 0", -1), {
      name: "AssertionError",
      message: "references: expected at least 0, found -1",
    });
  });

  it("finds a message that is released once too often", () => {
    const messages = new Messages();
    const message = messages.create(cachedViewOf(Uint8Array.of(0, 0)), new Uint8Array(14), 0, 14, 0);
    messages.release(message);
    assert.throws(() => messages.release(message), AssertionError);
  });

  it("finds wrong counts of messages", () => {
    const messages = new Messages();
    messages.create(cachedViewOf(Uint8Array.of(0, 0)), new Uint8Array(14), 0, 14, 0);
    assert.doesNotThrow(() => messages.checkCounts());
    messages.count++;
    assert.throws(() => messages.checkCounts(), AssertionError);
  });

  it("finds messages that are held more often than they count, or less often", () => {
    const messages = new Messages();
    const message = messages.create(cachedViewOf(Uint8Array.of(0, 0)), new Uint8Array(14), 0, 14, 0);
    assert.doesNotThrow(() => messages.checkReferences(new Map([[message, 1]])));
    for (const count of [0, 2]) {
      assert.throws(() => messages.checkReferences(new Map([[message, count]])), AssertionError);
    }
  });

  it("finds wrong sizes of slabs", () => {
    const slabs = new Slabs();
    slabs.take(slabs.slabFor(64), 64);
    const liveBytesOf = new Map([[slabs.all[0], 64]]);
    assert.doesNotThrow(() => slabs.checkCounts(liveBytesOf));
    for (const field of ["bytes", "usedBytes", "deadBytes"] as const) {
      slabs[field] += 8;
      assert.throws(() => slabs.checkCounts(liveBytesOf), AssertionError);
      slabs[field] -= 8;
    }
    assert.throws(() => slabs.checkCounts(new Map()), AssertionError);
  });

  it("finds a turn that was left open", () => {
    const turn = new Turn(new Messages(), () => {});
    turn.addQueue({ finishTurn: () => {} });
    assert.throws(() => turn.checkOver(), /queues that wait for the end of a turn: expected 0, found 1/);
    turn.end();
    assert.doesNotThrow(() => turn.checkOver());
  });
});
