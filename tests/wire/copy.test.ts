import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { areEqual, bytesOf, cachedViewOf, copyExactly } from "../../src/wire/copy.ts";

describe("copying a few bytes exactly", () => {
  it("copies these bytes and no others, up to the end of both sides", () => {
    for (let length = 0; length <= 20; length++) {
      const source = Uint8Array.from({ length: 3 + length }, (_, i) => 100 + i);
      const target = new Uint8Array(5 + length + 1).fill(1);
      assert.equal(copyExactly(cachedViewOf(target), 5, cachedViewOf(source), 3, length), 5 + length);
      assert.deepEqual(target, Uint8Array.of(1, 1, 1, 1, 1, ...source.subarray(3), 1));
    }
  });
});

describe("comparing a few bytes", () => {
  it("finds each difference, and looks at no others", () => {
    for (let length = 0; length <= 13; length++) {
      const a = Uint8Array.from({ length: 2 + length + 1 }, (_, i) => i);
      const b = Uint8Array.from({ length: 3 + length + 1 }, (_, i) => i === 2 || i === 3 + length ? 99 : i - 1);
      assert.equal(areEqual(cachedViewOf(a), 2, cachedViewOf(b), 3, length), true);
      for (let different = 0; different < length; different++) {
        const changed = b.slice();
        changed[3 + different] ^= 0x80;
        assert.equal(areEqual(cachedViewOf(a), 2, cachedViewOf(changed), 3, length), false);
      }
    }
  });
});

describe("the view of some bytes", () => {
  it("is of their part of the memory", () => {
    const bytes = Uint8Array.of(1, 2, 3, 4).subarray(1, 3);
    const view = cachedViewOf(bytes);
    assert.deepEqual([view.byteLength, view.getUint8(0)], [2, 2]);
  });

  it("is made once for the same bytes, and again for others in the same memory", () => {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    const view = cachedViewOf(bytes);
    assert.equal(cachedViewOf(bytes), view);
    assert.equal(cachedViewOf(bytes.subarray(2)).getUint8(0), 3);
    assert.equal(cachedViewOf(bytes).getUint8(0), 1);
  });

  it("leads back to them", () => {
    const bytes = Uint8Array.of(1, 2, 3, 4).subarray(1, 3);
    assert.deepEqual(bytesOf(cachedViewOf(bytes)), bytes);
  });
});
