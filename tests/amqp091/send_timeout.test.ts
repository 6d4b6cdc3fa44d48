import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startSendTimeout } from "../../src/amqp091/send_timeout.ts";
import { FakeClock } from "../fake_clock.ts";

function watch(clock: FakeClock, timeoutMs: number) {
  const output = { isWriting: false, writtenBytes: 0 };
  const closedMs: number[] = [];
  const end = startSendTimeout(clock, timeoutMs, output, () => closedMs.push(clock.now()));
  return { output, closedMs, end };
}

describe("the send timeout", () => {
  for (const startMs of [0, 1, 2499, 2500, 2501, 7000]) {
    it(`reports a write that begins after ${startMs} ms once, after 1 to 1.25 times the limit`, async () => {
      const clock = new FakeClock();
      const { output, closedMs } = watch(clock, 10_000);
      await clock.advance(startMs);
      output.isWriting = true;
      await clock.advance(100_000);
      assert.equal(closedMs.length, 1);
      const stuckMs = closedMs[0] - startMs;
      assert.ok(stuckMs >= 10_000 && stuckMs <= 12_500, String(stuckMs));
    });
  }

  it("lets a peer read slowly, as long as each write is done in time", async () => {
    const clock = new FakeClock();
    const { output, closedMs } = watch(clock, 10_000);
    output.isWriting = true;
    for (let i = 0; i < 20; i++) {
      await clock.advance(9_900);
      output.writtenBytes++;
    }
    output.isWriting = false;
    await clock.advance(100_000);
    assert.deepEqual(closedMs, []);
  });

  it("ends with the connection, and is none without a limit", async () => {
    const clock = new FakeClock();
    const ended = watch(clock, 1000);
    const none = watch(clock, Infinity);
    ended.output.isWriting = none.output.isWriting = true;
    await clock.advance(500);
    ended.end();
    await clock.advance(100_000);
    assert.deepEqual([ended.closedMs, none.closedMs], [[], []]);
    none.end();
  });
});
