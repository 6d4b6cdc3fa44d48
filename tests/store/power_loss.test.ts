import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { type Dangers, runSchedule, type ScheduleResult } from "./store_schedule.ts";

/** To see a failure again: `POWER_LOSS_SEED=<seed> POWER_LOSS_ROUNDS=1`. */
const SEED = Number(process.env.POWER_LOSS_SEED ?? 1);
/** Number of schedules for each kind of danger. */
const ROUNDS = Number(process.env.POWER_LOSS_ROUNDS ?? 100);
/** Number of schedules in which all that can happen happens at least once. */
const ENOUGH_ROUNDS = 30;

/** Returns what happened in all schedules together. */
async function run(dangers: Dangers): Promise<ScheduleResult> {
  const sum = { takeovers: 0, failovers: 0, lostBatches: 0, refusals: 0 };
  for (let seed = SEED; seed < SEED + ROUNDS; seed++) {
    try {
      const result = await runSchedule(seed, dangers);
      sum.takeovers += result.takeovers;
      sum.failovers += result.failovers;
      sum.lostBatches += result.lostBatches;
      sum.refusals += result.refusals;
    } catch (error) {
      throw new Error(`POWER_LOSS_SEED=${seed} POWER_LOSS_ROUNDS=1: ${(error as Error).message}`, { cause: error });
    }
  }
  return sum;
}

function mustHaveHappened(counts: Partial<ScheduleResult>): void {
  if (ROUNDS < ENOUGH_ROUNDS) return;
  for (const [what, count] of Object.entries(counts)) assert.ok(count > 0, `there were no ${what}`);
}

describe("a store far away, whatever is done with it,", () => {
  it("has all of it after it was closed and opened again", async () => void await run({ isFar: true }));

  it("has what was safe though copies that lead fail", async () => {
    const { failovers, lostBatches } = await run({ isFar: true, faults: true });
    mustHaveHappened({ failovers, lostBatches });
  });

  it("has what was safe when its owner is killed or replaced, and changes nothing for one that was replaced", async () => {
    const { takeovers, refusals } = await run({ isFar: true, death: true });
    mustHaveHappened({ takeovers, refusals });
  });

  it("has what was safe after all of that", async () => {
    mustHaveHappened(await run({ isFar: true, death: true, faults: true }));
  });
});

describe("a store, whatever is done with it,", () => {
  it("has all of it after it was closed and opened again", async () => void await run({}));
  it("has what was safe after power losses and kills at any moment", async () => void await run({ death: true }));
  it("has what was safe though operations on the disk fail and it fills up", async () =>
    void await run({ faults: true }));
  it("has what was safe after both", async () => void await run({ death: true, faults: true }));

  for (const sync of ["never", "interval"] as const) {
    it(`has the first of it, in order, after a power loss with --sync ${sync}`, async () =>
      void await run({ death: true, sync }));
    it(`has the first of it, though the disk fails too, with --sync ${sync}`, async () => {
      await run({ death: true, faults: true, sync });
    });
  }
});
