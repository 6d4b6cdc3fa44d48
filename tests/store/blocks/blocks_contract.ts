import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { counting } from "../files_contract.ts";
import type { BlockPlace } from "./block_places.ts";
import { TestBlocks } from "./test_blocks.ts";

/** Default number of random runs. */
const ROUNDS = 60;
/** Number of objects, more than are kept open at once. */
const MANY = 100;

/** Tests of every implementation of `Blocks`. */
export function describeBlocks(name: string, make: (seed: number) => BlockPlace, rounds = ROUNDS): void {
  describe(`blocks ${name}`, () => {
    it("has nothing at first", async () => {
      const test = await TestBlocks.open(make(1));
      assert.deepEqual(await test.names(), []);
      assert.ok(await test.in(test.blocks.freeBytes()) > 0);
    });

    it("has an object, of all that was written, once it is finished", async () => {
      const test = await TestBlocks.open(make(2));
      const writer = await test.begin("a", counting(0, 5), counting(5, 3));
      assert.deepEqual(await test.names(), []);
      await assert.rejects(test.in(test.blocks.size("a")));
      await test.in(writer.finish());
      assert.deepEqual(await test.names(), ["a"]);
      assert.deepEqual(await test.content("a"), counting(0, 8));
    });

    it("has objects without a byte", async () => {
      const test = await TestBlocks.open(make(3));
      await test.put("a");
      assert.equal(await test.in(test.blocks.size("a")), 0);
    });

    it("reads ranges until the object ends", async () => {
      const test = await TestBlocks.open(make(4));
      await test.put("a", counting(0, 10));
      assert.deepEqual(await test.range("a", 2, 4), counting(2, 4));
      assert.deepEqual(await test.range("a", 8, 4), counting(8, 2));
      assert.equal((await test.range("a", 10, 4)).length, 0);
      assert.equal((await test.range("a", 11, 4)).length, 0);
      assert.equal((await test.range("a", 3, 0)).length, 0);
    });

    it("does not read what is not there", async () => {
      const test = await TestBlocks.open(make(5));
      await assert.rejects(test.in(test.blocks.read("a", 0, new Uint8Array(1))));
      await assert.rejects(test.in(test.blocks.size("a")));
    });

    it("leaves nothing of an object that is abandoned, and keeps the one that it was to replace", async () => {
      const test = await TestBlocks.open(make(6));
      await test.put("b", counting(1, 3));
      for (const name of ["a", "b"]) {
        const writer = await test.begin(name, counting(5, 5));
        await test.in(writer.abandon());
      }
      assert.deepEqual(await test.names(), ["b"]);
      assert.deepEqual(await test.content("b"), counting(1, 3));
    });

    it("replaces an object by one of the same name", async () => {
      const test = await TestBlocks.open(make(7));
      await test.put("a", counting(1, 9));
      assert.deepEqual(await test.content("a"), counting(1, 9));
      await test.put("a", counting(50, 4));
      assert.deepEqual(await test.content("a"), counting(50, 4));
    });

    it("removes an object, and one that is not there", async () => {
      const test = await TestBlocks.open(make(8));
      await test.put("a", counting(1, 9));
      await test.content("a");
      await test.in(test.blocks.remove("a"));
      await test.in(test.blocks.remove("a"));
      await test.in(test.blocks.remove("b"));
      assert.deepEqual(await test.names(), []);
      await assert.rejects(test.in(test.blocks.size("a")));
    });

    it("has what is finished for the next process, and nothing of what is not", async () => {
      const place = make(9);
      const test = await TestBlocks.open(place);
      await test.put("a", counting(1, 9));
      await test.begin("b", counting(1, 9));
      place.kill();
      const again = await TestBlocks.open(place);
      assert.deepEqual(await again.names(), ["a"]);
      assert.deepEqual(await again.content("a"), counting(1, 9));
      await again.put("b", counting(1, 2));
      assert.deepEqual(await again.content("b"), counting(1, 2));
    });

    it("reads many objects, several at once", async () => {
      const test = await TestBlocks.open(make(10));
      for (let number = 0; number < MANY; number++) await test.put(`${number}`, counting(number, 3));
      for (let round = 0; round < 2; round++) {
        const all = Array.from({ length: MANY }, async (_, number) => {
          const into = new Uint8Array(3);
          await test.blocks.read(`${number}`, 0, into);
          return into;
        });
        const read = await test.in(Promise.all(all));
        read.forEach((bytes, number) => assert.deepEqual(bytes, counting(number, 3)));
      }
      await test.in(test.blocks.close());
    });

    it("does what a model does, whatever is done and in whatever order", { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(1_000_000), fc.array(operation, { maxLength: 40 }), runOperations(make)),
        { numRuns: rounds },
      );
    });

    if (make(0).isShared) describeTakeover(make);
  });
}

function describeTakeover(make: (seed: number) => BlockPlace): void {
  it("refuses a writer that was replaced, and keeps what it would change", async () => {
    const place = make(11);
    const first = await TestBlocks.open(place);
    await first.put("a", counting(1, 5));
    const begun = await first.begin("a", counting(7, 5));
    const second = await TestBlocks.open(place);
    await assert.rejects(first.in(begun.finish()), { name: "OutdatedWriterError" });
    await assert.rejects(first.in(first.blocks.remove("a")), { name: "OutdatedWriterError" });
    await assert.rejects(first.put("b", counting(1, 5)), { name: "OutdatedWriterError" });
    assert.deepEqual(await second.names(), ["a"]);
    assert.deepEqual(await second.content("a"), counting(1, 5));
  });
}

const NAMES = ["a", "b", "c"];
const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("put" as const), name: name(), bytes: fc.nat(3000) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("begin" as const), name: name(), bytes: fc.nat(3000) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("remove" as const), name: name(), bytes: fc.constant(0) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("read" as const), name: name(), bytes: fc.nat(3000) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("kill" as const), name: name(), bytes: fc.constant(0) }) },
);

function name() {
  return fc.constantFrom(...NAMES);
}

interface BlockOperation {
  readonly type: "put" | "begin" | "remove" | "read" | "kill";
  readonly name: string;
  readonly bytes: number;
}

const runOperations = (make: (seed: number) => BlockPlace) => async (seed: number, all: readonly BlockOperation[]) => {
  const place = make(seed);
  let test = await TestBlocks.open(place);
  const model = new Map<string, Uint8Array>();
  /** A removal may not survive the end of the process. */
  const removed = new Map<string, Uint8Array>();
  for (const [index, { type, name, bytes }] of all.entries()) {
    const content = counting(index, bytes);
    if (type === "put") {
      await test.put(name, content.subarray(0, bytes / 2), content.subarray(bytes / 2));
      model.set(name, content);
      removed.delete(name);
    } else if (type === "begin") {
      await test.begin(name, content);
    } else if (type === "remove") {
      await test.in(test.blocks.remove(name));
      if (model.has(name)) removed.set(name, model.get(name)!);
      model.delete(name);
    } else if (type === "read") {
      const kept = model.get(name);
      if (kept === undefined) await assert.rejects(test.range(name, 0, bytes));
      else assert.deepEqual(await test.range(name, bytes >> 1, bytes), kept.subarray(bytes >> 1, (bytes >> 1) + bytes));
    } else {
      place.kill();
      test = await TestBlocks.open(place);
      for (const name of await test.names()) {
        const back = model.get(name) ?? removed.get(name);
        assert.ok(back !== undefined, `${name} was never finished`);
        assert.deepEqual(await test.content(name), back);
        model.set(name, back);
      }
      removed.clear();
    }
    assert.deepEqual(await test.names(), [...model.keys()].sort());
  }
};
