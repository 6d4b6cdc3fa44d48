import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { serveBundled } from "./bundled.ts";
import { launchOnDisk } from "./chromium.ts";
import type { runTests } from "./contracts/node_test.ts";

/** Number of tests, or more, of the contracts of `Files`, `Log` and `Blocks`, and of what is special about OPFS. */
const CONTRACT_TESTS = 44;

describe("the store in a browser's file system", () => {
  it("keeps the contracts of Files, Log and Blocks", { timeout: 120_000 }, async () => {
    await using server = await serveBundled(["tests/browser/contracts/worker.ts"], { "/": "<title>Contracts</title>" });
    await using chromium = await launchOnDisk();
    const page = await chromium.context.newPage();
    await page.goto(server.origin);
    const { passed, failures } = await page.evaluate(`new Promise((resolve, reject) => {
      const worker = new Worker("/worker.js", { type: "module" });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message, filename, lineno }) => reject(new Error(message + " at " + filename + ":" + lineno));
    })`) as Awaited<ReturnType<typeof runTests>>;
    assert.deepEqual(failures, []);
    assert.ok(passed >= CONTRACT_TESTS, `only ${passed} tests ran`);
  });
});
