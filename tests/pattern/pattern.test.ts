import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Pattern } from "../../src/pattern/pattern.ts";
import { PatternError } from "../../src/pattern/syntax.ts";

/**
 * Patterns with texts that they match and texts that they do not, according to Erlang's `re:run`, which RabbitMQ uses.
 */
const MATCHES: readonly (readonly [pattern: string, matching: readonly string[], others: readonly string[]])[] = [
  ["", ["", "a"], []],
  ["b", ["b", "abc"], ["", "a", "B"]],
  ["^b", ["b", "bc"], ["ab"]],
  ["b$", ["b", "ab", "ab\n"], ["ba", "b\n\n"]],
  [".*b$", ["b", "ab"], ["ba"]],
  ["a?[bc]*d", ["d", "abd", "xd"], ["abc"]],
  ["^$", ["", "\n"], ["a"]],
  ["\\Ab\\z", ["b"], ["b\n", "ab"]],
  ["^a.c$", ["abc", "a.c"], ["ac", "a\nc"]],
  ["(?s)^a.c$", ["a\nc"], ["ac"]],
  ["(?m)^b$", ["a\nb\nc"], ["ab"]],
  ["a|b|", ["a", "c", ""], []],
  ["^(a|bc)d$", ["ad", "bcd"], ["bd", "abcd"]],
  ["^(?:a|b)+$", ["a", "abba"], ["", "c"]],
  ["^(?<name>a)(?P<other>b)(?'third'c)$", ["abc"], ["ab"]],
  ["^a*b+c?$", ["b", "aabbc"], ["ac", "abcc"]],
  ["^a{2}b{1,2}c{2,}$", ["aabcc", "aabbccc"], ["abcc", "aabbbcc", "aabc"]],
  ["^a*?b+?c??$", ["b", "aabbc"], ["ac"]],
  ["^x{,3}{y$", ["x{,3}{y"], ["xxx"]],
  ["^[a-c_]+$", ["abc_"], ["d", ""]],
  ["^[^a-c]+$", ["xyz", "\n"], ["xa"]],
  ["^[]a-]$", ["]", "a", "-"], ["b"]],
  ["^[\\w.-]+$", ["a.b-c_1"], ["a b"]],
  ["^[\\d-z]$", ["5", "-", "z"], ["a"]],
  ["^[[:upper:]][[:^upper:]]$", ["Aa", "A1"], ["AA"]],
  ["^[\\x41-\\x43\\t\\b\\]]$", ["B", "\t", "\b", "]"], ["b"]],
  ["^\\d\\D\\s\\S\\w\\W$", ["1a b_ "], ["aa b_ "]],
  ["^\\h\\v$", ["\t\n"], ["\n\t"]],
  ["^\\.\\*\\/\\y$", [".*/y"], ["x*/y"]],
  ["^\\n\\r\\e\\x{263a}\\07\\cA$", ["\n\r\x1b☺\x07\x01"], ["\n"]],
  ["^\\Qa.*\\E+$", ["a.*", "a.**"], ["a.", "ab"]],
  ["\\bcat\\b", ["cat", "a cat."], ["concat", "cats"]],
  ["\\Bcat", ["concat"], ["cat"]],
  ["^(?!amq\\.)", ["orders", "amq"], ["amq.gen-1"]],
  ["^(?=.*a)(?=.*b)c", ["cab", "cba"], ["ca", "bac"]],
  ["^.*(?<!\\.dlq)$", ["orders", "dlq"], ["orders.dlq"]],
  ["(?<=a|bc)d", ["ad", "bcd"], ["cd", "d"]],
  ["(?i)^ab(?-i)c$", ["ABc", "abc"], ["abC"]],
  ["^(?i:a[b-d])e$", ["ACe"], ["ACE"]],
  ["^((?i)a)b$", ["Ab"], ["AB"]],
  ["^a(?#a comment)b$", ["ab"], ["a"]],
  ["^(^a)*$", ["", "a"], ["aa"]],
  ["^(a*)*$", ["", "aaa"], ["b"]],
  ["^[^é]ü$", ["aü", "äü"], ["éü"]],
];

/** Patterns that RabbitMQ refuses, with its message and the place of the error. */
const REFUSED: readonly (readonly [pattern: string, message: string, offset: number])[] = [
  ["(", "missing )", 1],
  ["(?<n>a", "missing )", 6],
  ["a)", "unmatched parentheses", 1],
  ["[a", "missing terminating ] for character class", 2],
  ["[]", "missing terminating ] for character class", 2],
  ["*a", "nothing to repeat", 0],
  ["a|*", "nothing to repeat", 2],
  ["a**", "nothing to repeat", 2],
  ["^*", "nothing to repeat", 1],
  ["{2}", "nothing to repeat", 2],
  ["a{2,1}", "numbers out of order in {} quantifier", 5],
  ["a{70000}", "number too big in {} quantifier", 7],
  ["\\", "\\ at end of pattern", 1],
  ["\\c", "\\c at end of pattern", 2],
  ["[z-a]", "range out of order in character class", 3],
  ["[[:foo:]]", "unknown POSIX class name", 3],
  ["(?<a", "syntax error in subpattern name (missing terminator)", 4],
  ["(?z)", "unrecognized character after (? or (?-", 2],
  ["(?#x", "missing ) after comment", 4],
  ["\\x{zz}", "non-hex character in \\x{} (closing brace missing?)", 3],
];

describe("a pattern", () => {
  for (const [source, matching, others] of MATCHES) {
    it(`${JSON.stringify(source)} matches the same texts as in RabbitMQ`, () => {
      const pattern = new Pattern(source);
      for (const text of matching) assert.equal(pattern.matches(text), true, JSON.stringify(text));
      for (const text of others) assert.equal(pattern.matches(text), false, JSON.stringify(text));
    });
  }

  for (const [source, message, offset] of REFUSED) {
    it(`${JSON.stringify(source)} is refused in RabbitMQ's words`, () => {
      assert.throws(() => new Pattern(source), (error) => {
        assert.ok(error instanceof PatternError);
        assert.deepEqual([error.message, error.offset], [message, offset]);
        return true;
      });
    });
  }

  it("is refused when it can't be matched in linear time", () => {
    for (const source of ["(a)\\1", "(?<n>a)\\k<n>", "a++", "(?>a)", "(*ACCEPT)", "\\p{L}", "(?R)"]) {
      assert.throws(() => new Pattern(source), PatternError, source);
    }
  });

  it("is refused when it is too long for RabbitMQ, nested too deeply, or would become too long", () => {
    assert.throws(() => new Pattern("é".repeat(513)), new PatternError("must not exceed 1024 bytes", undefined));
    assert.equal(new Pattern("é".repeat(512)).matches("é".repeat(512)), true);
    assert.throws(() => new Pattern("(".repeat(251) + ")".repeat(251)), /parentheses are too deeply nested/);
    assert.throws(() => new Pattern("(a{1000}){1000}"), /regular expression is too large/);
  });

  it("knows the beginning of its matches", () => {
    const begins = (source: string) => {
      const { isAnchored, prefix } = new Pattern(source);
      return [isAnchored, prefix];
    };
    assert.deepEqual(begins("^a\\.b.*"), [true, "a.b"]);
    assert.deepEqual(begins("^ab?"), [true, "a"]);
    assert.deepEqual(begins("ab"), [false, "ab"]);
    assert.deepEqual(begins("^a|b"), [false, ""]);
    assert.deepEqual(begins("(?i)^ab"), [true, ""]);
    assert.deepEqual(begins("^ab*c"), [true, "a"]);
  });

  it("that takes exponential time elsewhere is matched quickly", () => {
    const start = performance.now();
    for (
      const source of [
        "(a*)*b",
        "(a+a+)+b",
        "^(a|a)*$b",
        "(.*)*(.*)*(.*)*b$",
        "(?=(.*)*b)(?!(.*)*c).*d",
        "(a?){250}a{250}b",
      ]
    ) {
      assert.equal(new Pattern(source).matches("a".repeat(255)), false);
    }
    assert.ok(performance.now() - start < 20_000);
  });
});
