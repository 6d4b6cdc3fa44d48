import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Poll } from "../../ui/api/poll.ts";

/** A poll whose reads and timers the test decides about. */
class TestPoll {
  readonly reads: { readonly signal: AbortSignal; readonly end: (error?: Error) => Promise<void> }[] = [];
  readonly timers: { readonly ms: number; readonly call: () => void; isCancelled: boolean }[] = [];
  readonly answers: number[] = [];
  readonly errors: unknown[] = [];
  readonly poll = new Poll<number>({
    read: (signal) =>
      new Promise((resolve, reject) => {
        const number = this.reads.length;
        const end = async (error?: Error) => {
          if (error === undefined) resolve(number);
          else reject(error);
          await new Promise((resolve) => setTimeout(resolve, 0));
        };
        this.reads.push({ signal, end });
      }),
    intervalMs: 5_000,
    onAnswer: (answer) => this.answers.push(answer),
    onError: (error) => this.errors.push(error),
    after: (ms, call) => {
      const timer = { ms, call, isCancelled: false };
      this.timers.push(timer);
      return () => timer.isCancelled = true;
    },
  });

  get lastDelay(): number | undefined {
    return this.timers.at(-1)?.ms;
  }
}

describe("a poll", () => {
  it("reads again an interval after each answer", async () => {
    const test = new TestPoll();
    void test.poll.now();
    await test.reads[0].end();
    assert.deepEqual([test.answers, test.lastDelay], [[0], 5_000]);
    test.timers[0].call();
    assert.equal(test.reads.length, 2);
  });

  it("waits longer after each failure, up to a minute, until a success", async () => {
    const test = new TestPoll();
    const delays = [];
    for (let i = 0; i < 6; i++) {
      void test.poll.now();
      await test.reads[i].end(new Error("gone"));
      delays.push(test.lastDelay);
    }
    assert.deepEqual(delays, [10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
    assert.equal(test.errors.length, 6);
    void test.poll.now();
    await test.reads[6].end();
    assert.equal(test.lastDelay, 5_000);
  });

  it("pauses while nobody sees it, and reads at once afterwards", async () => {
    const test = new TestPoll();
    void test.poll.now();
    test.poll.pause();
    assert.ok(test.reads[0].signal.aborted);
    await test.reads[0].end();
    assert.deepEqual([test.answers, test.timers], [[], []]);
    test.poll.resume();
    test.poll.resume();
    assert.equal(test.reads.length, 2);
  });

  it("aborts its read and its timer when it stops", async () => {
    const test = new TestPoll();
    void test.poll.now();
    await test.reads[0].end();
    test.poll.stop();
    assert.ok(test.timers[0].isCancelled);
    await test.poll.now();
    assert.equal(test.reads.length, 1);
  });

  it("takes the answer of its newest read only", async () => {
    const test = new TestPoll();
    void test.poll.now();
    void test.poll.now();
    await test.reads[1].end();
    await test.reads[0].end();
    assert.deepEqual([test.answers, test.timers.length], [[1], 1]);
  });
});
