import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { runTests } from "../browser/contracts/node_test.ts";
import { startWorker } from "./miniflare.ts";

describe("the store in a Durable Object", () => {
  for (const [contract, path, tests] of [["Log", "log", 13], ["Blocks", "blocks", 12]] as const) {
    it(`keeps the contract of ${contract}`, { timeout: 120_000 }, async () => {
      // A worker for each: workerd 1.20260730 crashes when one runs both.
      await using worker = await startWorker("tests/edge/contract_object.ts", {
        objects: { OBJECT: "ContractObject" },
      });
      const response = await worker.miniflare.dispatchFetch(`http://worker/${path}`);
      const { passed, failures } = await response.json() as Awaited<ReturnType<typeof runTests>>;
      assert.deepEqual(failures, []);
      assert.equal(passed, tests);
    });
  }
});
