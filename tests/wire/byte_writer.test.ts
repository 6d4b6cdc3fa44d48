import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { ByteReader } from "../../src/wire/byte_reader.ts";
import { ByteWriter } from "../../src/wire/byte_writer.ts";
import { bytes, shortstr } from "./arbitraries.ts";

type Write = (writer: ByteWriter) => void;
type Read = (reader: ByteReader) => number | bigint;

/** Elementary types: how to write a number, how to read it, and the value that is read. */
const TYPES: Readonly<Record<string, (value: number) => readonly [Write, Read, number | bigint]>> = {
  octet: (value) => [(w) => w.octet(value & 0xff), (r) => r.octet(), value & 0xff],
  short: (value) => [(w) => w.short(value & 0xffff), (r) => r.short(), value & 0xffff],
  long: (value) => [(w) => w.long(value), (r) => r.long(), value],
  longlong: (value) => [(w) => w.longlong(BigInt(value) << 31n), (r) => r.longlong(), BigInt(value) << 31n],
  float: (value) => [(w) => w.float(value), (r) => r.float(), Math.fround(value)],
  double: (value) => [(w) => w.double(value), (r) => r.double(), value],
};

describe("ByteWriter", () => {
  it("keeps what was written when it grows in the middle of anything", () => {
    const items = fc.array(
      fc.tuple(fc.constantFrom(...Object.keys(TYPES)), fc.nat()),
      { maxLength: 40 },
    );
    fc.assert(fc.property(items, fc.integer({ min: 0, max: 40 }), (items, initialBytes) => {
      const writer = new ByteWriter(initialBytes);
      const written = items.map(([type, value]) => TYPES[type](value));
      for (const [write] of written) write(writer);
      const reader = new ByteReader(writer.written());
      for (const [, read, expected] of written) assert.equal(read(reader), expected);
      assert.equal(reader.remaining, 0);
    }));
  });

  it("grows for texts, bytes and length-prefixed content", () => {
    fc.assert(fc.property(shortstr, bytes, fc.integer({ min: 0, max: 16 }), (text, tail, initialBytes) => {
      const writer = new ByteWriter(initialBytes);
      writer.lengthPrefixed(() => {
        writer.shortstr(text);
        writer.longstr(tail);
      });
      const reader = new ByteReader(writer.written());
      assert.equal(reader.long(), writer.length - 4);
      assert.equal(reader.shortstr(), text);
      assert.deepEqual(reader.longstr(), tail);
    }));
  });

  it("refuses a short string of over 255 bytes, counted in UTF-8", () => {
    const writer = new ByteWriter();
    writer.shortstr("x".repeat(255));
    assert.throws(() => writer.shortstr("x".repeat(256)), RangeError);
    assert.throws(() => writer.shortstr("ü".repeat(128)), RangeError);
    assert.equal(writer.length, 256, "what was refused left nothing behind");
  });
});
