import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Clock } from "../../../src/broker/turn/clock.ts";
import { TimeSlices } from "../../../src/http/listing/time_slices.ts";

/** A clock on which each step takes a millisecond, and whose rounds a test begins. */
class StepClock implements Clock {
  nowMs = 100;
  readonly #due: (() => void)[] = [];

  now = () => this.nowMs;
  time = () => this.nowMs;

  after(_delayMs: number, callback: () => void): () => void {
    this.#due.push(callback);
    return () => {};
  }

  async nextRound(): Promise<void> {
    this.#due.shift()!();
    for (let i = 0; i < 5; i++) await Promise.resolve();
  }

  *steps(count: number, result: string): Generator<void, string> {
    for (let i = 0; i < count; i++) {
      this.nowMs++;
      yield;
    }
    return result;
  }
}

describe("slices of time for long reads", () => {
  it("lets short work happen at once", async () => {
    const clock = new StepClock();
    assert.equal(await new TimeSlices(clock).run(clock.steps(3, "done")), "done");
  });

  it("shares five milliseconds of each round among all reads", async () => {
    const clock = new StepClock();
    const slices = new TimeSlices(clock);
    const done: string[] = [];
    const works = ["a", "b", "c"].map((name) =>
      slices.run(clock.steps(7, name)).then((result) => done.push(`${result}${clock.nowMs}`))
    );
    const times = [clock.nowMs];
    while (done.length < 3) {
      await clock.nextRound();
      times.push(clock.nowMs);
    }
    await Promise.all(works);
    assert.deepEqual(times, [105, 107, 112, 117, 119, 121]);
    assert.deepEqual(done, ["a107", "b119", "c121"]);
  });

  it("rejects with the error of a step", async () => {
    const slices = new TimeSlices(new StepClock());
    const failing = {
      next: () => {
        throw new Error("failed");
      },
    };
    await assert.rejects(slices.run(failing), { message: "failed" });
  });
});
