import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 as zlibCrc32 } from "node:zlib";
import * as fc from "fast-check";
import { crc32 } from "../../src/store/crc32.ts";

describe("CRC-32", () => {
  it("of the digits from 1 to 9 is the one that everybody gets", () => {
    assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  });

  it("is what zlib says, for any bytes at any offset", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(20), (bytes, from) => {
      const part = bytes.subarray(from);
      assert.equal(crc32(part), zlibCrc32(part));
    }));
  });
});
