import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DiskFullError } from "../../src/store/files.ts";
import { MemoryFiles } from "../../src/store/memory_files.ts";
import { settled } from "../fake_clock.ts";
import { FaultyFiles } from "./faulty_files.ts";
import { seededRandom } from "./seeded_random.ts";
import { bytesOf, SMALL, TestStore } from "./test_store.ts";

const faulty = () => new FaultyFiles({ random: seededRandom(1) });

/** Notes how much each write of a journal file is. */
function journalWrites(files: FaultyFiles): number[] {
  const writes: number[] = [];
  files.failure = ({ type, name, bytes }) => {
    if (type === "write" && name.startsWith("journal-")) writes.push(bytes!);
    return undefined;
  };
  return writes;
}

/** A store with its first journal file in use and another one made. */
async function started(files: FaultyFiles = faulty(), options = {}): Promise<TestStore> {
  const test = await TestStore.open(files, options);
  test.declare(1);
  await test.flush();
  await settled();
  return test;
}

describe("a journal", () => {
  it("writes what a thousand publishers to a thousand queues wait for in two batches, with a sync each", async () => {
    const files = faulty();
    const test = await started(files);
    for (let id = 2; id <= 1000; id++) test.declare(id);
    await test.flush();
    const writes = journalWrites(files);
    const syncs = files.count("sync");
    for (let id = 1; id <= 1000; id++) {
      test.enqueue(id, "hello");
      test.store.commit(true);
    }
    await test.flush();
    // The first one is on its way when the others come. The file is opened so that a write is a sync.
    assert.equal(writes.length, 2);
    assert.equal(writes[0], 512);
    assert.equal(files.count("sync"), syncs);
  });

  it("writes a message to a hundred queues once", async () => {
    const files = faulty();
    const test = await started(files);
    for (let id = 2; id <= 100; id++) test.declare(id);
    await test.flush();
    const writes = journalWrites(files);
    test.enqueue(Array.from({ length: 100 }, (_, index) => index + 1), "x".repeat(100_000));
    await test.flush();
    const bytes = writes.reduce((sum, one) => sum + one, 0);
    assert.ok(bytes > 100_000 && bytes < 100_000 + 100 * 12 + 1024, `${bytes} bytes`);
  });

  it("writes no batch of more than 1 MiB", async () => {
    const files = faulty();
    const test = await started(files);
    const writes = journalWrites(files);
    for (let i = 0; i < 100; i++) test.enqueue(1, "x".repeat(40_000 + i * 100));
    test.enqueue(1, "x".repeat(3_000_000));
    await test.flush();
    assert.ok(writes.length >= 8);
    assert.ok(writes.every((bytes) => bytes <= 1024 * 1024 && bytes % 512 === 0));
  });

  it("writes at once what somebody waits for, and a little later what nobody does", async () => {
    const files = faulty();
    const test = await started(files);
    const writes = journalWrites(files);
    test.enqueue(1, "a");
    test.store.commit(false);
    await settled();
    assert.deepEqual(writes, []);
    test.store.settle(1, 0, 1);
    test.store.commit(false);
    await test.clock.advance(5);
    assert.deepEqual(writes, [512]);
    assert.equal(test.store.durable, test.store.appended);
    test.enqueue(1, "b");
    test.store.commit(true);
    assert.equal(writes.length, 2);
  });

  it("says that it is behind with four batches waiting, and when it is not any more", async () => {
    const test = await started(faulty(), SMALL);
    let pressures = 0;
    test.store.listen({ durable() {}, readable() {}, fenced() {}, pressure: () => pressures++ });
    for (let i = 0; i < 5; i++) test.enqueue(1, "x".repeat(2000));
    test.store.commit(true);
    assert.equal(test.store.isBehind, false);
    for (let i = 0; i < 8; i++) test.enqueue(1, "x".repeat(2000));
    test.store.commit(true);
    assert.equal(test.store.isBehind, true);
    await test.flush();
    assert.equal(test.store.isBehind, false);
    assert.ok(pressures > 0);
  });

  it("uses its files again and again", async () => {
    const files = new MemoryFiles();
    const test = await TestStore.open(files, SMALL);
    test.declare(1);
    for (let i = 0; i < 300; i++) {
      test.enqueue(1, "x".repeat(1000));
      test.store.settle(1, i, 1);
      await test.flush();
    }
    assert.ok(await bytesOf(files, "journal-") <= 5 * SMALL.journalFileBytes);
    assert.equal(await bytesOf(files, "segment-"), 0);
  });

  it("is not read where an older use of a file left something", async () => {
    const test = await TestStore.open(new MemoryFiles(), SMALL);
    test.declare(1);
    for (let i = 0; i < 100; i++) {
      test.enqueue(1, `${i}`.padEnd(700, "."));
      await test.flush();
    }
    test.store.settle(1, 0, 99);
    // Another process finds the files as they are.
    await test.flush();
    const { store, bodies } = await opened(test.files);
    assert.deepEqual(store.recovered.queues.map(({ count }) => count), [1]);
    assert.deepEqual(bodies, ["99".padEnd(700, ".")]);
  });
});

async function opened(files: TestStore["files"]) {
  const test = await TestStore.open(files, SMALL);
  return { store: test.store, bodies: await test.bodies(1) };
}

describe("a journal without room for another file", () => {
  it("sets the disk alarm, and goes on settling in the files that it has", async () => {
    const files = faulty();
    const test = await started(files, SMALL);
    files.capacityBytes = 0;
    for (let i = 0; test.store.isShortOfSpace === false; i++) {
      assert.ok(i < 30, "no alarm");
      test.enqueue(1, "x".repeat(1000));
      await test.flush();
    }
    assert.match(test.reports.join("\n"), /disk alarm set, publishers are blocked/);
    for (let position = 0; position < 5; position++) {
      test.store.settle(1, position, 1);
      await test.flush();
    }
    files.capacityBytes = Infinity;
    const after = await TestStore.open(files.crash(), SMALL);
    assert.ok(!(await after.contents(1)).some(({ position }) => position < 5));
  });

  it("clears the alarm by itself when there is room again", async () => {
    const files = faulty();
    const test = await started(files, SMALL);
    files.capacityBytes = 0;
    for (let i = 0; i < 25; i++) test.enqueue(1, "x".repeat(1000));
    test.store.commit(true);
    await settled();
    assert.equal(test.store.isShortOfSpace, true);
    files.capacityBytes = Infinity;
    await test.clock.advance(3000);
    await settled();
    await test.clock.advance(1000);
    assert.equal(test.store.isShortOfSpace, false);
    await test.flush();
    assert.match(test.reports.at(-1)!, /disk alarm cleared/);
  });

  it("has no alarm any more when one of its files is given up, though there is no room for another one", async () => {
    const files = faulty();
    const test = await started(files, SMALL);
    for (let i = 0; i < 12; i++) test.enqueue(1, "x".repeat(1000));
    await test.flush();
    files.failure = ({ type, name }) =>
      type === "create" && name.startsWith("journal-") ? new DiskFullError("no room") : undefined;
    for (let i = 0; i < 60; i++) {
      test.enqueue(1, "x".repeat(1000));
      test.store.settle(1, i, 1);
    }
    test.store.commit(true);
    for (let i = 0; i < 6; i++) await test.clock.advance(1000);
    assert.equal(test.store.durable, test.store.appended);
    assert.equal(test.store.isShortOfSpace, false);
  });
});

describe("a journal that can't be written", () => {
  it("says nothing is safe that is not, tries again, and goes on where it was", async () => {
    const files = faulty();
    const test = await started(files);
    files.failure = ({ type, name }) =>
      type === "write" && name.startsWith("journal-") ? new Error("Input/output error") : undefined;
    const { durable } = test.store;
    test.enqueue(1, "a");
    test.store.commit(true);
    await test.clock.advance(1600);
    assert.equal(test.store.durable, durable);
    assert.equal(test.store.isShortOfSpace, true);
    files.failure = () => undefined;
    await test.clock.advance(600);
    assert.equal(test.store.durable, test.store.appended);
    assert.equal(test.store.isShortOfSpace, false);
    const after = await TestStore.open(files.crash());
    assert.deepEqual(await after.bodies(1), ["a"]);
  });

  it("begins no second file of one generation when the head of the first could not be written", async () => {
    const files = faulty();
    const test = await started(files, SMALL);
    let failures = 0;
    files.failure = ({ type, name, at, bytes }) => {
      const isHead = type === "write" && name.startsWith("journal-") && at === 0 && bytes === 512;
      return isHead && failures++ < 4 ? new Error("Input/output error") : undefined;
    };
    for (let i = 0; i < 20; i++) test.enqueue(1, `${i}`.padEnd(1000, "."));
    test.store.commit(true);
    for (let i = 0; i < 10; i++) await test.clock.advance(500);
    await test.flush();
    assert.ok(failures >= 4);
    const after = await TestStore.open(files.kill(), SMALL);
    assert.equal((await after.bodies(1)).length, 20);
  });
});

describe("with --sync interval, a journal", () => {
  it("syncs every 200 ms while something is written, also when a file was begun meanwhile", async () => {
    const files = faulty();
    const test = await started(files, { ...SMALL, sync: "interval" });
    await test.clock.advance(200);
    for (let i = 0; i < 20; i++) test.enqueue(1, `${i}`.padEnd(1000, "."));
    await test.flush();
    await test.clock.advance(200);
    await test.clock.advance(200);
    const after = await TestStore.open(files.crash(), { ...SMALL, sync: "interval" });
    assert.equal((await after.bodies(1)).length, 20);
  });

  it("says that what was written is safe before it is synced", async () => {
    const files = faulty();
    const test = await started(files, { sync: "interval" });
    const syncs = files.count("sync");
    test.enqueue(1, "a");
    await test.flush();
    assert.equal(files.count("sync"), syncs);
    await test.clock.advance(200);
    assert.equal(files.count("sync"), syncs + 1);
    await test.clock.advance(2000);
    assert.equal(files.count("sync"), syncs + 1);
  });

  it("sets the disk alarm when a sync fails, and clears it when one has succeeded, though nobody writes", async () => {
    const files = faulty();
    const test = await started(files, { sync: "interval" });
    await test.clock.advance(200);
    test.enqueue(1, "a");
    await test.flush();
    files.failNext("sync");
    await test.clock.advance(200);
    assert.equal(test.store.isShortOfSpace, true);
    await test.clock.advance(500);
    assert.equal(test.store.isShortOfSpace, false);
  });
});

describe("with --sync never, a journal", () => {
  it("syncs no more than once a file, and has all after a kill", async () => {
    const files = faulty();
    const test = await started(files, { sync: "never" });
    const syncs = files.count("sync");
    for (let i = 0; i < 50; i++) {
      test.enqueue(1, `${i}`);
      await test.flush();
    }
    await test.clock.advance(1000);
    assert.equal(files.count("sync"), syncs);
    const after = await TestStore.open(files.kill(), { sync: "never" });
    assert.equal((await after.bodies(1)).length, 50);
  });
});
