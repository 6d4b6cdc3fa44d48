import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { onOneLine } from "../../src/cli/log_line.ts";

describe("a line of the log", () => {
  it("is one line, whatever names it contains", () => {
    assert.equal(onOneLine("user 'a\r\n2026-11-28 [INF] b'"), "user 'a\\r\\n2026-11-28 [INF] b'");
    assert.equal(onOneLine("\0\x1b[31m\x7f\x85\u2028\u2029"), "\\u0000\\u001b[31m\\u007f\\u0085\\u2028\\u2029");
  });

  it("is shown in the order in which it was written", () => {
    assert.equal(onOneLine("\u202eadmin\u2066x\u200f"), "\\u202eadmin\\u2066x\\u200f");
  });

  it("keeps all other characters", () => {
    for (const text of ["", "user 'guest'", "é🐇 مرحبا", "a\\nb"]) assert.equal(onOneLine(text), text);
  });
});
