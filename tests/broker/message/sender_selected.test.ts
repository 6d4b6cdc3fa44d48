import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { ByteWriter } from "../../../src/wire/byte_writer.ts";
import { ChannelError } from "../../../src/wire/error.ts";
import { type FieldTable, fieldTable, type FieldValue } from "../../../src/wire/field_table.ts";
import { type BasicProperties, PropertiesView, writeContentHeader } from "../../../src/wire/properties.ts";
import { isSenderSelected, senderSelectedKeys, withoutBcc } from "../../../src/broker/message/sender_selected.ts";
import { table } from "../../wire/arbitraries.ts";

const EMPTY_ARRAY: FieldValue = { type: "A", value: [] };

function contentHeader(properties: BasicProperties): Uint8Array {
  const header = new ByteWriter();
  writeContentHeader(header, 7, properties);
  return header.written();
}

const isSelected = (headers: FieldTable | undefined): boolean =>
  isSenderSelected(contentHeader({ contentType: "text/plain", contentEncoding: "utf-8", headers }), 0);

describe("a message with other routing keys in its headers", () => {
  it("is recognized by the names of its headers, whatever else they contain", () => {
    fc.assert(fc.property(table, fc.constantFrom("CC", "BCC", "cc", "XCC", "C", ""), (headers, name) => {
      const others = [...headers].filter(([other]) => other !== "CC" && other !== "BCC");
      assert.equal(isSelected(new Map(others)), false);
      const withName = new Map<string, FieldValue>([...others, [name, EMPTY_ARRAY]]);
      for (const [other, value] of others) withName.set(`${other} too`, value);
      assert.equal(isSelected(withName), name === "CC" || name === "BCC");
    }));
  });

  it("needs headers", () => {
    assert.equal(isSelected(undefined), false);
    assert.equal(isSenderSelected(contentHeader({ correlationId: "CC", type: "BCC" }), 0), false);
  });

  it("does not count a name inside another header", () => {
    assert.equal(isSelected(fieldTable({ table: { CC: ["a"], BCC: ["b"] }, text: "CC", list: ["BCC"] })), false);
  });

  it("is recognized at any place in the bytes", () => {
    const header = contentHeader({ headers: fieldTable({ a: 1, BCC: ["b"] }) });
    const bytes = new Uint8Array(header.length + 20).fill(0xff);
    bytes.set(header, 10);
    assert.equal(isSenderSelected(bytes, 10), true);
  });

  it("has the keys of CC and then those of BCC, only the texts among them", () => {
    const headers = fieldTable({ BCC: ["c", 1], CC: ["a", null, "b", ["x"], "a", ""], other: ["d"] });
    assert.deepEqual(senderSelectedKeys(headers), ["a", "b", "a", "", "c"]);
  });

  it("is refused when either is not an array", () => {
    const refused = { CC: "longstr", BCC: "bool" };
    for (const [name, type] of Object.entries(refused)) {
      const headers = fieldTable({ [name]: type === "bool" ? true : "a" });
      assert.throws(() => senderSelectedKeys(headers), (error) => {
        assert.ok(error instanceof ChannelError);
        assert.deepEqual(
          [error.code, error.message],
          [406, `PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,"${name}",${type}}`],
        );
        return true;
      });
    }
  });

  it("loses BCC on its way and nothing else", () => {
    fc.assert(fc.property(table, fc.array(fc.string()), fc.nat(), (headers, keys, place) => {
      const others = [...headers].filter(([other]) => other !== "BCC");
      const all = [...others];
      const array: FieldValue = { type: "A", value: keys.map((value) => ({ type: "S", value })) };
      all.splice(place % (all.length + 1), 0, ["BCC", array]);
      const properties = { contentType: "a", deliveryMode: 2, messageId: "id", timestamp: 7n };
      assert.deepEqual(
        withoutBcc(contentHeader({ ...properties, headers: new Map(all) })),
        contentHeader({ ...properties, headers: new Map(others) }),
      );
    }));
  });

  it("keeps an empty table of headers", () => {
    const header = withoutBcc(contentHeader({ headers: fieldTable({ BCC: ["a"] }) }));
    assert.deepEqual(new PropertiesView(header).headers, new Map());
  });
});
