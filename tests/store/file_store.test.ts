import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { CorruptStoreError } from "../../src/store/error.ts";
import { MemoryFiles } from "../../src/store/memory_files.ts";
import { settled } from "../fake_clock.ts";
import { FaultyFiles } from "./faulty_files.ts";
import { seededRandom } from "./seeded_random.ts";
import { breakByte, bytesOf, messageOf, segmentsOf, SMALL, TestStore } from "./test_store.ts";

/** Files in memory do all they are asked for, and what follows from that, before the next timer. */
const idle = settled;

/** Bytes of which each part is different. */
function noise(bytes: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i + bytes, 2654435761);
  return new Uint8Array(words.buffer, 0, bytes);
}

describe("a store's messages", () => {
  it("come back whole, however large they are", async () => {
    const sizes = [0, 1, 500_000, 524_272, 524_273, 1024 * 1024, 3_000_000, 20_000_000, 5];
    const test = await TestStore.open();
    test.declare(1);
    const bodies = sizes.map(noise);
    test.enqueue(1, ...bodies);
    await test.flush();
    // Once as the journal has them, and once as segments do.
    for (const after of [await TestStore.open(test.files), await test.reopen()]) {
      const contents = await after.contents(1);
      assert.deepEqual(contents.map(({ position }) => position), sizes.map((_, index) => index));
      contents.forEach(({ body }, index) =>
        assert.ok(Buffer.from(body).equals(bodies[index]), `${sizes[index]} bytes`)
      );
    }
  });

  it("can be in more queues than one record takes", async () => {
    const test = await TestStore.open();
    const ids = Array.from({ length: 40_000 }, (_, index) => index + 1);
    for (const id of ids) test.declare(id);
    test.enqueue(ids, "to all");
    await test.flush();
    const after = await TestStore.open(test.files);
    assert.equal(after.store.recovered.queues.length, 40_000);
    assert.ok(after.store.recovered.queues.every(({ count }) => count === 1));
    for (const id of [1, 32_768, 32_769, 40_000]) assert.deepEqual(await after.bodies(id), ["to all"]);
  });

  it("can be read once their journal file is given up, and before that are said not to be", async () => {
    const test = await TestStore.open();
    test.declare(1);
    test.enqueue(1, ...Array.from({ length: 2000 }, (_, i) => `${i}`.padEnd(1000, ".")));
    await test.flush();
    assert.equal(test.store.readableUpTo(1), 0);
    assert.equal(await test.store.read(1, 0), undefined);
    let readable: readonly number[] = [];
    test.store.listen({ durable() {}, pressure() {}, fenced() {}, readable: (ids) => readable = ids });
    await test.relieve();
    assert.deepEqual(readable, [1]);
    assert.equal(test.store.readableUpTo(1), 2000);
    assert.equal((await test.bodies(1)).length, 2000);
  });

  it("that left memory once can leave it again though little was appended since", async () => {
    const test = await TestStore.open(new MemoryFiles(), SMALL);
    test.declare(1);
    while (test.store.readableUpTo(1) === 0) {
      test.enqueue(1, "x".repeat(1000));
      await test.flush();
      await idle();
    }
    const before = test.store.readableUpTo(1);
    // A full file is kept.
    await test.relieve();
    assert.ok(test.store.readableUpTo(1) >= before * 2 - 1);
  });

  it("are damaged where a byte of a block is another one: reading says where, and other blocks can be read", async () => {
    const test = await TestStore.open(new MemoryFiles(), SMALL);
    test.declare(1);
    test.enqueue(1, ...Array.from({ length: 10 }, (_, i) => `${i}`.padEnd(600, ".")));
    const after = await test.reopen(SMALL);
    const [segment] = await segmentsOf(after.files);
    await breakByte(after.files, segment, 32 + 100);
    await assert.rejects(after.store.read(1, 0), (error) => {
      assert.ok(error instanceof CorruptStoreError);
      assert.equal(error.file, segment);
      assert.equal(error.offset, 32);
      return true;
    });
    assert.equal((await after.store.read(1, 2))!.first, 2);
  });
});

describe("settling", () => {
  it("in any order, in any batches, takes away what was settled and nothing else", async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("enqueue" as const), count: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ do: fc.constant("skip" as const), count: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ do: fc.constant("settle" as const), first: fc.nat(30), count: fc.integer({ min: 1, max: 8 }) }),
      fc.record({
        do: fc.constant("settle one by one" as const),
        first: fc.nat(30),
        count: fc.integer({ min: 1, max: 8 }),
      }),
      fc.record({
        do: fc.constant("settle backwards" as const),
        first: fc.nat(30),
        count: fc.integer({ min: 1, max: 8 }),
      }),
      fc.record({ do: fc.constant("flush" as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const test = await TestStore.open(new MemoryFiles(), SMALL);
        test.declare(1);
        const left = new Set<number>();
        let next = 0;
        for (const step of steps) {
          if (step.do === "enqueue") {
            for (let i = 0; i < step.count; i++) {
              test.store.enqueue(messageOf(`${next}`), [1], [next], 1);
              left.add(next++);
            }
          } else if (step.do === "skip") next += step.count;
          else if (step.do === "flush") await test.flush();
          else {
            const positions = Array.from({ length: step.count }, (_, i) => step.first + i).filter((one) => one < next);
            for (const position of positions) left.delete(position);
            if (step.do === "settle") test.store.settle(1, step.first, positions.length);
            if (step.do === "settle backwards") positions.reverse();
            if (step.do !== "settle") { for (const position of positions) test.store.settle(1, position, 1); }
          }
        }
        await test.flush();
        const after = await TestStore.open(test.files, SMALL);
        assert.deepEqual((await after.contents(1)).map(({ position }) => position), [...left]);
      }),
      { numRuns: 60 },
    );
  });

  it("a thousand messages in order takes one record", async () => {
    const files = new FaultyFiles({ random: seededRandom(1) });
    const test = await TestStore.open(files);
    test.declare(1);
    test.enqueue(1, ...Array.from({ length: 1000 }, () => "x"));
    await test.flush();
    await idle();
    const writes: number[] = [];
    files.failure = ({ type, bytes }) => {
      if (type === "write") writes.push(bytes!);
      return undefined;
    };
    for (let i = 0; i < 1000; i++) test.store.settle(1, i, 1);
    await test.flush();
    assert.deepEqual(writes, [512]);
  });

  it("what was enqueued behind a record of the same batch does not become part of that record", async () => {
    const test = await TestStore.open();
    test.declare(1);
    test.enqueue(1, "a");
    test.store.settle(1, 0, 1);
    test.enqueue(1, "b", "c");
    test.store.settle(1, 1, 1);
    await test.flush();
    assert.deepEqual(await (await TestStore.open(test.files)).bodies(1), ["c"]);
  });
});

describe("the folder of a store", () => {
  /** A store with ten segments of one queue, and how many messages that has. */
  async function withSegments(): Promise<[TestStore, number]> {
    const test = await TestStore.open(new MemoryFiles(), SMALL);
    test.declare(1);
    let count = 0;
    while ((await segmentsOf(test.files)).length < 10) {
      assert.ok(++count < 500);
      test.enqueue(1, `${count}`.padEnd(1000, "."));
      await test.flush();
    }
    return [test, count];
  }

  it("loses segments as their messages are settled", async () => {
    const [test, count] = await withSegments();
    for (let position = 0; position < count / 2; position++) test.store.settle(1, position, 1);
    await test.flush();
    await settled();
    const { length } = await segmentsOf(test.files);
    assert.ok(length >= 4 && length <= 6, `${length}`);
    assert.equal((await test.bodies(1))[0], `${Math.ceil(count / 2) + 1}`.padEnd(1000, "."));
  });

  it("loses all segments with a purge, and with a deletion", async () => {
    const [purged, count] = await withSegments();
    purged.store.settle(1, 0, count);
    await purged.flush();
    await settled();
    assert.deepEqual(await segmentsOf(purged.files), []);
    const [deleted] = await withSegments();
    deleted.store.append({ type: "queue.deleted", vhost: "/", queue: "queue-1", queueId: 1 });
    await deleted.flush();
    await settled();
    assert.deepEqual(await segmentsOf(deleted.files), []);
  });

  it("keeps a segment until the record is safe that gives it up", async () => {
    const [test, count] = await withSegments();
    test.store.settle(1, 0, count);
    await idle();
    assert.equal((await segmentsOf(test.files)).length, 10);
  });

  it("stays small though one message in a hundred is kept", async () => {
    const test = await TestStore.open(new MemoryFiles(), SMALL);
    test.declare(1);
    const kept: string[] = [];
    for (let i = 0; i < 2000; i++) {
      test.enqueue(1, `${i}`.padEnd(700, "."));
      if (i % 100 === 0) kept.push(`${i}`.padEnd(700, "."));
      // So late that all of it was in a segment before.
      if (i > 100 && (i - 100) % 100 !== 0) test.store.settle(1, i - 100, 1);
      if (i % 10 === 0) await test.flush();
      if (i % 300 === 0) await test.clock.advance(1000);
    }
    for (let i = 1900; i < 2000; i++) if (i % 100 !== 0) test.store.settle(1, i, 1);
    await test.flush();
    for (let i = 0; i < 5; i++) await test.clock.advance(1000);
    assert.ok(await bytesOf(test.files, "segment-") < 60_000, `${await bytesOf(test.files, "segment-")} bytes`);
    const after = await test.reopen(SMALL);
    assert.deepEqual(await after.bodies(1), kept);
  });

  it("has nothing that could not be written for want of room, and its alarm is cleared when there is some", async () => {
    const files = new FaultyFiles({ random: seededRandom(1) });
    const test = await TestStore.open(files, SMALL);
    test.declare(1);
    for (let i = 0; i < 10; i++) test.enqueue(1, "x".repeat(1000));
    await test.flush();
    await idle();
    files.capacityBytes = await bytesOf(files, "");
    for (let i = 0; i < 30; i++) test.enqueue(1, "x".repeat(1000));
    test.store.commit(true);
    await test.clock.advance(3000);
    assert.equal(test.store.isShortOfSpace, true);
    assert.ok(test.store.durable < test.store.appended);
    assert.deepEqual((await files.list()).sort(), ["journal-1", "journal-2", "snapshot"]);
    files.capacityBytes = Infinity;
    await test.clock.advance(3000);
    assert.equal(test.store.isShortOfSpace, false);
    assert.equal(test.store.durable, test.store.appended);
    assert.equal((await (await TestStore.open(files.crash(), SMALL)).contents(1)).length, 40);
  });

  it("has no alarm left when a journal file could not be given up that is not due any more", async () => {
    const files = new FaultyFiles({ random: seededRandom(1) });
    const test = await TestStore.open(files, SMALL);
    test.declare(1);
    // No third file can be made, so that the first one that is full is to be given up; and no snapshot be written.
    files.failure = ({ name }) => name === "journal-3" || name === "snapshot.new" ? new Error("no space") : undefined;
    for (let i = 0; i < 16; i++) test.enqueue(1, "x".repeat(1000));
    test.store.commit(true);
    await test.clock.advance(3000);
    assert.ok(test.reports.some((line) => line.startsWith("journal files can't be given up")));
    files.failure = ({ name }) => name === "snapshot.new" ? new Error("no space") : undefined;
    await test.clock.advance(3000);
    assert.ok((await files.list()).includes("journal-3"));
    assert.equal(test.store.isShortOfSpace, true);
    files.failure = () => undefined;
    await test.clock.advance(3000);
    assert.equal(test.store.isShortOfSpace, false);
    assert.equal((await segmentsOf(files)).length, 1);
  });

  it("sets the disk alarm below the limit of free space, and clears it above", async () => {
    const files = new FaultyFiles({ random: seededRandom(1), capacityBytes: 1_000_000 });
    const test = await TestStore.open(files, { ...SMALL, diskFreeLimitBytes: 50_000 });
    assert.equal(test.store.isShortOfSpace, false);
    files.capacityBytes = 50_000;
    await test.clock.advance(1000);
    assert.equal(test.store.isShortOfSpace, true);
    assert.match(test.reports[0], /disk alarm set.*less than 50000 bytes are free/);
    files.capacityBytes = 1_000_000;
    await test.clock.advance(1000);
    assert.equal(test.store.isShortOfSpace, false);
  });
});

describe("segments that can't be merged", () => {
  it("block no publisher, and are merged when something else was settled", async () => {
    const files = new FaultyFiles({ random: seededRandom(1) });
    const test = await TestStore.open(files, SMALL);
    test.declare(1);
    for (let i = 0; i < 200; i++) {
      test.enqueue(1, `${i}`.padEnd(1000, "."));
      await test.flush();
    }
    await test.relieve();
    files.failure = ({ type, name }) =>
      type === "create" && name.startsWith("segment-") ? new Error("Input/output error") : undefined;
    for (let i = 0; i < 100; i++) if (i % 5 !== 0) test.store.settle(1, i, 1);
    await test.flush();
    await test.clock.advance(2000);
    assert.match(test.reports.join("\n"), /segments can't be merged to save space: Input\/output error/);
    assert.equal(test.store.isShortOfSpace, false);
    const before = await bytesOf(files, "segment-");
    files.failure = () => undefined;
    test.store.settle(1, 5, 1);
    await test.flush();
    await test.clock.advance(2000);
    await idle();
    assert.ok(await bytesOf(files, "segment-") < before);
    assert.deepEqual((await test.bodies(1)).slice(0, 2), ["0".padEnd(1000, "."), "10".padEnd(1000, ".")]);
  });
});

describe("closing a store", () => {
  it("makes everything safe, though all files of the journal are full", async () => {
    const test = await TestStore.open(new MemoryFiles(), SMALL);
    test.declare(1);
    for (let i = 0; i < 300; i++) test.enqueue(1, `${i}`.padEnd(1000, "."));
    const after = await test.reopen(SMALL);
    assert.equal((await after.bodies(1)).length, 300);
  });

  it("leaves nothing under way: zeros of a file that is made do not get into the next store's", async () => {
    const answers: (() => void)[] = [];
    let isSlow = false;
    const delay = (callback: () => void) => isSlow ? answers.push(callback) : queueMicrotask(callback);
    const files = new FaultyFiles({ random: seededRandom(1), delay });
    const test = await TestStore.open(files, SMALL);
    test.declare(1);
    test.enqueue(1, "a");
    isSlow = true;
    test.store.commit(true);
    let isClosed = false;
    test.store.close().then(() => isClosed = true);
    while (!isClosed) {
      await settled();
      answers.splice(0, 1)[0]?.();
    }
    await settled();
    assert.equal(answers.length, 0);
  });

  it("without room for segments leaves the journal, from which the next start has everything", async () => {
    const files = new FaultyFiles({ random: seededRandom(1) });
    const test = await TestStore.open(files, SMALL);
    test.declare(1);
    test.enqueue(1, "a");
    await test.flush();
    await idle();
    files.capacityBytes = 0;
    await test.store.close();
    assert.match(test.reports.join("\n"), /the next start takes longer/);
    files.capacityBytes = Infinity;
    assert.deepEqual(await (await TestStore.open(files, SMALL)).bodies(1), ["a"]);
  });
});
