import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readJson } from "../../../src/definitions/json/json_reader.ts";
import { JsonFloat, type JsonObject } from "../../../src/definitions/json/json_value.ts";

function read(text: string): JsonObject {
  const steps = readJson(text);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

const problem = (text: string): string => {
  try {
    read(text);
  } catch (error) {
    return String(error);
  }
  return "none";
};

describe("reading JSON", () => {
  it("gives the result of JSON.parse", () => {
    const names = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("__proto__", "constructor", "$ref", ""));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        fc.string({ unit: "grapheme" }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(names, tie("value"), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(names, value, { noNullPrototype: true }), fc.constantFrom(0, 2), (object, indent) => {
        const text = JSON.stringify(object, null, indent);
        assert.deepEqual(read(text), JSON.parse(text));
      }),
    );
  });

  it("keeps large integers and floats that are whole numbers", () => {
    assert.deepEqual(read('{"a":[9223372036854775807,-9223372036854775808,9007199254740993,-0,1e2,1.5,3.0]}').a, [
      9223372036854775807n,
      -9223372036854775808n,
      9007199254740993n,
      0,
      new JsonFloat(100),
      1.5,
      new JsonFloat(3),
    ]);
  });

  it("accepts nothing, or a byte order mark before the object", () => {
    assert.deepEqual([read(""), read(" \n"), read('\ufeff{"a":1}')], [{}, {}, { a: 1 }]);
  });

  const PROBLEMS: readonly (readonly [text: string, problem: string])[] = [
    ["[]", 'line 1, column 1: this is no JSON: an object is expected before "[]"'],
    ['{"a":[1,2', 'a: line 1, column 10: this is no JSON: "," or "]" is expected before the end'],
    ['{"a":1} x', 'line 1, column 9: this is no JSON: nothing more is expected before "x"'],
    ['{\n "a": [{"b": tru}]}', 'a[0].b: line 2, column 14: this is no JSON: a value is expected before "tru}]}"'],
    ['{"a":01}', 'line 1, column 7: this is no JSON: "," or "}" is expected before "1}"'],
    ['{"a":"b', "a: line 1, column 6: this is no JSON: a text does not end"],
    [
      '{"a":"\\x"}',
      "a: line 1, column 6: this is no JSON: a text has an escape that there is not, or a control character",
    ],
    [
      '{"a":"\n"}',
      "a: line 1, column 6: this is no JSON: a text has an escape that there is not, or a control character",
    ],
    ['{"a":"\\ud800"}', "a: line 1, column 6: a text has half a character, which is no Unicode"],
    ["{a:1}", 'line 1, column 2: this is no JSON: a key in quotes is expected before "a:1}"'],
    ['{"a":1,"a":2}', "a: this key stands twice (line 1, column 11)"],
    ['{"q":[{"x y":1,"x y":2}]}', 'q[0]["x y"]: this key stands twice (line 1, column 21)'],
    ['{"a":9223372036854775808}', 'a: an integer takes 64 bits at most: received "9223372036854775808"'],
    [`{"a":${"9".repeat(1000)}}`, `a: an integer takes 64 bits at most: received "${"9".repeat(100)}…"`],
    ['{"a":1e999}', 'a: a float takes 64 bits: received "1e999"'],
  ];
  for (const [text, expected] of PROBLEMS) {
    it(`refuses ${text.slice(0, 30)} with ${expected.slice(0, 60)}`, () => assert.equal(problem(text), expected));
  }

  it("refuses endlessly nested lists", () => {
    for (const text of [`{"a":${"[".repeat(1e6)}`, `{"a":[${'{"b":'.repeat(1e6)}`]) {
      assert.match(problem(text), /: lists and objects are nested more than 68 deep \(line 1, column \d+\)$/);
    }
  });

  it("refuses an object that is too long for the store", () => {
    assert.equal(problem(`{"a":[1,"${"x".repeat(300_000)}"]}`), "a[1]: an object has no more than 262144 characters");
    assert.equal(problem(`{"a":[[${"1,".repeat(200_000)}1]]}`).slice(0, 12), "a[0][131072]");
  });

  it("refuses more keys and blanks than there can be", () => {
    const keys = Array.from({ length: 1001 }, (_, at) => `"k${at}":1`).join();
    assert.equal(problem(`{${keys}}`), "definitions have no more than 1000 keys");
    assert.match(
      problem(`{"a":${" ".repeat(1e6)}1}`),
      /^a: line 1, column \d+: there are more than 65536 blanks in a row$/,
    );
  });

  it("refuses at once what would take long to read", () => {
    const long = 20 * 1024 * 1024;
    for (const text of [`["${"x".repeat(long)}"]`, `["${"\\\\".repeat(long / 2)}"]`, `[${"9".repeat(long)}]`]) {
      assert.equal(problem(`{"a":${text}}`), "a[0]: an object has no more than 262144 characters");
    }
  });

  it("takes a step for each item of a list, so that the caller can pause", () => {
    let steps = 0;
    for (const _ of readJson(`{"queues":[${Array.from({ length: 5000 }, (_, at) => `{"name":"${at}"}`)}]}`)) steps++;
    assert.ok(steps >= 5000);
  });
});
