import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 } from "../../src/store/crc32.ts";
import { CorruptStoreError, StoreError } from "../../src/store/error.ts";
import type { Files } from "../../src/store/files.ts";
import { MemoryFiles } from "../../src/store/memory_files.ts";
import { writeSegmentsRecord } from "../../src/store/segments_record.ts";
import { State } from "../../src/store/state.ts";
import { FaultyFiles } from "./faulty_files.ts";
import { seededRandom } from "./seeded_random.ts";
import { breakByte, segmentsOf, SMALL, TestStore } from "./test_store.ts";

/** Files with a journal of three messages, each in a batch of its own, that no snapshot knows. */
async function withJournal(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  const test = await TestStore.open(files);
  test.declare(1);
  for (const body of ["a", "b", "c"]) {
    test.enqueue(1, body);
    await test.flush();
  }
  return files;
}

/** Files with a message in a segment, and all in the snapshot. */
async function withSegment(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  const test = await TestStore.open(files);
  test.declare(1);
  test.enqueue(1, "a");
  await test.store.close();
  return files;
}

/** The error that opening rejects with: a damage at an offset of a file, or near before it. */
async function assertDamaged(name: string, offset: number, open: () => Promise<unknown>): Promise<void> {
  await assert.rejects(open(), (error) => {
    assert.ok(error instanceof CorruptStoreError, `${error}`);
    assert.equal(error.file, name);
    assert.ok(error.offset <= offset && error.offset > offset - 1024, `said to be at ${error.offset}, is at ${offset}`);
    assert.match(error.message, new RegExp(`^${name} is damaged at offset`));
    return true;
  });
}

describe("opening a store", () => {
  it("finds all that was written by a process that just ended", async () => {
    const test = await TestStore.open(await withJournal());
    const [{ queueId, count, nextPosition, deliveredUpTo }] = test.store.recovered.queues;
    assert.deepEqual({ queueId, count, nextPosition, deliveredUpTo }, {
      queueId: 1,
      count: 3,
      nextPosition: 3,
      deliveredUpTo: 0,
    });
    assert.deepEqual(await test.bodies(1), ["a", "b", "c"]);
    assert.deepEqual(test.reports, []);
  });

  it("carries nothing out again after a clean end", async () => {
    const files = new FaultyFiles({ random: seededRandom(1) });
    const test = await TestStore.open(files, SMALL);
    test.declare(1);
    for (let i = 0; i < 50; i++) test.enqueue(1, `${i}`.padEnd(500, "."));
    test.store.settle(1, 0, 10);
    await test.store.close();
    const mutations = files.mutations;
    const after = await TestStore.open(files, SMALL);
    // It only has the names of files survive.
    assert.equal(files.mutations, mutations + 1);
    assert.equal((await after.bodies(1)).length, 40);
  });

  it("cuts a batch off that was being written, and reports where", async () => {
    const files = await withJournal();
    await breakByte(files, "journal-1", 512 + 2 * 512 + 40);
    const test = await TestStore.open(files);
    assert.deepEqual(await test.bodies(1), ["a", "b"]);
    assert.equal(test.reports.length, 1);
    assert.match(test.reports[0], /^journal-1: what was being written .* is cut off at offset 1536/);
    test.enqueue(1, "d");
    await test.flush();
    const again = await TestStore.open(files);
    assert.deepEqual(await again.bodies(1), ["a", "b", "d"]);
    assert.deepEqual(again.reports, []);
  });

  it("stops at a batch that is broken with others behind it, for that was on disk", async () => {
    const files = await withJournal();
    await breakByte(files, "journal-1", 512 + 40);
    await assertDamaged("journal-1", 512 + 40, () => TestStore.open(files));
  });

  it("stops where the head of a journal file with records is broken", async () => {
    const files = await withJournal();
    for (const at of [0, 8, 12, 16]) {
      await breakByte(files, "journal-1", at);
      await assertDamaged("journal-1", 0, () => TestStore.open(files));
      await breakByte(files, "journal-1", at);
    }
  });

  it("stops at damage at the end of a journal file that is full, whether or not the next one has a batch yet", async () => {
    for (const hasBatch of [true, false]) {
      const files = new MemoryFiles();
      const test = await TestStore.open(files, SMALL);
      test.declare(1);
      let sum = 0;
      while (!await usesSecondFile(files)) {
        test.enqueue(1, "x".repeat(1000));
        await test.flush();
        assert.ok(++sum < 50);
      }
      const last = await lastBatchAt(files, "journal-1");
      if (!hasBatch) await breakByte(files, "journal-2", 512);
      await breakByte(files, "journal-1", last + 40);
      await assertDamaged("journal-1", last, () => TestStore.open(files, SMALL));
    }
  });

  it("stops when a journal file is missing", async () => {
    const files = new MemoryFiles();
    const test = await TestStore.open(files, SMALL);
    test.declare(1);
    while (!await usesSecondFile(files)) {
      test.enqueue(1, "x".repeat(1000));
      await test.flush();
    }
    await files.remove("journal-1");
    await assert.rejects(TestStore.open(files, SMALL), CorruptStoreError);
  });

  it("stops when there are segments and no snapshot", async () => {
    const files = await withSegment();
    await files.remove("snapshot");
    await assert.rejects(TestStore.open(files), (error) => {
      assert.ok(error instanceof StoreError);
      assert.match(error.message, /^snapshot .* it is not there, though there is segment-/);
      return true;
    });
  });

  it("stops when a segment is missing", async () => {
    const files = await withSegment();
    const [segment] = await segmentsOf(files);
    await files.remove(segment);
    await assertDamaged(segment, 0, () => TestStore.open(files));
  });

  it("stops at a journal of a newer format, and says so", async () => {
    const files = await withJournal();
    const file = await files.open("journal-1");
    const head = new Uint8Array(20);
    await file.read(0, head);
    const view = new DataView(head.buffer);
    view.setUint32(8, 99, true);
    view.setUint32(16, crc32(head.subarray(0, 16)), true);
    await file.write(0, head);
    await assert.rejects(TestStore.open(files), (error) => {
      assert.ok(error instanceof StoreError && !(error instanceof CorruptStoreError));
      assert.match(error.message, /^journal-1 has format version 99/);
      return true;
    });
  });

  it("removes what was left unfinished, and leaves what a person put there", async () => {
    const files = await withSegment();
    const names = ["segment-0000000099", "snapshot.new", "segment-0000000001.copy", "journal-1.old", "notes.txt"];
    for (const name of names) await files.open(name, { create: true });
    const test = await TestStore.open(files);
    assert.deepEqual(await test.bodies(1), ["a"]);
    const left = await files.list();
    assert.deepEqual(names.filter((name) => left.includes(name)), names.slice(2));
  });

  it("syncs the names that a killed process left, before it builds on them", async () => {
    const files = new FaultyFiles({ random: seededRandom(1) });
    await TestStore.open(files);
    const killed = files.kill();
    await TestStore.open(killed);
    for (let i = 0; i < 20; i++) assert.ok((await killed.crash().list()).includes("snapshot"));
  });
});

describe("what a store was told", () => {
  it("about deliveries is known after a restart, and positions of transient messages are not given again", async () => {
    const test = await TestStore.open();
    test.declare(1);
    test.enqueue(1, "a", "b");
    test.store.delivered(1, 1);
    test.store.delivered(1, 7);
    test.store.delivered(1, 3);
    await test.flush();
    const after = await TestStore.open(test.files);
    const [{ count, nextPosition, deliveredUpTo }] = after.store.recovered.queues;
    assert.deepEqual({ count, nextPosition, deliveredUpTo }, { count: 2, nextPosition: 7, deliveredUpTo: 7 });
  });

  it("about segments that the snapshot knows to be gone does not bring them back", () => {
    const state = new State();
    state.snapshotSegmentId = 12;
    state.segmentIds.add(12);
    const view = new DataView(new ArrayBuffer(64));
    writeSegmentsRecord(view, 0, [11, 13], [5]);
    state.apply(new Uint8Array(view.buffer), view, 0, () => {});
    assert.deepEqual([...state.segmentIds], [12, 13]);
  });
});

async function usesSecondFile(files: Files): Promise<boolean> {
  if (!(await files.list()).includes("journal-2")) return false;
  return await lastBatchAt(files, "journal-2") > 0;
}

/** Returns the offset of the last batch of the first use of a journal file; 0 when there is none. */
async function lastBatchAt(files: Files, name: string): Promise<number> {
  const file = await files.open(name);
  const bytes = new Uint8Array(await file.size());
  await file.read(0, bytes);
  const view = new DataView(bytes.buffer);
  let last = 0;
  for (let at = 512; at + 512 <= bytes.length && view.getUint32(at, true) === 0x42514d48;) {
    last = at;
    at += Math.ceil((32 + view.getUint32(at + 4, true)) / 512) * 512;
  }
  await file.close();
  return last;
}
