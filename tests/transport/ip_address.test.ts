import assert from "node:assert/strict";
import { isIP } from "node:net";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { formatIpAddress, parseIpAddress } from "../../src/transport/ip_address.ts";

describe("an IP address", () => {
  for (
    const [text, written] of [
      ["192.0.2.1"],
      ["::"],
      ["::1"],
      ["1::"],
      ["2001:db8::1:0:0:1"],
      ["2001:db8:0:1:1:1:1:1"],
      ["2001:0DB8:0:0:0:0:0:1", "2001:db8::1"],
      ["::ffff:192.0.2.1", "192.0.2.1"],
      ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
    ]
  ) {
    it(`${text} is read and written`, () => assert.equal(formatIpAddress(parseIpAddress(text)!), written ?? text));
  }

  it("is read where Node reads one, and written so that it reads the same", () => {
    const part = fc.constantFrom("0", "1", "255", "256", "01", "ffff", "10000", ":", "::", ".", "g", "");
    const almost = fc.array(part, { maxLength: 17 }).map((parts) => parts.join(""));
    fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), almost), (text) => {
      const bytes = parseIpAddress(text);
      assert.equal(bytes?.length, { 0: undefined, 4: 4, 6: 16 }[isIP(text)], text);
      if (bytes === undefined) return;
      const again = parseIpAddress(formatIpAddress(bytes))!;
      assert.deepEqual(again, bytes.subarray(bytes.length - again.length));
    }));
  });
});
