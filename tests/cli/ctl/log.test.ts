import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { runTool } from "../../../src/cli/ctl/run.ts";
import { KeptTerminal } from "./kept_terminal.ts";

/** A terminal that tells when it is asked for its signal, and when something is written. */
class HeardTerminal extends KeptTerminal {
  onAsked = () => {};
  onWritten = () => {};

  override stopSignal = () => {
    queueMicrotask(() => queueMicrotask(() => this.onAsked()));
    return this.stop.signal;
  };

  override print(lines: readonly string[]): Promise<void> {
    const printed = super.print(lines);
    this.onWritten();
    return printed;
  }
}

describe("the commands that show the log", () => {
  let folder: string;
  let terminal: HeardTerminal;
  let logFiles: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "haremq-test-"));
    terminal = new HeardTerminal(folder);
    logFiles = ["broker.log"];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const answer = () =>
    Promise.resolve(Response.json({ name: "hare@host", application: "running", log_files: logFiles }));
  const surroundings = {
    environment: () => undefined,
    socketFetcher: () => answer,
    fetch: answer,
    stateOf: () => "usable" as const,
    listeningSockets: () => [],
  };
  const run = (...args: string[]) => runTool("rabbitmq-diagnostics", args, terminal, surroundings);
  const log = () => join(folder, "broker.log");

  it("print its last lines", async () => {
    writeFileSync(log(), Array.from({ length: 100 }, (_, index) => `line ${index}\n`).join(""));
    assert.equal(await run("log_tail", "-N", "3"), 0);
    assert.equal(terminal.stdout, "Last 3 log lines on node hare@host ...\nline 97\nline 98\nline 99\n");
    terminal.stdout = "";
    assert.equal(await run("log_tail", "-q"), 0);
    assert.equal(terminal.stdout.split("\n").length, 51);
  });

  it("print lines that are longer than what is read first", async () => {
    writeFileSync(log(), `first\n${"é".repeat(100_000)}\nlast`);
    assert.equal(await run("log_tail", "-N", "2", "-q"), 0);
    assert.equal(terminal.stdout, `${"é".repeat(100_000)}\nlast\n`);
  });

  it("stream what is added, also to a new file, until Ctrl-C", async () => {
    writeFileSync(log(), "old\n");
    const asked = new Promise<void>((resolve) => terminal.onAsked = resolve);
    const exit = run("log_tail_stream", "-q");
    await asked;
    const written = () => new Promise<void>((resolve) => terminal.onWritten = resolve);
    let next = written();
    appendFileSync(log(), "one\ntw");
    await next;
    next = written();
    appendFileSync(log(), "o\n");
    await next;
    next = written();
    writeFileSync(log(), "new\n");
    await next;
    terminal.stop.abort();
    assert.equal(await exit, 0, terminal.stderr);
    assert.equal(terminal.stdout, "one\ntwo\nnew\n");
  });

  it("end after a duration", async () => {
    writeFileSync(log(), "old\n");
    assert.equal(await run("log_tail_stream", "--duration", "1"), 0);
    assert.equal(terminal.stdout, "Streaming logs from node hare@host for 1 seconds ...\n");
  });

  it("say where the log is when they can't read it", async () => {
    assert.equal(await run("log_tail", "-q"), 69);
    assert.match(terminal.stderr, /^Error:\nThe log can't be read: .*broker\.log/);
    terminal.stderr = "";
    assert.equal(await run("log_tail", "-q", "--url", "http://elsewhere:15672"), 69);
    assert.match(terminal.stderr, /^Error:\nThe log is the file broker\.log of the broker's machine: run this there/);
    terminal.stderr = "";
    logFiles = [];
    assert.equal(await run("log_tail", "-q"), 69);
    assert.equal(terminal.stderr, "Error:\nNo log files configured on the node\n");
    assert.equal(await run("log_tail", "-N", "0"), 64);
  });
});
