import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { ByteReader } from "../../src/wire/byte_reader.ts";
import { ConnectionError } from "../../src/wire/error.ts";

const READS = {
  octet: 1,
  int8: 1,
  short: 2,
  int16: 2,
  long: 4,
  int32: 4,
  longlong: 8,
  int64: 8,
  float: 4,
  double: 8,
} as const;

describe("ByteReader", () => {
  for (const [name, size] of Object.entries(READS) as [keyof typeof READS, number][]) {
    it(`refuses with SYNTAX_ERROR to read a ${name} beyond the end of its range`, () => {
      const reader = new ByteReader(new Uint8Array(20), 3, 3 + size - 1);
      assert.throws(() => reader[name](), (error) => error instanceof ConnectionError && error.code === 502);
      assert.equal(reader.offset, 3, "it did not move");
    });
  }

  it("reads a part of a larger buffer without looking outside it", () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), fc.nat(9), (value, before) => {
      const larger = new Uint8Array(before + 8 + 3).fill(0xff);
      larger.set(value, before);
      const inside = larger.subarray(before);
      assert.deepEqual(new ByteReader(inside, 0, 8).bytes(8), value);
      assert.equal(new ByteReader(inside).longlong(), new DataView(value.buffer).getBigUint64(0));
    }));
  });

  it("copies what it returns", () => {
    const source = Uint8Array.of(0, 0, 0, 2, 7, 8);
    const copy = new ByteReader(source).longstr();
    source.fill(0);
    assert.deepEqual(copy, Uint8Array.of(7, 8));
  });

  it("refuses with FRAME_ERROR a short string that is not UTF-8", () => {
    for (const malformed of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf5, 0x80, 0x80, 0x80]]) {
      const reader = new ByteReader(Uint8Array.of(malformed.length, ...malformed));
      assert.throws(
        () => reader.shortstr(),
        (error) =>
          error instanceof ConnectionError && error.code === 501 &&
          error.replyText === "FRAME_ERROR - Malformed UTF-8 in shortstr",
      );
    }
  });

  it("keeps a byte order mark and control characters in a short string", () => {
    const text = "\ufeffa\0b\n";
    const encoded = new TextEncoder().encode(text);
    assert.equal(new ByteReader(Uint8Array.of(encoded.length, ...encoded)).shortstr(), text);
  });
});
