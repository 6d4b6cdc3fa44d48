import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NO_METADATA } from "../../src/store/topology_record.ts";
import { FaultyFiles } from "./faulty_files.ts";
import { seededRandom } from "./seeded_random.ts";
import { SMALL, TestStore } from "./test_store.ts";

/**
 * A folder as the power leaves it after the only message of a segment was settled, behind so much in its batch; and
 * whether what says that the segment is of no use any more was in another batch, which was not written.
 */
async function emptySegment(filled: number): Promise<{ readonly files: FaultyFiles; readonly isHalf: boolean }> {
  const files = new FaultyFiles({ random: seededRandom(filled) });
  const before = await TestStore.open(files, SMALL);
  before.declare(1);
  before.enqueue(1, "a");
  const test = await before.reopen(SMALL);
  test.store.append({ type: "vhost.put", vhost: "x".repeat(filled - 1964), ...NO_METADATA });
  test.store.append({ type: "vhost.put", vhost: "y".repeat(1836), ...NO_METADATA });
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
  return { files: files.crash(), isHalf: test.store.durable < test.store.appended };
}

describe("the record that gives a segment up", () => {
  it("is never on disk without the one that emptied it, wherever a batch ends", async () => {
    let twoBatches = 0;
    // So much is in the batch already that the records about the segment may be in it or in the next one.
    for (let filled = 4076; filled < 4116; filled += 2) {
      const { files, isHalf } = await emptySegment(filled);
      if (isHalf) twoBatches++;
      const after = await TestStore.open(files, SMALL);
      assert.ok((await after.bodies(1)).length <= 1);
    }
    assert.ok(twoBatches > 3, `${twoBatches}`);
  });

  it("may get lost: the next start does not miss the segment, wherever the power failed in the one before", async () => {
    let deaths = 0;
    for (let operations = 1, isOpen = false; !isOpen; operations++) {
      const { files, isHalf } = await emptySegment(4094);
      assert.ok(isHalf);
      files.dieAfter(operations);
      isOpen = await Promise.race([TestStore.open(files, SMALL).then(() => true), files.died.then(() => false)]);
      for (let i = 0; i < 5; i++) {
        const after = await TestStore.open(files.crash(), SMALL);
        assert.equal(after.store.recovered.queues[0].count, 0);
      }
      deaths++;
    }
    assert.ok(deaths > 5, `${deaths}`);
  });
});
