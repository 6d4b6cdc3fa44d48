import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LOG_START } from "../../../src/store/log/position.ts";
import { describeLog } from "./log_contract.ts";
import { FarPlace, LOG_PLACES } from "./log_places.ts";
import { TestLog } from "./test_log.ts";

for (const [name, make] of Object.entries(LOG_PLACES)) describeLog(name, make);

describe("a log far away", () => {
  it("loses what only the copy that failed had, and has it again from its writer", async () => {
    let [failovers, lost, duplicates] = [0, 0, 0];
    for (let seed = 0; seed < 20; seed++) {
      const place = new FarPlace(seed);
      const test = await TestLog.open(place, LOG_START);
      for (let number = 0; number < 30; number++) {
        test.append(number, 50);
        if (number % 6 === 0) place.disturb();
        for (let event = 0; event < 6; event++) await place.events.next();
      }
      await test.settle();
      place.kill();
      assert.deepEqual((await TestLog.open(place, LOG_START)).found, test.durable);
      failovers += place.storage.failovers;
      lost += place.storage.lostBatches;
      duplicates += place.storage.duplicates;
    }
    assert.equal(failovers, 100);
    assert.ok(lost > 0, "no batch was lost with the copy that led");
    assert.ok(duplicates > 0, "no batch was sent twice");
  });
});
