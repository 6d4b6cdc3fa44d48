import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fieldTable, type FieldValue, type PlainValue } from "../../../../src/wire/field_table.ts";
import { checkOffset, startOffset } from "../../../../src/broker/queue/stream/offset.ts";

const NOW_MS = 1_000_000_000_000;
const tableOf = (value: PlainValue) => fieldTable({ "x-stream-offset": value });
const fieldOf = (value: PlainValue) => tableOf(value).get("x-stream-offset")!;

describe("x-stream-offset", () => {
  it("is a word, an offset, a time, or an interval before now", () => {
    const parsed = (value: PlainValue) => startOffset(tableOf(value), NOW_MS);

    for (const word of ["first", "last", "next"]) assert.deepEqual(parsed(word), { from: word });
    assert.deepEqual(parsed(0), { from: "offset", offset: 0 });
    assert.deepEqual(parsed(2 ** 40), { from: "offset", offset: 2 ** 40 });
    assert.deepEqual(parsed(new Date(5000)), { from: "time", timeMs: 5000 });
    assert.deepEqual(parsed("10m"), { from: "time", timeMs: NOW_MS - 600_000 });
    assert.deepEqual(parsed("1D"), { from: "time", timeMs: NOW_MS - 86_400_000 });
  });

  it("is next by default", () => {
    assert.deepEqual(startOffset(fieldTable({}), NOW_MS), { from: "next" });
  });

  it("is refused in RabbitMQ's words when it is anything else", () => {
    const refused: readonly (readonly [FieldValue, string])[] = [
      [fieldOf("foo"), `{longstr,<<"foo">>}`],
      [fieldOf("1w"), `{longstr,<<"1w">>}`],
      [fieldOf(""), "{longstr,<<>>}"],
      [fieldOf(true), "{bool,true}"],
      [fieldOf(1.5), "{double,1.5}"],
      [fieldOf({ a: 1 }), '{table,[{<<"a">>,signedint,1}]}'],
    ];
    for (const [field, shown] of refused) assert.equal(checkOffset(field), `{invalid_stream_offset_arg,${shown}}`);
    for (const value of ["first", "1h", 3, new Date()]) assert.equal(checkOffset(fieldOf(value)), undefined);
  });
});
