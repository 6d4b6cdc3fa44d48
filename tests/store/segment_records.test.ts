import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FaultyFiles } from "./faulty_files.ts";
import { seededRandom } from "./seeded_random.ts";
import { SMALL, TestStore } from "./test_store.ts";

describe("the record that gives a segment up", () => {
  it("is never on disk without the one that emptied it, wherever a batch ends", async () => {
    let twoBatches = 0;
    // So much is in the batch already that the records about the segment may be in it or in the next one.
    for (let filled = 4076; filled < 4116; filled += 2) {
      const files = new FaultyFiles({ random: seededRandom(filled) });
      const before = await TestStore.open(files, SMALL);
      before.declare(1);
      before.enqueue(1, "a");
      const test = await before.reopen(SMALL);
      test.store.append({ type: "vhost.added", vhost: "x".repeat(filled - 1950) });
      test.store.append({ type: "vhost.added", vhost: "y".repeat(1850) });
      test.store.settle(1, 0, 1);
      let current = "";
      let writes = 0;
      files.failure = ({ type, name, at, bytes }) => {
        if (type !== "write") return undefined;
        if (at === 0 && bytes === 512) current = name;
        else if (name === current && ++writes > 1) return new Error("Input/output error");
        return undefined;
      };
      test.store.commit(true);
      await test.clock.advance(400);
      if (test.store.durable < test.store.appended) twoBatches++;
      const after = await TestStore.open(files.crash(), SMALL);
      assert.ok((await after.bodies(1)).length <= 1);
    }
    assert.ok(twoBatches > 3, `${twoBatches}`);
  });
});
