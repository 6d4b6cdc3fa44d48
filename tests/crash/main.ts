/** Runs rounds on the current runtime: `deno run -A tests/crash/main.ts --rounds 50 --seed 1`. */
import process from "node:process";
import { parseArgs } from "node:util";
import { Haremq } from "../cli/haremq.ts";
import { makeChanges, ONE_BY_ONE } from "./changes.ts";
import { makePlan, runRound } from "./round.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string" }, changes: { type: "string" }, seed: { type: "string" } },
});
const rounds = Number(values.rounds ?? 50);
const changes = Number(values.changes ?? 0);
const firstSeed = Number(values.seed ?? Math.floor(Math.random() * 1e9));

if (changes > 0) {
  const { kills, difference } = await makeChanges(firstSeed, changes, changes, ONE_BY_ONE);
  if (difference !== undefined) console.log(difference);
  console.log(`seed ${firstSeed}, ${changes} changes, ${kills} kills: ${difference === undefined ? "ok" : "FAILED"}`);
  process.exit(difference === undefined ? 0 : 1);
}

let failed = 0;
for (let index = 0; index < rounds; index++) {
  const plan = makePlan(firstSeed + index);
  const startedAt = performance.now();
  const { failures, published, confirmed, drained, evidence } = await runRound(plan);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const { seed, load, sync, workMs, killsDuringStart, killsBeforeAck, memory } = plan;
  const kills = workMs.length + (workMs.length + killsBeforeAck) * killsDuringStart + killsBeforeAck;
  console.log(
    `${index + 1}: seed ${seed}, ${load}, sync ${sync}, ${
      memory ?? "much memory"
    }, ${kills} kills, ${published} published, ` +
      `${confirmed} confirmed, ${drained} drained, ${seconds} s: ${failures.length === 0 ? "ok" : "FAILED"}`,
  );
  if (failures.length === 0) continue;
  failed++;
  for (const failure of failures) console.log(`   ${failure}`);
  console.log(`   The folder as the last kill left it is in ${evidence}; again: --rounds 1 --seed ${seed}`);
}
await Haremq.stopAll();
console.log(`${rounds - failed} rounds passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
