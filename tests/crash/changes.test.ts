import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeChanges } from "./changes.ts";

const TIMEOUT_MS = 120_000;

describe("a broker that is killed between changes", () => {
  const seed = Math.floor(Math.random() * 1e9);
  it(`has all that were answered when it starts again (seed ${seed})`, { timeout: TIMEOUT_MS }, async () => {
    const { kills, difference } = await makeChanges(seed, 1000, 20);
    assert.deepEqual(difference?.actual, difference?.expected, `after change ${difference?.afterChange}`);
    assert.ok(kills > 10, `${kills} kills`);
  });
});
