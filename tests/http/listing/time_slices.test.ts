import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Clock } from "../../../src/broker/turn/clock.ts";
import { READ_SLICE_MS, TimeSlices } from "../../../src/http/listing/time_slices.ts";

/** A clock that counts fifths of a slice, of which each step takes one, and whose rounds a test begins. */
class StepClock implements Clock {
  fifths = 100;
  readonly #due: { readonly delayMs: number; readonly setAt: number; readonly callback: () => void }[] = [];

  now = () => this.fifths * READ_SLICE_MS / 5;
  time = () => this.now();

  after(delayMs: number, callback: () => void): () => void {
    const timer = { delayMs, setAt: this.fifths, callback };
    this.#due.push(timer);
    return () => {
      const index = this.#due.indexOf(timer);
      if (index !== -1) this.#due.splice(index, 1);
    };
  }

  get isDue(): boolean {
    return this.#due.length > 0;
  }

  /** The times at which the timers that are not due yet were set. */
  get setAt(): readonly number[] {
    return this.#due.map(({ setAt }) => setAt);
  }

  async nextRound(): Promise<void> {
    const { delayMs, callback } = this.#due.shift()!;
    this.fifths += delayMs * 5 / READ_SLICE_MS;
    callback();
    for (let i = 0; i < 5; i++) await Promise.resolve();
  }

  *steps(count: number, result: string): Generator<void, string> {
    for (let i = 0; i < count; i++) {
      this.fifths++;
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

  it("shares the slice of each round among all reads", async () => {
    const clock = new StepClock();
    const slices = new TimeSlices(clock);
    const done: string[] = [];
    const works = ["a", "b", "c"].map((name) =>
      slices.run(clock.steps(7, name)).then((result) => done.push(`${result}${clock.fifths}`))
    );
    const times = [clock.fifths];
    while (done.length < 3) {
      await clock.nextRound();
      times.push(clock.fifths);
    }
    await Promise.all(works);
    assert.deepEqual(times, [105, 107, 112, 117, 119, 121]);
    assert.deepEqual(done, ["a107", "b119", "c121"]);
  });

  it("sets the timer of the next round at the end of a slice, so that it is not due before sockets are looked at", async () => {
    const clock = new StepClock();
    const slices = new TimeSlices(clock);
    const reading = slices.run(clock.steps(7, "done"));
    assert.deepEqual(clock.setAt, [105]);
    await clock.nextRound();
    assert.deepEqual([await reading, clock.setAt], ["done", [107]]);
  });

  it("leaves seven tenths of the time to others, once a burst is used up", async () => {
    const clock = new StepClock();
    const slices = new TimeSlices(clock);
    const read = async (sliceCount: number): Promise<number> => {
      const startMs = clock.now();
      let isDone = false;
      const reading = slices.run(clock.steps(5 * sliceCount, "done")).then(() => isDone = true);
      while (!isDone) await clock.nextRound();
      await reading;
      const took = Math.round((clock.now() - startMs) / READ_SLICE_MS);
      while (clock.isDue) await clock.nextRound();
      return took;
    };
    assert.equal(await read(5), 5);
    clock.fifths += 1000;
    // A burst of 10 ms is 6 2/3 slices.
    const took = await read(80);
    assert.ok(Math.abs(took - (80 - 6.67) / 0.3) < 5, `${took}`);
    assert.ok(Math.abs(await read(30) - 100) <= 1);
    slices.spend(3 * READ_SLICE_MS);
    assert.ok(Math.abs(await read(30) - 110) <= 1);
    clock.fifths += 1000;
    assert.equal(await read(5), 5);
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
