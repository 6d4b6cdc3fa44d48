import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { longlongAt, setLonglong } from "../../src/wire/longlong.ts";

describe("an unsigned 64-bit number", () => {
  const numbers = [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 63, 2 ** 64 - 2 ** 11];

  it("is read as such, whatever its highest bits are", () => {
    for (const number of numbers) {
      const view = new DataView(new ArrayBuffer(9));
      view.setBigUint64(1, BigInt(number));
      assert.equal(longlongAt(new Uint8Array(view.buffer), 1), number);
    }
  });

  it("is written as such", () => {
    for (const number of numbers) {
      const view = new DataView(new ArrayBuffer(9));
      setLonglong(view, 1, number);
      assert.deepEqual([view.getUint8(0), view.getBigUint64(1)], [0, BigInt(number)]);
    }
  });
});
