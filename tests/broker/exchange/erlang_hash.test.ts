import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { phash2, phash2OfList } from "../../../src/broker/exchange/erlang_hash.ts";

// Results of `erlang:phash2` in Erlang/OTP 25 for a binary, and for a list of only that.
const KNOWN: readonly (readonly [text: string, binary: number, list: number])[] = [
  ["", 13708901, 38220213],
  ["a", 112802447, 53691870],
  ["key", 6681389, 48858968],
  ["0123456789ab", 115360506, 119280432],
  ["0123456789abc", 67923675, 56666097],
  ["a longer key than twelve bytes, by far", 1348222, 120976800],
];

describe("Erlang's phash2", () => {
  for (const [text, binary, list] of KNOWN) {
    it(`of "${text}" is that of Erlang`, () => {
      assert.equal(phash2(text), binary);
      assert.equal(phash2(new TextEncoder().encode(text)), binary);
      assert.equal(phash2OfList([text]), list);
    });
  }

  it("encodes a text as UTF-8", () => {
    assert.equal(phash2("ü€"), 41165943);
  });

  it("of a list with several texts is that of Erlang", () => {
    assert.equal(phash2OfList(["key", "x"]), 62064970);
    assert.equal(phash2OfList(["", ""]), 8578898);
    assert.equal(phash2OfList(["ab", "", "0123456789012345678901234567890"]), 90616223);
  });
});
