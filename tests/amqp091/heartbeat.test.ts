import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startHeartbeat } from "../../src/amqp091/heartbeat.ts";
import { FakeClock } from "../fake_clock.ts";

function watch(clock: FakeClock, intervalSeconds: number) {
  const traffic = { sentBytes: 0, receivedBytes: 0, heartbeatsMs: [] as number[], silentMs: [] as number[] };
  const end = startHeartbeat(clock, intervalSeconds, {
    sent: () => traffic.sentBytes,
    received: () => traffic.receivedBytes,
    sendHeartbeat() {
      traffic.heartbeatsMs.push(clock.now());
      // The bytes are written after the turn.
      queueMicrotask(() => traffic.sentBytes += 8);
    },
    peerIsSilent: () => traffic.silentMs.push(clock.now()),
  });
  return { traffic, end };
}

describe("heartbeats", () => {
  it("are sent twice in an interval when nothing else is sent", async () => {
    const clock = new FakeClock();
    const { traffic } = watch(clock, 10);
    for (let second = 0; second < 60; second++) {
      traffic.receivedBytes++;
      await clock.advance(1000);
    }
    const gaps = traffic.heartbeatsMs.map((at, i) => at - (traffic.heartbeatsMs[i - 1] ?? 0));
    assert.deepEqual(gaps, Array.from({ length: 12 }, () => 5000));
    assert.deepEqual(traffic.silentMs, []);
  });

  it("are not sent when something else is, except the first", async () => {
    const clock = new FakeClock();
    const { traffic } = watch(clock, 10);
    for (let second = 0; second < 60; second++) {
      traffic.sentBytes++;
      traffic.receivedBytes++;
      await clock.advance(1000);
    }
    assert.deepEqual(traffic.heartbeatsMs, [5000]);
  });

  it("report a peer that was silent for two intervals, but not one that sends a byte in that time", async () => {
    const clock = new FakeClock();
    const { traffic } = watch(clock, 10);
    for (let i = 0; i < 5; i++) {
      await clock.advance(19_000);
      traffic.receivedBytes++;
    }
    assert.deepEqual(traffic.silentMs, []);
    const silentFromMs = clock.now();
    await clock.advance(25_000);
    const afterMs = traffic.silentMs[0] - silentFromMs;
    assert.ok(afterMs >= 20_000 && afterMs <= 25_000, `after ${afterMs} ms`);
  });

  it("end when they are stopped", async () => {
    const clock = new FakeClock();
    const { traffic, end } = watch(clock, 10);
    await clock.advance(7000);
    end();
    assert.equal(clock.timerCount, 0);
    await clock.advance(100_000);
    assert.deepEqual([traffic.silentMs, traffic.heartbeatsMs.length], [[], 1]);
  });

  it("with an interval of 0 are off", () => {
    const clock = new FakeClock();
    watch(clock, 0).end();
    assert.equal(clock.timerCount, 0);
  });
});
