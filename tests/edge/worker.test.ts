import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Miniflare } from "miniflare";

const root = new URL("../../", import.meta.url);
const path = (relative: string): string => fileURLToPath(new URL(relative, root));

/** The answer of {@link file://./worker.ts}. */
interface Answer {
  readonly runtime: string;
  readonly confirmed: number;
  readonly got: string;
  readonly read: string;
  readonly messageCount: number;
  readonly connections: number;
  readonly lines: readonly string[];
}

describe("a broker in a Worker of an edge runtime", () => {
  let folder: string;
  let worker: Miniflare;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "haremq-worker-"));
    const outfile = join(folder, "worker.js");
    // For a browser: a module of node: or of Bun would be an error.
    const bundle = ["build", path("tests/edge/worker.ts"), "--target=browser", "--format=esm", `--outfile=${outfile}`];
    // The package bun is a script; its program is in the package for this machine.
    const [machine] = await readdir(path("node_modules/@oven"));
    await promisify(execFile)(path(`node_modules/@oven/${machine}/bin/bun`), bundle);
    worker = new Miniflare({
      modules: true,
      scriptPath: outfile,
      modulesRoot: folder,
      compatibilityDate: "2026-07-01",
    });
    await worker.ready;
  });

  after(async () => {
    await worker?.dispose();
    await rm(folder, { recursive: true });
  });

  it("speaks AMQP over streams, confirms, and passes messages with and without AMQP", async () => {
    const response = await worker.dispatchFetch("http://worker/");
    const answer = await response.json() as Answer;
    assert.equal(answer.runtime, "Cloudflare-Workers");
    assert.equal(answer.confirmed, 1);
    assert.equal(answer.got, "over AMQP");
    assert.equal(answer.read, "without AMQP");
    assert.deepEqual([answer.messageCount, answer.connections], [0, 0]);
    assert.deepEqual(answer.lines.filter((line) => /^(warning|error)/.test(line)), []);
  });
});
