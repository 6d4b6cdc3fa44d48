import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AcknowledgementTick, type Ticking } from "../../../src/broker/session/acknowledgement_tick.ts";
import { FakeClock } from "../../fake_clock.ts";

const HOUR_MS = 3_600_000;

function start(intervalMaxMs: number) {
  const clock = new FakeClock();
  const turns: number[] = [];
  const tick = new AcknowledgementTick(clock, intervalMaxMs, () => turns.push(clock.now()));
  const channel = (timeoutMs: number | undefined) => {
    const looks: number[] = [];
    const ticking: Ticking = {
      tick(nowMs) {
        looks.push(nowMs);
        return timeoutMs;
      },
    };
    return { looks, ticking };
  };
  return { clock, tick, turns, channel };
}

describe("the tick of channels", () => {
  it("checks all of them together, in one turn and by one timer", async () => {
    const { clock, tick, turns, channel } = start(30_000);
    const channels = Array.from({ length: 100 }, () => channel(HOUR_MS));
    for (const { ticking } of channels) {
      tick.add(ticking, HOUR_MS);
      await clock.advance(100);
    }
    assert.equal(clock.timerCount, 1);
    await clock.advance(60_000 - clock.now());
    for (const { looks } of channels) assert.deepEqual(looks, [30_000, 60_000]);
    assert.deepEqual(turns, [30_000, 60_000]);
  });

  it("comes more often for a short timeout, even one that is added later", async () => {
    const { clock, tick, channel } = start(30_000);
    const [long, short] = [channel(HOUR_MS), channel(40_000)];
    tick.add(long.ticking, HOUR_MS);
    await clock.advance(1000);
    tick.add(short.ticking, 40_000);
    await clock.advance(10_000);
    assert.deepEqual(short.looks, [6000, 11_000]);
    tick.remove(short.ticking);
    await clock.advance(60_000);
    assert.deepEqual(long.looks, [6000, 11_000, 16_000, 46_000]);
  });

  it("comes once a second at most", async () => {
    const { clock, tick, channel } = start(30_000);
    const { looks, ticking } = channel(0);
    tick.add(ticking, 0);
    await clock.advance(2500);
    assert.deepEqual(looks, [1000, 2000]);
  });

  it("needs no timer when there is nothing to check", async () => {
    const { clock, tick, channel } = start(30_000);
    const [done, removed] = [channel(undefined), channel(HOUR_MS)];
    assert.equal(clock.timerCount, 0);
    tick.add(done.ticking, HOUR_MS);
    tick.add(removed.ticking, HOUR_MS);
    tick.remove(removed.ticking);
    await clock.advance(HOUR_MS);
    assert.deepEqual([done.looks.length, removed.looks.length, clock.timerCount], [1, 0, 0]);
    tick.add(removed.ticking, HOUR_MS);
    tick.remove(removed.ticking);
    assert.equal(clock.timerCount, 0);
  });
});
