import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { matchesWildcard } from "../../../src/access/oauth2/wildcard.ts";

describe("a wildcard pattern", () => {
  it("matches as RabbitMQ's does", () => {
    const cases: readonly (readonly [string, string, boolean])[] = [
      ["any", "*", true],
      ["", "*", true],
      ["", "", true],
      ["a", "", false],
      ["any", "any", true],
      ["anyx", "any", false],
      ["any", "any*", true],
      ["any thing", "any*", true],
      ["orders.eu", "*.eu", true],
      ["orders.us", "*.eu", false],
      ["a-b-c", "a*c", true],
      ["a-b-c", "a*b*c", true],
      ["a-c", "a*b*c", false],
      ["abc", "*b*", true],
      ["abc", "a**c", true],
      ["abc", "a**", true],
      // A part matches at its first occurrence, and what follows has to match too.
      ["ba", "*a", true],
      ["aba", "*a", false],
      ["/", "%2F", true],
      ["*", "%2A", true],
      ["x", "%2A", false],
      ["a b", "a+b", true],
      ["é", "%C3%A9", true],
      ["%", "%", false],
      ["%zz", "%zz", false],
    ];
    for (const [text, pattern, expected] of cases) {
      assert.equal(matchesWildcard(text, pattern), expected, `${text} by ${pattern}`);
    }
  });

  it("is matched quickly, whatever it is", () => {
    const start = performance.now();
    matchesWildcard("a".repeat(255), "*a".repeat(1000) + "b");
    matchesWildcard("a".repeat(255), "*".repeat(10_000) + "b");
    assert.ok(performance.now() - start < 1000);
  });
});
