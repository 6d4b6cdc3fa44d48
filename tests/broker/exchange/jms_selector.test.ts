import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type FieldTable, fieldTable } from "../../../src/wire/field_table.ts";
import { parseSelector } from "../../../src/broker/exchange/jms_selector.ts";

const HEADERS: FieldTable = new Map([
  ...fieldTable({
    JMSType: "car",
    colour: "blue",
    likevar: "bl_ue",
    weight: 2501,
    big: 10n ** 12n,
    afloat: 0.03,
    yes: true,
    no: false,
    table: {},
  }),
  ["byte", { type: "b", value: -5 }],
  ["time", { type: "T", value: 5n }],
]);

const ident = (name: string) => `{'ident',<<"${name}">>}`;
/** Returns true, false, or undefined for unknown, which `not` leaves unknown. */
const isTrue = (text: string) => parseSelector(`${text}.`)(HEADERS);
const isFalse = (text: string) => isTrue(`{'not',${text}}`);
function check(text: string, expected: boolean | undefined): void {
  assert.deepEqual([isTrue(text), isFalse(text)], [expected === true, expected === false], text);
}

describe("a JMS selector", () => {
  it("compares a header with a text or a number", () => {
    check(`{'=',${ident("JMSType")},<<"car">>}`, true);
    check(`{'=',${ident("JMSType")},<<"bus">>}`, false);
    check(`{'<>',${ident("JMSType")},<<"bus">>}`, true);
    check(`{'=',${ident("weight")},2501}`, true);
    check(`{'=',${ident("weight")},2501.0}`, true);
    check(`{'>',${ident("weight")},2500}`, true);
    check(`{'>',${ident("weight")},2501}`, false);
    check(`{'>=',${ident("weight")},2501}`, true);
    check(`{'<',${ident("weight")},2502}`, true);
    check(`{'<=',${ident("weight")},2500}`, false);
    check(`{'<',2500,${ident("weight")}}`, true);
    check(`{'=',${ident("afloat")},3.0e-2}`, true);
    check(`{'=',${ident("big")},1000000000000}`, true);
    check(`{'<',${ident("byte")},-4}`, true);
  });

  it("treats values of different types as different, and numbers as the smallest", () => {
    check(`{'=',${ident("weight")},<<"2501">>}`, false);
    check(`{'<>',${ident("weight")},<<"2501">>}`, true);
    check(`{'<',${ident("weight")},<<"0">>}`, true);
    check(`{'>',${ident("yes")},5}`, true);
  });

  it("can be a boolean, or a header with one", () => {
    check("'true'", true);
    check("false", false);
    check(ident("yes"), true);
    check(ident("no"), false);
    check(ident("weight"), undefined);
    check('<<"true">>', undefined);
  });

  it("is unknown for a missing header, or one whose type JMS lacks", () => {
    for (const name of ["missing", "time", "table"]) {
      for (const operator of ["=", "<>", "<", ">", "<=", ">="]) {
        check(`{'${operator}',${ident(name)},5}`, undefined);
        check(`{'${operator}',5,${ident(name)}}`, undefined);
      }
      check(`{'in',${ident(name)},[<<"a">>]}`, undefined);
      check(`{'like',${ident(name)},<<"%">>,'no_escape'}`, undefined);
      check(`{'between',${ident(name)},1,2}`, undefined);
      check(`{'=',{'+',${ident(name)},1},1}`, undefined);
      check(`{'is_null',${ident(name)}}`, true);
      check(`{'not_null',${ident(name)}}`, false);
    }
    check(`{'is_null',${ident("colour")}}`, false);
    check(`{'not_null',${ident("colour")}}`, true);
  });

  it("has and, or and not with three truth values", () => {
    const values = { "'true'": true, "'false'": false, [ident("missing")]: undefined };
    for (const [a, first] of Object.entries(values)) {
      check(`{'not',${a}}`, first === undefined ? undefined : !first);
      for (const [b, second] of Object.entries(values)) {
        const both = [first, second];
        check(`{'and',${a},${b}}`, both.includes(false) ? false : both.includes(undefined) ? undefined : true);
        check(`{'or',${a},${b}}`, both.includes(true) ? true : both.includes(undefined) ? undefined : false);
      }
    }
  });

  it("calculates", () => {
    check(`{'=',{'-',12,4},8}`, true);
    check(`{'=',{'+',{'*',2,3},{'/',1,4}},6.25}`, true);
    check(`{'=',{'-',${ident("weight")}},-2501}`, true);
    check(`{'=',{'+',${ident("weight")}},2501}`, true);
    check(`{'>',{'/',1,0},1000000}`, true);
    check(`{'=',{'+',${ident("colour")},1},1}`, undefined);
  });

  it("finds a value in a list, or not", () => {
    check(`{'in',${ident("colour")},[<<"green">>,<<"blue">>]}`, true);
    check(`{'in',${ident("colour")},[]}`, false);
    check(`{'not_in',${ident("colour")},[<<"green">>]}`, true);
    check(`{'not_in',${ident("missing")},[<<"green">>]}`, undefined);
  });

  it("finds a value between two others, which are included", () => {
    check(`{'between',${ident("weight")},0,2501}`, true);
    check(`{'between',${ident("weight")},2501,9999}`, true);
    check(`{'between',${ident("weight")},{'range',0,2500}}`, false);
    check(`{'not_between',16,{'range',17,18}}`, true);
    check(`{'between',${ident("weight")},${ident("missing")},5}`, false);
    check(`{'between',${ident("weight")},${ident("missing")},5000}`, undefined);
  });

  it("compares a text with a pattern", () => {
    check(`{'like',${ident("colour")},<<"bl%">>,'no_escape'}`, true);
    check(`{'like',${ident("colour")},<<"bl_e">>,'no_escape'}`, true);
    check(`{'like',${ident("likevar")},<<"b_!_ue">>,<<"!">>}`, true);
    check(`{'like',${ident("colour")},<<"b_!_ue">>,<<"!">>}`, false);
    check(`{'not_like',${ident("colour")},<<"l%">>,'no_escape'}`, true);
    check(`{'like',${ident("weight")},<<"2%">>,'no_escape'}`, undefined);
  });

  const refused = {
    "{'ident',5}": "invalid_term",
    "{'ident'}": "invalid_term",
    "{}": "invalid_term",
    "{1,2}": "invalid_term",
    "[1]": "invalid_term",
    "{'and',true}": "invalid_term",
    "{'not',true,true}": "invalid_term",
    "{'in',1,2}": "invalid_term",
    "{'like',1,<<\"a\">>}": "invalid_term",
    "{'like',1,'regex',<<>>}": "invalid_term",
    "{'between',1,2}": "invalid_term",
    "{'between',1,{'range',2}}": "invalid_term",
    "{'and',true,{'halt'}}": '{disallowed_atom,"halt"}',
    "no_escape": "invalid_term",
    '{\'like\',1,<<"a">>,<<"ab">>}': "{invalid_like_pattern,invalid_escape}",
    "{'and',true": "expected_comma_or_closing_brace",
  };
  for (const [text, reason] of Object.entries(refused)) {
    it(`can't be ${text}`, () => {
      assert.throws(() => parseSelector(text), { name: "SyntaxError", message: reason });
    });
  }
});
