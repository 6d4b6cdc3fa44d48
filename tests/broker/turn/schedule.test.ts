import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Deadline, Schedule } from "../../../src/broker/turn/schedule.ts";
import { FakeClock } from "../../fake_clock.ts";

function scheduleWith(clock: FakeClock): { schedule: Schedule; ends: () => number } {
  let ends = 0;
  return { schedule: new Schedule(clock, () => ends++), ends: () => ends };
}

describe("a schedule", () => {
  it("calls back once when a deadline is due, and ends the turn", async () => {
    const clock = new FakeClock();
    const { schedule, ends } = scheduleWith(clock);
    let calls = 0;
    schedule.set(new Deadline(() => calls++), clock.time() + 100);
    await clock.advance(99);
    assert.equal(calls, 0);
    await clock.advance(1);
    assert.deepEqual([calls, ends(), schedule.count, clock.timerCount], [1, 1, 0, 0]);
    await clock.advance(1000);
    assert.equal(calls, 1);
  });

  it("needs one timer, however many deadlines there are", async () => {
    const clock = new FakeClock();
    const { schedule } = scheduleWith(clock);
    let calls = 0;
    for (let i = 0; i < 1000; i++) schedule.set(new Deadline(() => calls++), clock.time() + 1 + (i * 797) % 1000);
    assert.equal(clock.timerCount, 1);
    await clock.advance(50);
    assert.deepEqual([calls, clock.timerCount], [50, 1]);
  });

  it("tells when the first deadline is due", () => {
    const clock = new FakeClock();
    const { schedule } = scheduleWith(clock);
    assert.equal(schedule.nextDueAtMs, Infinity);
    const [late, early] = [new Deadline(() => {}), new Deadline(() => {})];
    schedule.set(late, clock.time() + 100);
    schedule.set(early, clock.time() + 50);
    assert.equal(schedule.nextDueAtMs, clock.time() + 50);
    schedule.clear(early);
    assert.equal(schedule.nextDueAtMs, clock.time() + 100);
  });

  it("calls deadlines too that callbacks set", async () => {
    const clock = new FakeClock();
    const { schedule } = scheduleWith(clock);
    let calls = 0;
    const deadline: Deadline = new Deadline(() => {
      if (++calls < 5) schedule.set(deadline, clock.time() + 10);
    });
    schedule.set(deadline, clock.time() + 10);
    await clock.advance(1000);
    assert.equal(calls, 5);
  });

  it("reads the time again after a minute at most, as it may have been changed", async () => {
    const clock = new FakeClock();
    const { schedule } = scheduleWith(clock);
    schedule.set(new Deadline(() => {}), clock.time() + 3_600_000);
    const asked = clock.time() + 60_000;
    let lookedAt = 0;
    const time = clock.time.bind(clock);
    clock.time = () => lookedAt = time();
    await clock.advance(60_000);
    assert.equal(lookedAt, asked);
  });

  it("calls nothing after it was closed", async () => {
    const clock = new FakeClock();
    const { schedule } = scheduleWith(clock);
    schedule.set(new Deadline(() => assert.fail("called")), clock.time() + 10);
    schedule.close();
    schedule.set(new Deadline(() => assert.fail("called")), clock.time() + 20);
    await clock.advance(100);
    assert.equal(clock.timerCount, 0);
  });

  it("calls in the order of the times, whatever is set, changed and cleared", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ deadline: fc.nat(15), atMs: fc.option(fc.integer({ min: 1, max: 50 })) })),
        async (changes) => {
          const clock = new FakeClock();
          const { schedule } = scheduleWith(clock);
          const expected = new Map<number, number>();
          const called: [deadline: number, atMs: number][] = [];
          const start = clock.time();
          const deadlines = Array.from(
            { length: 16 },
            (_, i) => new Deadline(() => called.push([i, clock.time() - start])),
          );
          for (const { deadline, atMs } of changes) {
            if (atMs === null) {
              schedule.clear(deadlines[deadline]);
              expected.delete(deadline);
            } else {
              schedule.set(deadlines[deadline], start + atMs);
              expected.set(deadline, atMs);
            }
          }
          assert.equal(schedule.count, expected.size);
          await clock.advance(60);
          assert.deepEqual(called.map(([, atMs]) => atMs), [...expected.values()].sort((a, b) => a - b));
          assert.deepEqual(new Map(called), new Map(expected));
        },
      ),
      { numRuns: 50 },
    );
  });
});
