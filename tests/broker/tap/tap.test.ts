import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message, Messages } from "../../../src/broker/message/messages.ts";
import { Tap } from "../../../src/broker/tap/tap.ts";

function open(bytes = 1) {
  const host = { timeMs: 1000, messages: { locate: () => ({}) } as unknown as Messages };
  const reader = { hasRoom: true, sample: (): number | undefined => bytes };
  const tap = new Tap(host, { messagesPerSecond: 10, bytesPerSecond: 100 }, reader);
  const pass = (count: number) => {
    for (let i = 0; i < count; i++) tap.pass(1 as Message);
    return [tap.passedCount, tap.shownCount];
  };
  return { host, reader, pass };
}

describe("the samples of a tap", () => {
  it("are at most those of a second at once, and then come evenly", () => {
    const { host, pass } = open();
    assert.deepEqual(pass(50), [50, 10]);
    host.timeMs += 100;
    assert.deepEqual(pass(50), [100, 11]);
    host.timeMs += 60_000;
    assert.deepEqual(pass(50), [150, 21]);
  });

  it("are fewer when they are large: one may be larger than all of a second", () => {
    const { host, pass } = open(250);
    assert.deepEqual(pass(5), [5, 1]);
    host.timeMs += 1000;
    assert.deepEqual(pass(5), [10, 1]);
    host.timeMs += 600;
    assert.deepEqual(pass(5), [15, 2]);
  });

  it("are none while the reader has no room, or the message is not for it", () => {
    const { reader, pass } = open();
    reader.hasRoom = false;
    assert.deepEqual(pass(5), [5, 0]);
    reader.hasRoom = true;
    reader.sample = () => undefined;
    assert.deepEqual(pass(5), [10, 0]);
    reader.sample = () => 1;
    assert.deepEqual(pass(5), [15, 5]);
  });

  it("survive a clock that is set back", () => {
    const { host, pass } = open();
    pass(10);
    host.timeMs = 0;
    assert.deepEqual(pass(1), [11, 10]);
    host.timeMs = 100;
    assert.deepEqual(pass(1), [12, 11]);
  });
});
