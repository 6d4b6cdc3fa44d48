import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  erlangBinary,
  erlangFields,
  erlangFloat,
  erlangJson,
  erlangPairs,
  erlangProblem,
  erlangSentence,
  erlangShown,
  erlangTypedProblem,
  erlangValue,
} from "../../src/wire/erlang_text.ts";
import type { FieldValue } from "../../src/wire/field_table.ts";
import type { Json } from "../../src/wire/json.ts";

const text = (value: string): FieldValue => ({ type: "S", value });
const integer = (value: number): FieldValue => ({ type: "I", value });
const array = (...value: FieldValue[]): FieldValue => ({ type: "A", value });
const table = (fields: Readonly<Record<string, FieldValue>>): FieldValue => ({
  type: "F",
  value: new Map(Object.entries(fields)),
});
const NUMBERS = Array.from({ length: 60 }, (_, at) => at);

/** Texts of Erlang's `io_lib:format("~tp", …)` for each type of value. */
const VALUES: readonly (readonly [FieldValue, string])[] = [
  [{ type: "t", value: true }, "true"],
  [{ type: "b", value: -5 }, "-5"],
  [{ type: "B", value: 5 }, "5"],
  [{ type: "s", value: -300 }, "-300"],
  [{ type: "u", value: 300 }, "300"],
  [integer(-70000), "-70000"],
  [{ type: "i", value: 70000 }, "70000"],
  [{ type: "l", value: -(2n ** 63n) }, "-9223372036854775808"],
  [{ type: "f", value: Math.fround(0.1) }, "0.10000000149011612"],
  [{ type: "d", value: 900000 }, "9.0e5"],
  [{ type: "D", value: { scale: 2, value: 314 } }, "{2,314}"],
  [{ type: "T", value: 7n }, "7"],
  [text("text"), '<<"text">>'],
  [text('a "quoted"\\\n'), '<<"a \\"quoted\\"\\\\\\n">>'],
  [text(""), "<<>>"],
  [text("è€😀"), '<<"è€😀"/utf8>>'],
  [text("a\0"), "<<97,0>>"],
  [text("\x7f"), "<<127>>"],
  [{ type: "S", value: Uint8Array.of(0, 255) }, "<<0,255>>"],
  [{ type: "S", value: Uint8Array.of(0xe9) }, '<<"é">>'],
  [{ type: "x", value: Uint8Array.of(1) }, "<<1>>"],
  [{ type: "x", value: Uint8Array.of(97, 98) }, '<<"ab">>'],
  [{ type: "x", value: Uint8Array.of(0xc3, 0xa9) }, '<<"é"/utf8>>'],
  [{ type: "x", value: new Uint8Array() }, "<<>>"],
  [{ type: "V", value: null }, "undefined"],
  [array(), "[]"],
  [array(text("a"), integer(1)), '[{longstr,<<"a">>},{signedint,1}]'],
  [array(array(array())), "[{array,[{array,[]}]}]"],
  [table({}), "[]"],
  [
    table({ k: { type: "t", value: false }, v: { type: "V", value: null } }),
    '[{<<"k">>,bool,false},{<<"v">>,void,undefined}]',
  ],
];

describe("a value in Erlang's notation", () => {
  for (const [field, written] of VALUES) {
    it(`of type ${field.type} is ${written}`, () => assert.equal(erlangValue("", field), written));
  }

  it("takes several lines when it is too long for one, below its beginning", () => {
    const fields = table({
      name0: text("value 0"),
      name1: table({ inner: array(integer(1), text("text")) }),
      name2: { type: "x", value: Uint8Array.of(0, 1, 2, 3) },
    });
    assert.equal(
      erlangValue("value: ", fields),
      `value: [{<<"name0">>,longstr,<<"value 0">>},
        {<<"name1">>,table,
         [{<<"inner">>,array,[{signedint,1},{longstr,<<"text">>}]}]},
        {<<"name2">>,binary,<<0,1,2,3>>}]`,
    );
  });

  it("breaks a binary between its bytes", () => {
    assert.equal(
      erlangValue("", { type: "x", value: Uint8Array.from(NUMBERS) }),
      `<<0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,
  29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,
  54,55,56,57,58,59>>`,
    );
  });

  it("is indented less when it would go too far to the right", () => {
    const inner = table({ k: { type: "A", value: [text("consectetur adipiscing elit")] } });
    assert.equal(
      erlangValue("a text of some forty columns before it: ", array(inner)),
      `a text of some forty columns before it: [{table,
                                          [{<<"k">>,array,
                                            [{longstr,
                                              <<"consectetur adipiscing elit">>}]}]}]`,
    );
  });
});

describe("a float in Erlang's notation", () => {
  const floats: readonly (readonly [number, string])[] = [
    [0, "0.0"],
    [-0, "-0.0"],
    [1, "1.0"],
    [-1.5, "-1.5"],
    [100, "100.0"],
    [1000, "1.0e3"],
    [1.2e6, "1.2e6"],
    [1234567, "1234567.0"],
    [123456.789, "123456.789"],
    [2 ** 53 - 1, "9007199254740991.0"],
    [2 ** 53, "9.007199254740992e15"],
    [1e22, "1.0e22"],
    [0.1, "0.1"],
    [0.0001, "0.0001"],
    [0.00012345, "1.2345e-4"],
    [1e-5, "1.0e-5"],
    [5e-324, "5.0e-324"],
    [1.7976931348623157e308, "1.7976931348623157e308"],
  ];
  for (const [value, written] of floats) it(`is ${written}`, () => assert.equal(erlangFloat(value), written));
});

describe("the value of an argument as RabbitMQ shows it", () => {
  it("is a text as it is", () => assert.equal(erlangShown("'", text('a "quoted" €\n')), `'a "quoted" €\n`));
  it("is a byte array as text", () => {
    assert.equal(erlangShown("", { type: "x", value: Uint8Array.of(97, 98) }), "ab");
  });
  it("is decoded as Latin-1 when it is not UTF-8", () => {
    assert.equal(erlangShown("", { type: "S", value: Uint8Array.of(97, 0xe9) }), "aé");
  });
  it("in any other type has Erlang's notation", () =>
    assert.equal(erlangShown("", array(text("a"))), '[{longstr,<<"a">>}]'));
});

describe("the fields of a table", () => {
  it("are tuples of name, type and value", () => {
    const fields = new Map<string, FieldValue>([["x-max-length", integer(10)], ["x-queue-mode", text("lazy")]]);
    assert.deepEqual(erlangFields(fields), [
      '{<<"x-max-length">>,signedint,10}',
      '{<<"x-queue-mode">>,longstr,<<"lazy">>}',
    ]);
  });
});

describe("the reason why an argument is refused", () => {
  it("is a reason with the value", () => {
    assert.equal(erlangProblem("value_negative", { type: "l", value: -1n }), "{value_negative,-1}");
  });

  it("is a reason with type and value, on a line of up to 255 characters", () => {
    const values = array(text("lorem ipsum dolor sit amet"), text("consectetur adipiscing elit"));
    assert.equal(
      erlangTypedProblem("invalid_stream_offset_arg", values),
      '{invalid_stream_offset_arg,{array,[{longstr,<<"lorem ipsum dolor sit amet">>},' +
        '{longstr,<<"consectetur adipiscing elit">>}]}}',
    );
  });

  it("is a sentence in quotes, or the numbers of its characters when one can't be printed", () => {
    assert.equal(erlangSentence(`mode 'a"b'`), `"mode 'a\\"b'"`);
    assert.equal(erlangSentence("a\0"), "[97,0]");
  });
});

/** Texts of Erlang's `io_lib:format("~tp", …)` for JSON as RabbitMQ reads it. */
const JSON_VALUES: readonly (readonly [value: Json, term: string])[] = [
  ["abc", '<<"abc">>'],
  ["", "<<>>"],
  ['a"b\\c\n', '<<"a\\"b\\\\c\\n">>'],
  ["é", '<<"é"/utf8>>'],
  [-1, "-1"],
  [1.5, "1.5"],
  [1e21, "1.0e21"],
  [1.5e-7, "1.5e-7"],
  [true, "true"],
  [null, "null"],
  [[1, "a"], '[1,<<"a">>]'],
  [[104, 105], '"hi"'],
  [{ b: [], a: 1 }, '#{<<"a">> => 1,<<"b">> => []}'],
  [{}, "#{}"],
];

describe("a JSON value in Erlang's notation", () => {
  for (const [value, term] of JSON_VALUES) {
    it(`of ${JSON.stringify(value)} is ${term}`, () => assert.equal(erlangJson("", value), term));
  }

  it("takes several lines when it is too long for one", () => {
    const value = {
      one: "a text of some length",
      two: [1, 2, 3],
      three: { inner: "another text of some length" },
    };
    assert.equal(
      erlangJson("", value),
      `#{<<"one">> => <<"a text of some length">>,
  <<"three">> => #{<<"inner">> => <<"another text of some length">>},
  <<"two">> => [1,2,3]}`,
    );
  });

  it("with its name is a pair", () => {
    assert.equal(erlangPairs("", [["k", 1], ["l", "x"]]), '[{<<"k">>,1},{<<"l">>,<<"x">>}]');
  });
});

describe("a binary behind a text", () => {
  it("is in quotes", () => assert.equal(erlangBinary("key: ", "a"), 'key: <<"a">>'));
});
