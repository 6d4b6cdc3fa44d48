import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Atom, parseSelectorTerm, type SelectorTerm, Tuple } from "../../../src/broker/exchange/selector_term.ts";

/** Writes a term as Erlang does. */
function written(term: SelectorTerm): string {
  if (typeof term === "number") return String(term);
  if (typeof term === "string") return `<<"${term.replace(/["\\]/g, "\\$&")}">>`;
  if (term instanceof Atom) return `'${term.name.replace(/['\\]/g, "\\$&")}'`;
  if (term instanceof Tuple) return `{${term.items.map(written).join(" , ")}}`;
  return `[${term.map(written).join()}]`;
}

const { term } = fc.letrec<{ term: SelectorTerm }>((tie) => ({
  term: fc.oneof(
    { maxDepth: 5 },
    fc.integer(),
    fc.string({ unit: "grapheme" }),
    fc.string().map((name) => new Atom(name)),
    fc.array(tie("term"), { maxLength: 4 }).map((items) => new Tuple(items)),
    fc.array(tie("term"), { maxLength: 4 }),
  ),
}));

describe("an Erlang term", () => {
  it("is read as it was written, with or without a full stop", () => {
    fc.assert(fc.property(term, fc.constantFrom("", ".", " .\n"), (term, end) => {
      assert.deepEqual(parseSelectorTerm(written(term) + end), term);
    }));
  });

  it("has numbers with and without fractions, exponents and signs", () => {
    assert.deepEqual(parseSelectorTerm("[0, 42, -7, +3, 1.5, 1.57E12, 2.5e-3, 1.0e+2]."), [
      0,
      42,
      -7,
      3,
      1.5,
      1.57e12,
      0.0025,
      100,
    ]);
  });

  it("has atoms without quotes, and empty binaries", () => {
    assert.deepEqual(parseSelectorTerm('{is_null,<<>>,<< "a\\n\\x" >>}'), new Tuple([new Atom("is_null"), "", "a\nx"]));
  });

  const refused = {
    "": "unexpected_end",
    " ": "unexpected_end",
    "{": "unexpected_end",
    "{1": "expected_comma_or_closing_brace",
    "[1 2]": "expected_comma_or_closing_bracket",
    "{1,}": "unexpected_character",
    "1 2": "trailing_characters",
    "1..": "trailing_characters",
    "1.5e": "trailing_characters",
    "Variable": "unexpected_character",
    '<<"open>>': "unexpected_character",
    "<<1>>": "unexpected_character",
    "'open": "unexpected_character",
    "fun()": "trailing_characters",
    "#{}": "unexpected_character",
    "$a": "unexpected_character",
  };
  for (const [text, reason] of Object.entries(refused)) {
    it(`can't be read from ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseSelectorTerm(text), { name: "SyntaxError", message: reason });
    });
  }

  it("has a limited depth, and no length of text is a problem", () => {
    assert.ok(parseSelectorTerm("{".repeat(90) + "1" + "}".repeat(90)));
    assert.throws(() => parseSelectorTerm("{".repeat(100_000)), { name: "SyntaxError", message: "max_depth_exceeded" });
    assert.equal((parseSelectorTerm(`<<"${'\\"'.repeat(500_000)}">>`) as string).length, 500_000);
  });
});
