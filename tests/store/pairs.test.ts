import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { PairWriter, readPairs } from "../../src/store/pairs.ts";

const number = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 2 ** 48 - 1 }));

describe("pairs of numbers", () => {
  it("are read as they were written, in parts that are not too long", () => {
    fc.assert(fc.property(
      fc.array(fc.tuple(number, number), { maxLength: 200 }),
      fc.integer({ min: 14, max: 600 }),
      (pairs, bytesMax) => {
        const writer = new PairWriter(bytesMax);
        for (const [first, second] of pairs) writer.put(first, second);
        const parts = writer.finish();
        for (const { length } of parts) assert.ok(length > 0 && length <= bytesMax);
        const read = parts.flatMap((part) => [...readPairs(Uint8Array.of(9, ...part, 9), 1, 1 + part.length)]);
        assert.deepEqual(read, pairs);
      },
    ));
  });

  it("begin another part when that is said", () => {
    const writer = new PairWriter(14 + 2);
    let parts = 0;
    for (let i = 0; i < 30; i++) {
      if (writer.isFull) parts++;
      writer.put(1, 1);
    }
    assert.equal(writer.finish().length, parts + 1);
  });
});
