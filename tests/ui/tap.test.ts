import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "../../ui/api/types.ts";
import { addLook, KEPT_MAX, NOTHING_SEEN } from "../../ui/pages/tap/sample.ts";

const message = (payload: string, behind = 0): Message => ({
  payload,
  payload_encoding: "string",
  payload_bytes: payload.length,
  exchange: "",
  routing_key: "orders",
  redelivered: false,
  message_count: behind,
  properties: {},
});

describe("looks of the live tap", () => {
  it("add what was not in the look before, the newest first", () => {
    const first = addLook(NOTHING_SEEN, "orders", [message("a", 1), message("b", 0)]);
    const next = addLook(first, "orders", [message("b", 1), message("c", 0)]);
    assert.deepEqual(next.messages.map(({ id, message }) => [id, message.payload]), [[3, "c"], [2, "b"], [1, "a"]]);
  });

  it("tell equal messages by their number, and queues apart", () => {
    const first = addLook(NOTHING_SEEN, "orders", [message("a")]);
    const next = addLook(first, "orders", [message("a"), message("a")]);
    assert.equal(next.count, 2);
    assert.equal(addLook(next, "invoices", [message("a")]).count, 3);
  });

  it("keep a bounded number of messages, and count all", () => {
    const look = Array.from({ length: KEPT_MAX + 5 }, (_, at) => message(`${at}`));
    const seen = addLook(NOTHING_SEEN, "orders", look);
    assert.deepEqual([seen.messages.length, seen.count], [KEPT_MAX, KEPT_MAX + 5]);
  });
});
