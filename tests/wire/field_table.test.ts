import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { ByteReader } from "../../src/wire/byte_reader.ts";
import { ByteWriter } from "../../src/wire/byte_writer.ts";
import { ConnectionError } from "../../src/wire/error.ts";
import {
  canonicalTable,
  FIELD_TABLE_MAX_DEPTH,
  type FieldTable,
  fieldTable,
  type FieldValue,
  fieldValuesEqual,
  plainTable,
  readFieldTable,
  writeFieldTable,
} from "../../src/wire/field_table.ts";
import { fieldValue, table } from "./arbitraries.ts";

function encode(table: FieldTable): Uint8Array {
  const writer = new ByteWriter();
  writeFieldTable(writer, table);
  return writer.written();
}

const decode = (bytes: Uint8Array): FieldTable => readFieldTable(new ByteReader(bytes));
/** Reads a table with one field "k", from the hexadecimal digits of its type letter and value. */
const decodeField = (hexadecimal: string): FieldValue => {
  const value = Uint8Array.fromHex(hexadecimal);
  return decode(Uint8Array.of(0, 0, 0, value.length + 2, 1, 107, ...value)).get("k")!;
};

function isSyntaxError(error: unknown): boolean {
  return error instanceof ConnectionError && error.code === 502;
}

describe("a field table", () => {
  it("is read as it was written, 64-bit integers exactly", () => {
    fc.assert(
      fc.property(table, (written) => {
        assert.deepEqual(decode(encode(written)), written);
      }),
      { numRuns: 1_000 },
    );
  });

  for (
    const [name, hexadecimal, expected] of [
      ["a boolean", "7401", { type: "t", value: true }],
      ["a boolean that is any number but 0", "7402", { type: "t", value: true }],
      ["a signed octet", "62ff", { type: "b", value: -1 }],
      ["an unsigned octet", "42ff", { type: "B", value: 255 }],
      ["a signed 16-bit integer, for which RabbitMQ uses s", "738000", { type: "s", value: -32768 }],
      ["an unsigned 16-bit integer", "758000", { type: "u", value: 32768 }],
      ["a signed 32-bit integer", "4980000000", { type: "I", value: -(2 ** 31) }],
      ["an unsigned 32-bit integer", "6980000000", { type: "i", value: 2 ** 31 }],
      ["a signed 64-bit integer", "6cfffffffffffffffe", { type: "l", value: -2n }],
      ["a 64-bit integer called L, which RabbitMQ takes for l", "4cffffffffffffffff", { type: "l", value: -1n }],
      ["a 64-bit integer that no double holds", "6c0020000000000001", { type: "l", value: 2n ** 53n + 1n }],
      ["a float", "663fc00000", { type: "f", value: 1.5 }],
      ["a double", "643ff8000000000000", { type: "d", value: 1.5 }],
      ["infinity", "647ff0000000000000", { type: "d", value: Infinity }],
      ["not a number", "647ff8000000000000", { type: "d", value: NaN }],
      ["a decimal", "44020000007b", { type: "D", value: { scale: 2, value: 123 } }],
      ["a timestamp", "54ffffffffffffffff", { type: "T", value: 2n ** 64n - 1n }],
      ["a long string", "5300000002c3bc", { type: "S", value: "ü" }],
      ["a long string that is not UTF-8", "5300000002ffc3", { type: "S", value: Uint8Array.of(0xff, 0xc3) }],
      ["a byte array", "78000000020041", { type: "x", value: Uint8Array.of(0, 65) }],
      ["void", "56", { type: "V", value: null }],
      ["an empty table", "4600000000", { type: "F", value: new Map() }],
      ["an array", "4100000003567401", {
        type: "A",
        value: [{ type: "V", value: null }, { type: "t", value: true }],
      }],
    ] as const
  ) {
    it(`holds ${name}`, () => {
      assert.deepEqual(decodeField(hexadecimal), expected);
    });
  }

  it("keeps the first of two fields with one name", () => {
    assert.deepEqual(
      decode(Uint8Array.fromHex("00000008" + "016b420a" + "016b420b")),
      new Map([["k", { type: "B", value: 10 }]]),
    );
  });

  it("with an unknown type letter is refused with SYNTAX_ERROR that names it", () => {
    const known = new Set("tbBsuIilLfdDTSxFAV");
    for (let letter = 0; letter < 256; letter++) {
      if (known.has(String.fromCharCode(letter))) continue;
      assert.throws(
        () => decode(Uint8Array.of(0, 0, 0, 11, 1, 107, letter, 0, 0, 0, 0, 0, 0, 0, 0)),
        (error) =>
          isSyntaxError(error) && (error as Error).message.includes(`unknown type '${String.fromCharCode(letter)}'`),
      );
    }
  });

  it("cut short at any byte is refused with SYNTAX_ERROR", () => {
    fc.assert(
      fc.property(table, (written) => {
        const bytes = encode(written);
        for (let length = 0; length < bytes.length; length++) {
          assert.throws(() => decode(bytes.slice(0, length)), isSyntaxError, `cut to ${length} of ${bytes.length}`);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("whose announced length splits a field is refused with SYNTAX_ERROR", () => {
    fc.assert(fc.property(table.filter((table) => table.size > 0), fc.nat(), (written, by) => {
      const bytes = encode(written);
      const length = bytes.length - 4;
      // A shorter table is well-formed when it ends with a field, so only the last field is cut.
      const last = encode(new Map([[...written].at(-1)!])).length - 4;
      new DataView(bytes.buffer).setUint32(0, length - 1 - by % (last - 1 || 1));
      assert.throws(() => decode(bytes), (error) => error instanceof ConnectionError);
    }));
  });

  for (const [name, letter] of [["tables", "F"], ["arrays", "A"]] as const) {
    const nested = (depth: number): Uint8Array => {
      let value: FieldValue = { type: "V", value: null };
      for (let level = 1; level < depth; level++) {
        value = (letter === "F"
          ? { type: "F", value: new Map([["k", value]]) }
          : { type: "A", value: [value] }) as FieldValue;
      }
      return encode(new Map([["k", value]]));
    };

    it(`holds ${name} nested ${FIELD_TABLE_MAX_DEPTH} deep, and no deeper`, () => {
      assert.equal(decode(nested(FIELD_TABLE_MAX_DEPTH)).size, 1);
      assert.throws(() => decode(nested(FIELD_TABLE_MAX_DEPTH + 1)), isSyntaxError);
      assert.throws(() => decode(nested(1_000)), isSyntaxError);
    });
  }

  it("nested as deeply as a frame allows is refused without a stack overflow", () => {
    const levels = 20_000;
    const bytes = new Uint8Array(4 + levels * 7);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, bytes.length - 4);
    for (let level = 0; level < levels; level++) {
      const at = 4 + level * 7;
      bytes.set([1, 107, 0x46], at);
      view.setUint32(at + 3, bytes.length - at - 7);
    }
    assert.throws(() => decode(bytes), isSyntaxError);
  });

  it("of random bytes is either read or refused, and fails in no other way", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (fields) => {
        const bytes = Uint8Array.of(0, 0, 0, fields.length, ...fields);
        try {
          decode(bytes);
        } catch (error) {
          assert.ok(error instanceof ConnectionError, String(error));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("canonicalTable", () => {
  it("is equal for the same fields in another order", () => {
    fc.assert(fc.property(table, (fields) => {
      const reversed = new Map([...fields].reverse());
      assert.equal(canonicalTable(reversed), canonicalTable(fields));
    }));
  });

  it("is equal after the table was sent and received", () => {
    fc.assert(fc.property(table, (fields) => {
      assert.equal(canonicalTable(decode(encode(fields))), canonicalTable(fields));
    }));
  });

  it("differs when a value differs", () => {
    fc.assert(fc.property(table, fc.string(), fieldValue, fieldValue, (fields, name, a, b) => {
      const withA = new Map(fields).set(name, a);
      const withB = new Map(fields).set(name, b);
      assert.equal(canonicalTable(withA) === canonicalTable(withB), fieldValuesEqual(a, b));
    }));
  });

  it("differs when a field is missing, even one without a value", () => {
    assert.notEqual(canonicalTable(new Map([["k", { type: "V", value: null }]])), canonicalTable(new Map()));
  });
});

describe("values of a field table", () => {
  it("are equal across the widths of integers and of floats", () => {
    assert.ok(fieldValuesEqual({ type: "b", value: 5 }, { type: "l", value: 5n }));
    assert.ok(fieldValuesEqual({ type: "u", value: 60000 }, { type: "I", value: 60000 }));
    assert.ok(fieldValuesEqual({ type: "f", value: 1.5 }, { type: "d", value: 1.5 }));
    assert.ok(fieldValuesEqual(undefined, undefined));
  });

  it("differ between unrelated types, even if they look alike", () => {
    const alike: FieldValue[] = [
      { type: "I", value: 5 },
      { type: "d", value: 5 },
      { type: "S", value: "5" },
      { type: "T", value: 5n },
      { type: "D", value: { scale: 0, value: 5 } },
      { type: "x", value: Uint8Array.of(5) },
      { type: "A", value: [{ type: "I", value: 5 }] },
      { type: "S", value: "i5" },
      { type: "S", value: Uint8Array.of(0xff) },
      { type: "x", value: Uint8Array.of(0xff) },
      { type: "V", value: null },
      { type: "S", value: "null" },
      { type: "t", value: true },
      { type: "S", value: "true" },
    ];
    for (const [index, a] of alike.entries()) {
      assert.ok(!fieldValuesEqual(a, undefined));
      for (const b of alike.slice(index + 1)) assert.ok(!fieldValuesEqual(a, b), `${a.type} and ${b.type}`);
    }
  });
});

describe("fieldTable", () => {
  it("chooses the type that holds a plain value", () => {
    const made = fieldTable({
      text: "a",
      yes: true,
      small: -1,
      large: 2 ** 31,
      exact: 2n ** 63n - 1n,
      half: 0.5,
      huge: 2 ** 60,
      nothing: null,
      when: new Date("2024-01-01T00:00:00.900Z"),
      raw: Uint8Array.of(1),
      list: [1, "b"],
      inner: { x: 1 },
    });
    assert.deepEqual(
      Object.fromEntries([...made].map(([name, { type }]) => [name, type])),
      {
        text: "S",
        yes: "t",
        small: "I",
        large: "l",
        exact: "l",
        half: "d",
        huge: "d",
        nothing: "V",
        when: "T",
        raw: "x",
        list: "A",
        inner: "F",
      },
    );
    assert.deepEqual(made.get("when"), { type: "T", value: 1704067200n });
  });

  it("is reversed by plainTable, except that a number past 32 bits becomes a bigint", () => {
    const plain = { text: "a", yes: false, small: 7, half: 0.5, nothing: null, list: [1, ["b"]], inner: { x: {} } };
    assert.equal(JSON.stringify(plainTable(fieldTable(plain))), JSON.stringify(plain));
    assert.equal(plainTable(fieldTable({ large: 2 ** 40 })).large, 2n ** 40n);
  });

  it("refuses an integer of more than 64 bits", () => {
    assert.throws(() => fieldTable({ n: 2n ** 63n }), RangeError);
    assert.throws(() => fieldTable({ n: -(2n ** 63n) - 1n }), RangeError);
  });

  it("gives no special meaning to names that JavaScript knows", () => {
    const table = new Map<string, FieldValue>([["__proto__", { type: "I", value: 1 }]]);
    assert.deepEqual(Object.entries(plainTable(decode(encode(table)))), [["__proto__", 1]]);
  });
});
