import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, describe, it } from "node:test";
import { RawClient } from "../raw_client.ts";
import { Haremq } from "./haremq.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

describe("a data folder that another broker holds", () => {
  it("is awaited while that broker stops, which a silent client may delay", async () => {
    const first = new Haremq("--port", "0", "--data-dir", folder);
    const address = await first.address();
    // It never answers connection.close.
    const client = await RawClient.open(address);
    first.child.kill("SIGTERM");
    const second = new Haremq("--port", "0", "--data-dir", folder);
    const [, processId] = await second.line(/is in use by another HareMQ, process (\d+)\. It has 10 s to stop/);
    assert.equal(Number(processId), first.child.pid);
    await second.address();
    await first.ended;
    assert.match(first.stdout, /SIGTERM: stopping/);
    assert.equal(second.stdout.match(/is in use by/g)!.length, 1);
    await client[Symbol.asyncDispose]();
    second.child.kill("SIGTERM");
    await second.ended;
  });

  it("is given up when that broker does not stop, with an error that says what to do", async () => {
    const first = new Haremq("--port", "0", "--data-dir", folder);
    await first.address();
    const second = new Haremq("--port", "0", "--data-dir", folder);
    assert.equal(await second.ended, 1);
    const problem = `is in use by another HareMQ, process ${first.child.pid}\\.`;
    assert.match(second.stderr, new RegExp(`${problem} Stop that one, or choose another folder with --data-dir\\.`));
  });
});
