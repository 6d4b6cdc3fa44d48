import process from "node:process";
import { describe, it } from "node:test";
import { type Dangers, runSchedule } from "./store_schedule.ts";

/** To see a failure again: `POWER_LOSS_SEED=<seed> POWER_LOSS_ROUNDS=1`. */
const SEED = Number(process.env.POWER_LOSS_SEED ?? 1);
/** Number of schedules for each kind of danger. */
const ROUNDS = Number(process.env.POWER_LOSS_ROUNDS ?? 100);

async function run(dangers: Dangers): Promise<void> {
  for (let seed = SEED; seed < SEED + ROUNDS; seed++) {
    try {
      await runSchedule(seed, dangers);
    } catch (error) {
      throw new Error(`POWER_LOSS_SEED=${seed} POWER_LOSS_ROUNDS=1: ${(error as Error).message}`, { cause: error });
    }
  }
}

describe("a store, whatever is done with it,", () => {
  it("has all of it after it was closed and opened again", () => run({}));
  it("has what was safe after power losses and kills at any moment", () => run({ death: true }));
  it("has what was safe though operations on the disk fail and it fills up", () => run({ faults: true }));
  it("has what was safe after both", () => run({ death: true, faults: true }));

  for (const sync of ["never", "interval"] as const) {
    it(`has the first of it, in order, after a power loss with --sync ${sync}`, () => run({ death: true, sync }));
    it(`has the first of it, though the disk fails too, with --sync ${sync}`, () => {
      return run({ death: true, faults: true, sync });
    });
  }
});
