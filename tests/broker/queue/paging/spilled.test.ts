import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Message, Messages } from "../../../../src/broker/message/messages.ts";
import { readSpilled, SpillWriter } from "../../../../src/broker/queue/paging/spilled.ts";
import { cachedViewOf } from "../../../../src/wire/copy.ts";

const encoder = new TextEncoder();

function messageWith(messages: Messages, body: string): Message {
  const bytes = encoder.encode(body);
  const message = messages.create(cachedViewOf(Uint8Array.of(0, 1, 107)), new Uint8Array(14), 0, 14, bytes.length);
  messages.write(message, 0, bytes, 0, bytes.length);
  return message;
}

describe("spilled messages", () => {
  it("are unchanged when they are read: content, time, and whether they have died", () => {
    const messages = new Messages();
    const bodies = ["", "a", "b".repeat(300_000), "c"];
    const writer = new SpillWriter();
    bodies.forEach((body, i) => {
      const message = messageWith(messages, body);
      if (i % 2 === 1) messages.setTime(message, 1000.5 + i);
      if (i >= 2) messages.setDied(message);
      writer.add(7 + i, messages.locate(message));
    });
    assert.equal(writer.isFull, true);
    const block = readSpilled(writer.written(), 7, 10);
    const found = [];
    while (block.next()) {
      const start = block.offset + block.addressBytes + block.headerBytes;
      const body = new TextDecoder().decode(block.bytes.subarray(start, start + block.bodyBytes));
      found.push([block.position, body, block.time, block.hasDied]);
    }
    assert.deepEqual(found, [
      [7, "", 0, false],
      [8, "a", 1001.5, false],
      [9, bodies[2], 0, true],
      [10, "c", 1003.5, true],
    ]);
  });
});
