import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { breakAtWidth, cutAtWidth, displayWidth, fillWidth } from "../../src/cli/display_width.ts";

describe("the width of text in a terminal", () => {
  it("is two columns for East Asian characters and emoji, and none for combining marks", () => {
    const widths = {
      orders: 6,
      注文: 4,
      "주문": 4,
      "ｱｲ": 2,
      "🐇🐇": 4,
      "e\u0301": 1,
      "שלום": 4,
      "🇯🇵": 2,
      "Ａ": 2,
      "": 0,
    };
    for (const [text, width] of Object.entries(widths)) assert.equal(displayWidth(text), width, text);
  });

  it("is never exceeded by a part of a broken text, and nothing is lost", () => {
    assert.deepEqual(breakAtWidth("注文orders", 5), ["注文o", "rders"]);
    assert.deepEqual(breakAtWidth("注文注文", 3), ["注", "文", "注", "文"]);
    assert.deepEqual(breakAtWidth("abc", 3), ["abc"]);
    assert.deepEqual(breakAtWidth("", 3), [""]);
    assert.deepEqual(breakAtWidth("ee\u0301e", 2), ["ee\u0301", "e"]);
  });

  it("is filled with spaces, or cut with dots", () => {
    assert.equal(fillWidth("注文", 6), "注文  ");
    assert.equal(fillWidth("注文注文", 6), "注... ");
    assert.equal(fillWidth("a-long-name", 8), "a-lon...");
    assert.equal(cutAtWidth("注文注文", 5), "注文");
  });
});
