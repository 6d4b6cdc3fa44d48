import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { Haremq } from "../cli/haremq.ts";
import { makePlan, type Plan, runRound } from "./round.ts";

after(() => Haremq.stopAll());

/** A few rounds of those that `deno task crash` runs many of. */
const rounds: Readonly<Record<string, Partial<Plan>>> = {
  "in the middle of everything, and again while it starts": { workMs: [900], killsDuringStart: 2 },
  "twice, the second time with all messages delivered and none acknowledged": { workMs: [500], killsBeforeAck: 1 },
  "with little memory, and nobody waiting for the disk": { workMs: [700], sync: "never", memory: "48MiB" },
  "under as many messages as it can take": { load: "heavy", workMs: [1500], memory: undefined },
};

const TIMEOUT_MS = 60_000;

describe("a broker that is killed", () => {
  for (const [when, change] of Object.entries(rounds)) {
    const seed = Math.floor(Math.random() * 1e9);
    it(`${when} keeps its promises (seed ${seed})`, { timeout: TIMEOUT_MS }, async () => {
      const { failures, confirmed, evidence } = await runRound({ ...makePlan(seed, "mixed"), ...change });
      assert.deepEqual(failures, [], `its folder as it was killed is in ${evidence}`);
      assert.ok(confirmed > 0);
    });
  }
});
