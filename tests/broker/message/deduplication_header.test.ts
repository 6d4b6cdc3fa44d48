import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ByteWriter } from "../../../src/wire/byte_writer.ts";
import type { FieldTable, FieldValue } from "../../../src/wire/field_table.ts";
import { writeContentHeader } from "../../../src/wire/properties.ts";
import { identityAt, identityIn } from "../../../src/broker/message/deduplication_header.ts";

const headers = (field: FieldValue): FieldTable => new Map([["x-deduplication-header", field]]);

const identity = (field: FieldValue): string | undefined => {
  const writer = new ByteWriter();
  writeContentHeader(writer, 0, { headers: headers(field) });
  const found = identityAt(writer.written(), 0);
  assert.equal(identityIn(headers(field)), found);
  return found;
};

describe("the identity of a message", () => {
  it("is equal for integers of all types", () => {
    assert.equal(identity({ type: "I", value: 42 }), identity({ type: "l", value: 42n }));
    assert.equal(identity({ type: "b", value: 42 }), identity({ type: "B", value: 42 }));
    assert.notEqual(identity({ type: "I", value: 42 }), identity({ type: "I", value: 43 }));
  });

  it("differs between numbers, texts, booleans and void", () => {
    const fields: FieldValue[] = [
      { type: "I", value: 1 },
      { type: "d", value: 1 },
      { type: "S", value: "1" },
      { type: "t", value: true },
      { type: "S", value: "true" },
      { type: "V", value: null },
      { type: "S", value: "" },
    ];
    assert.equal(new Set(fields.map(identity)).size, fields.length);
  });

  it("is absent for tables, arrays and messages without the header", () => {
    assert.equal(identity({ type: "A", value: [] }), undefined);
    assert.equal(identity({ type: "F", value: new Map() }), undefined);
    assert.equal(identityIn(new Map()), undefined);
  });
});
