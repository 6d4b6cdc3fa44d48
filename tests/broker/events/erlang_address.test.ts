import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { erlangAddress } from "../../../src/broker/events/erlang_address.ts";

describe("an address in Erlang's notation", () => {
  for (
    const [host, written] of [
      ["127.0.0.1", "{127,0,0,1}"],
      ["::1", "{0,0,0,0,0,0,0,1}"],
      ["2001:db8::ff", "{8193,3512,0,0,0,0,0,255}"],
      ["fe80::", "{65152,0,0,0,0,0,0,0}"],
      ["1:2:3:4:5:6:7:8", "{1,2,3,4,5,6,7,8}"],
    ]
  ) {
    it(`is ${written} for ${host}`, () => assert.equal(erlangAddress(host), written));
  }
});
