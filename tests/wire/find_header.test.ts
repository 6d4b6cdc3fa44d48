import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ByteWriter } from "../../src/wire/byte_writer.ts";
import { fieldTable, nextField, type PlainTable } from "../../src/wire/field_table.ts";
import { findHeader, headersRange, headerText } from "../../src/wire/find_header.ts";
import { type BasicProperties, writeContentHeader } from "../../src/wire/properties.ts";
import { streamFilterValue } from "../../src/wire/stream_filter_value.ts";

const AT = 5;

/** Makes a content header's payload that lies at offset 5. */
function headerOf(headers: PlainTable | undefined, properties: BasicProperties = {}): Uint8Array {
  const writer = new ByteWriter();
  for (let i = 0; i < AT; i++) writer.octet(255);
  writeContentHeader(writer, 0, { ...properties, ...(headers && { headers: fieldTable(headers) }) });
  return writer.written().slice();
}

const nameOf = (name: string) => new TextEncoder().encode(name);
const textOf = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

function find(header: Uint8Array, name: string): string | undefined {
  const at = findHeader(header, headersRange(header, AT)!, nameOf(name));
  return at === -1 ? undefined : textOf(headerText(header, at));
}

describe("a header", () => {
  it("is found among others of all types, wherever they are nested", () => {
    const header = headerOf({ n: 1, list: ["a", { b: "no" }], table: { b: "no" }, ab: "no", b: "yes", c: true }, {
      contentType: "text/plain",
      contentEncoding: "gzip",
      messageId: "b",
    });

    assert.equal(find(header, "b"), "yes");
    assert.equal(find(header, "x"), undefined);
    const { start, end } = headersRange(header, AT)!;
    let count = 0;
    for (let at = start + 4; at < end; at = nextField(header, at)) count++;
    assert.equal(count, 6);
  });

  it("is not found when there is none", () => {
    assert.equal(headersRange(headerOf(undefined, { messageId: "b" }), AT), undefined);
    assert.equal(find(headerOf({}), "b"), undefined);
  });
});

describe("x-stream-filter-value", () => {
  const valueOf = (headers: PlainTable | undefined) => textOf(streamFilterValue(headerOf(headers), AT));

  it("is the text of that header", () => {
    assert.equal(valueOf({ a: 1, "x-stream-filter-value": "früh" }), "früh");
  });

  it("is missing when the header is missing, empty, or not a text", () => {
    assert.equal(valueOf(undefined), undefined);
    assert.equal(valueOf({}), undefined);
    assert.equal(valueOf({ "x-stream-filter-value": "" }), undefined);
    assert.equal(valueOf({ "x-stream-filter-value": 3 }), undefined);
  });
});
