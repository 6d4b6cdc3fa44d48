import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { likePattern } from "../../../src/broker/exchange/like_pattern.ts";

/** Matches by SQL's definition, word for word. */
function isLike(pattern: readonly string[], text: readonly string[]): boolean {
  if (pattern.length === 0) return text.length === 0;
  const [first, ...rest] = pattern;
  if (first === "%") return isLike(rest, text) || (text.length > 0 && isLike(pattern, text.slice(1)));
  return text.length > 0 && (first === "_" || first === text[0]) && isLike(rest, text.slice(1));
}

describe("a LIKE pattern", () => {
  it("matches according to SQL", () => {
    const pattern = fc.array(fc.constantFrom("a", "b", "_", "%", "%"), { maxLength: 8 });
    const text = fc.array(fc.constantFrom("a", "b", "_", "%", "\n"), { maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (pattern, text) => {
        assert.equal(likePattern(pattern.join(""), undefined)(text.join("")), isLike(pattern, text));
      }),
      { numRuns: 2000 },
    );
  });

  it("takes the character behind the escape literally", () => {
    const isMatch = likePattern("b!_!%!!e!", "!");
    assert.equal(isMatch("b_%!e!"), true);
    assert.equal(isMatch("bx%!e!"), false);
    assert.equal(likePattern("a%%", "%")("a%"), true);
  });

  it("counts characters, not bytes", () => {
    assert.equal(likePattern("_ü_", undefined)("€ü🐇"), true);
  });

  it("takes special characters of regular expressions literally", () => {
    assert.equal(likePattern(".*[a]\\d(", undefined)(".*[a]\\d("), true);
    assert.equal(likePattern(".*", undefined)("anything"), false);
  });

  it("is matched quickly, with any number of %", () => {
    const isMatch = likePattern("%a".repeat(500) + "b", undefined);
    assert.equal(isMatch("a".repeat(20_000)), false);
    assert.equal(isMatch("a".repeat(20_000) + "b"), true);
  });

  it("is refused with an escape that is not one character, and when it is too long", () => {
    const message = "{invalid_like_pattern,invalid_escape}";
    for (const escape of ["", "ab"]) assert.throws(() => likePattern("a", escape), { name: "SyntaxError", message });
    assert.throws(() => likePattern("a".repeat(1025), undefined), {
      name: "SyntaxError",
      message: "{invalid_like_pattern,too_long}",
    });
  });
});
