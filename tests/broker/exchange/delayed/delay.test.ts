import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ByteWriter } from "../../../../src/wire/byte_writer.ts";
import { type FieldTable, fieldTable, type FieldValue } from "../../../../src/wire/field_table.ts";
import { type BasicProperties, PropertiesView, writeContentHeader } from "../../../../src/wire/properties.ts";
import { delayMsAt, delayMsIn, withDelayOver } from "../../../../src/broker/exchange/delayed/delay.ts";

const headers = (field: FieldValue): FieldTable => new Map([["a", { type: "I", value: 1 }], ["x-delay", field]]);

function headerOf(properties: BasicProperties): Uint8Array {
  const writer = new ByteWriter();
  writeContentHeader(writer, 5, properties);
  return writer.written();
}

describe("a delay", () => {
  const delays: readonly (readonly [string, FieldValue, number])[] = [
    ["a 64-bit integer", { type: "l", value: 5000n }, 5000],
    ["an octet", { type: "b", value: 100 }, 100],
    ["an unsigned octet", { type: "B", value: 200 }, 200],
    ["a 16-bit integer", { type: "s", value: 300 }, 300],
    ["an unsigned 16-bit integer", { type: "u", value: 60_000 }, 60_000],
    ["a 32-bit integer", { type: "I", value: 70_000 }, 70_000],
    ["an unsigned 32-bit integer", { type: "i", value: 4_294_967_295 }, 4_294_967_295],
    ["a float, without its fraction", { type: "d", value: 12.9 }, 12],
    ["a text of digits", { type: "S", value: "1500" }, 1500],
  ];
  for (const [what, field, delayMs] of delays) {
    it(`may be ${what}`, () => {
      assert.equal(delayMsIn(headers(field)), delayMs);
      assert.equal(delayMsAt(headerOf({ headers: headers(field), messageId: "m" }), 0), delayMs);
    });
  }

  const none: readonly (readonly [string, FieldValue])[] = [
    ["zero", { type: "I", value: 0 }],
    ["less than that", { type: "I", value: -1 }],
    ["longer than an Erlang timer runs", { type: "l", value: 4_294_967_296n }],
    ["a text that is no number", { type: "S", value: "1s" }],
    ["a boolean", { type: "t", value: true }],
    ["not a number", { type: "d", value: NaN }],
  ];
  for (const [what, field] of none) {
    it(`is none when it is ${what}`, () => {
      assert.equal(delayMsIn(headers(field)), 0);
      assert.equal(delayMsAt(headerOf({ headers: headers(field) }), 0), 0);
    });
  }

  it("is none without the header, or without any", () => {
    assert.equal(delayMsIn(fieldTable({ a: 1 })), 0);
    assert.equal(delayMsAt(headerOf({ headers: fieldTable({ a: 1 }) }), 0), 0);
    assert.equal(delayMsAt(headerOf({}), 0), 0);
  });

  it("is negated when it is over, as a 64-bit integer, and nothing else changes", () => {
    for (const [, field, delayMs] of delays) {
      const properties = { headers: new Map([...headers(field), ["z", { type: "S", value: "last" }]]), appId: "app" };
      const over = new PropertiesView(withDelayOver(headerOf(properties as BasicProperties)));
      assert.deepEqual([...over.headers!], [
        ["a", { type: "I", value: 1 }],
        ["x-delay", { type: "l", value: -BigInt(delayMs) }],
        ["z", { type: "S", value: "last" }],
      ]);
      assert.equal(over.appId, "app");
      assert.equal(delayMsIn(over.headers!), 0);
    }
  });
});
