import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TestClock } from "../../testing.ts";
import { durationMs } from "../../src/testing/duration.ts";

const stoppedClock = () => {
  const clock = new TestClock(() => Promise.resolve());
  clock.stop();
  return clock;
};

describe("durations", () => {
  it("are milliseconds, or text with units", () => {
    assert.equal(durationMs(1500), 1500);
    assert.equal(durationMs("250ms"), 250);
    assert.equal(durationMs("1h30m"), 5_400_000);
    assert.equal(durationMs("2d"), 172_800_000);
    assert.equal(durationMs("0.5s"), 500);
  });

  it("of another form are refused with the form and what was received", () => {
    assert.throws(() => durationMs("soon"), /such as "250ms", "90s", "1h30m" or "2d": received "soon"/);
    assert.throws(() => durationMs("90"), RangeError);
    assert.throws(() => durationMs(-1), /received -1/);
    assert.throws(() => durationMs(NaN), RangeError);
  });
});

describe("a test clock", () => {
  it("calls back in the order of due times, each at its time", async () => {
    const clock = stoppedClock();
    const start = clock.now();
    const calls: [string, number][] = [];
    const note = (name: string) => calls.push([name, clock.now() - start]);
    clock.after(2000, () => note("later"));
    clock.after(1000, () => {
      note("first");
      clock.after(500, () => note("set by the first"));
    });
    clock.after(4000, () => note("too late"));
    await clock.advance("3s");
    assert.deepEqual(calls, [["first", 1000], ["set by the first", 1500], ["later", 2000]]);
    assert.equal(clock.now() - start, 3000);
    clock.close();
  });

  it("does not call back what was cancelled", async () => {
    const clock = stoppedClock();
    let calls = 0;
    const cancel = clock.after(1000, () => calls++);
    cancel();
    await clock.advance("1h");
    assert.equal(calls, 0);
    clock.close();
  });

  it("calls back in real time while nobody moves it", async () => {
    const clock = new TestClock(() => Promise.resolve());
    await new Promise<void>((resolve) => clock.after(1, resolve));
    clock.close();
  });

  it("moves wall-clock time as well, and goes on from there when it is started", async () => {
    const clock = stoppedClock();
    const start = clock.time();
    await clock.advance("1d");
    assert.equal(clock.time() - start, 86_400_000);
    clock.start();
    assert.ok(clock.time() - start >= 86_400_000 && clock.time() - start < 86_460_000);
    clock.close();
  });

  it("is moved by one call at a time", async () => {
    const clock = stoppedClock();
    const first = clock.advance("1s");
    await assert.rejects(clock.advance("1s"), /moved by another call/);
    await first;
    await assert.rejects(clock.advance("tomorrow"), RangeError);
    clock.close();
  });
});
