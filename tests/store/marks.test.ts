import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 } from "../../src/store/crc32.ts";
import { findBatches } from "../../src/store/log/log_file.ts";
import { MemoryFiles } from "../../src/store/memory_files.ts";
import { segmentsOf, SMALL, TestStore } from "./test_store.ts";

/** Messages of queue 1: body, time, and whether it has died. */
type Marked = readonly [body: string, time: number, hasDied: boolean];

async function storeWith(...messages: readonly Marked[]): Promise<TestStore> {
  const test = await TestStore.open(new MemoryFiles(), SMALL);
  test.declare(1);
  for (const [body, time, hasDied] of messages) test.enqueueMarked(1, body, time, hasDied);
  return test;
}

/** Returns the sizes of a message's records in the journal, and of its block in a segment. In bytes. */
async function bytesOnDisk(message: Marked): Promise<{ readonly journal: number; readonly segment: number }> {
  const test = await storeWith();
  await test.flush();
  test.enqueueMarked(1, ...message);
  await test.flush();
  const file = await test.files.open("journal-1");
  const journal = (await findBatches(file, 512, crc32)).at(-1)!.head.payloadBytes;
  await test.store.close();
  const segment = await test.files.open((await segmentsOf(test.files))[0]);
  return { journal, segment: await segment.size() };
}

describe("what is kept of a message beside its content", () => {
  const MARKED: readonly Marked[] = [["a", 0, false], ["b", 1_700_000_000_000.25, false], ["c", 0, true], [
    "d",
    7,
    true,
  ]];

  it("is read back: its time, and whether it has died", async () => {
    const test = await storeWith(...MARKED);
    const expected = MARKED.map(([, time, hasDied], position) => [position, time, hasDied]);
    const again = await test.reopen(SMALL);
    assert.deepEqual(await again.marks(1), expected);
    await again.store.close();
  });

  it("is read back with a message that takes many records, and with one in many queues", async () => {
    const long = "x".repeat(20_000);
    const test = await storeWith([long, 123.5, true]);
    test.declare(2);
    test.enqueueMarked([1, 2], "b", 456.5, false);
    await test.relieve();
    assert.deepEqual(await test.marks(1), [[0, 123.5, true], [1, 456.5, false]]);
    assert.deepEqual(await test.marks(2), [[0, 456.5, false]]);
    await test.store.close();
  });

  it("takes eight bytes for a time, and none without one", async () => {
    const none = await bytesOnDisk(["a", 0, false]);
    // Length of address, header and body are 2, 14 and 1; with what a message's record and block have beside these.
    assert.equal(none.journal, 20 + 12 + 17);
    assert.deepEqual(await bytesOnDisk(["a", 0, true]), none);
    const timed = await bytesOnDisk(["a", 5, false]);
    assert.deepEqual(timed, { journal: none.journal + 8, segment: none.segment + 8 });
  });
});
