import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LineWriter } from "../../../src/cli/log/line_writer.ts";

/** A console or disk that completes writes when it is told to. */
class SlowOutput {
  readonly written: string[] = [];
  readonly reports: string[] = [];
  readonly #pending: (() => void)[] = [];
  isFull = false;
  readonly writer = new LineWriter({
    waitingMax: 30,
    droppedLine: (count) => `${count} dropped\n`,
    report: (why) => this.reports.push(why),
    write: (text) =>
      new Promise((resolve, reject) => {
        this.#pending.push(() => {
          if (this.isFull) return reject(new Error("no space left"));
          this.written.push(text);
          resolve();
        });
      }),
  });

  /** Completes writes until none is under way. */
  async finish(): Promise<void> {
    const flushed = this.writer.flush();
    for (let isDone = false; !isDone;) {
      this.#pending.shift()?.();
      isDone = await Promise.race([flushed.then(() => true), new Promise<boolean>((go) => setTimeout(go, 1, false))]);
    }
  }
}

describe("a writer of lines", () => {
  it("writes lines that come together at once, in order", async () => {
    const output = new SlowOutput();
    for (const line of ["one\n", "two\n", "three\n"]) output.writer.add(line);
    await output.finish();
    assert.deepEqual(output.written, ["one\ntwo\nthree\n"]);
  });

  it("drops what a slow console does not take, and reports the number of lines", async () => {
    const output = new SlowOutput();
    output.writer.add("first\n");
    const first = output.writer.flush();
    for (let i = 10; i < 30; i++) output.writer.add(`line ${i}\n`);
    await output.finish();
    await first;
    output.writer.add("last\n");
    await output.finish();
    assert.deepEqual(output.written, ["first\n", "line 10\nline 11\nline 12\n17 dropped\n", "last\n"]);
  });

  it("reports once that it can't write, and continues when it can", async () => {
    const output = new SlowOutput();
    output.isFull = true;
    for (const line of ["one\n", "two\n"]) {
      output.writer.add(line);
      await output.finish();
    }
    assert.deepEqual(output.reports, ["no space left"]);
    output.isFull = false;
    output.writer.add("three\n");
    await output.finish();
    assert.deepEqual(output.written, ["three\n2 dropped\n"]);
  });
});
