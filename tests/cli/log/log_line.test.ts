import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jsonOnOneLine, onOneLine } from "../../../src/cli/log/log_line.ts";

describe("a line of the log", () => {
  it("is one line, whatever names it contains", () => {
    assert.equal(onOneLine("user 'a\r\n2026-11-28 [info] b'"), "user 'a\\r\\n2026-11-28 [info] b'");
    assert.equal(onOneLine("\0\x1b[31m\x7f\x85\u2028\u2029"), "\\u0000\\u001b[31m\\u007f\\u0085\\u2028\\u2029");
  });

  it("is shown in the order in which it was written, with nothing invisible in it", () => {
    assert.equal(onOneLine("\u202eadmin\u2066x\u200f\u061c"), "\\u202eadmin\\u2066x\\u200f\\u061c");
    assert.equal(onOneLine("a\u{e0041}\ufeff"), "a\\u{e0041}\\ufeff");
  });

  it("keeps all other characters", () => {
    for (const text of ["", "user 'guest'", "é🐇 مرحبا", "👩\u200d🚀", "a\\nb"]) assert.equal(onOneLine(text), text);
  });

  it("can be read unchanged from JSON", () => {
    const names = ["a\r\nb", "\u202eadmin\u2066", "\u2028", "\u{e0041}", "\x1b[31m", 'quote " and \\'];
    const line = jsonOnOneLine({ names });
    assert.deepEqual(JSON.parse(line), { names });
    assert.match(line, /^[\x20-\x7e]+$/);
  });
});
