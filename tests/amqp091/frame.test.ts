import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EMPTY_FRAME_BYTES, HEARTBEAT_FRAME } from "../../src/amqp091/frame.ts";

describe("a heartbeat frame", () => {
  it("is an empty frame of type 8 on channel 0", () => {
    assert.equal(HEARTBEAT_FRAME.toHex(), "08" + "0000" + "00000000" + "ce");
    assert.equal(HEARTBEAT_FRAME.length, EMPTY_FRAME_BYTES);
  });
});
