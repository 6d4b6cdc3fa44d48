import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FieldValue } from "../../../src/wire/field_table.ts";
import { erlangAddress, erlangField } from "../../../src/broker/events/erlang_term.ts";

const FIELDS: readonly (readonly [FieldValue, string])[] = [
  [{ type: "S", value: "text" }, 'longstr,<<"text">>'],
  [{ type: "S", value: 'a "quoted"\\\n' }, 'longstr,<<"a \\"quoted\\"\\\\\\n">>'],
  [{ type: "S", value: "" }, 'longstr,<<"">>'],
  [{ type: "S", value: "è" }, 'longstr,<<"è">>'],
  [{ type: "S", value: "Ä" }, "longstr,<<195,132>>"],
  [{ type: "S", value: Uint8Array.of(0, 255) }, "longstr,<<0,255>>"],
  [{ type: "x", value: Uint8Array.of(1) }, "binary,<<1>>"],
  [{ type: "I", value: -5 }, "signedint,-5"],
  [{ type: "l", value: 5n }, "long,5"],
  [{ type: "t", value: true }, "bool,true"],
  [{ type: "d", value: 1 }, "double,1.0"],
  [{ type: "d", value: 1.5 }, "double,1.5"],
  [{ type: "T", value: 7n }, "timestamp,7"],
  [{ type: "D", value: { scale: 2, value: 314 } }, "decimal,{2,314}"],
  [{ type: "V", value: null }, "void,undefined"],
  [
    { type: "A", value: [{ type: "S", value: "a" }, { type: "I", value: 1 }] },
    'array,[{longstr,<<"a">>},{signedint,1}]',
  ],
  [{ type: "F", value: new Map([["k", { type: "t", value: false }]]) }, 'table,[{<<"k">>,bool,false}]'],
];

describe("a field in Erlang's notation", () => {
  for (const [field, written] of FIELDS) {
    it(`is {<<"name">>,${written}}`, () => {
      assert.equal(erlangField("name", field), `{<<"name">>,${written}}`);
    });
  }
});

describe("an address in Erlang's notation", () => {
  for (
    const [host, written] of [
      ["127.0.0.1", "{127,0,0,1}"],
      ["::1", "{0,0,0,0,0,0,0,1}"],
      ["2001:db8::ff", "{8193,3512,0,0,0,0,0,255}"],
      ["fe80::", "{65152,0,0,0,0,0,0,0}"],
      ["1:2:3:4:5:6:7:8", "{1,2,3,4,5,6,7,8}"],
    ]
  ) {
    it(`is ${written} for ${host}`, () => assert.equal(erlangAddress(host), written));
  }
});
