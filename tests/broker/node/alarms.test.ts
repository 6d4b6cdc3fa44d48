import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Alarms } from "../../../src/broker/node/alarms.ts";
import { Node } from "../../../src/broker/node/node.ts";
import type { EventSink } from "../../../src/broker/events/events.ts";
import { type Message, Messages } from "../../../src/broker/message/messages.ts";
import { cachedViewOf } from "../../../src/wire/copy.ts";
import { FakeClock, settled } from "../../fake_clock.ts";
import { SlowStore } from "../../slow_store.ts";

const MEBIBYTE = 1024 * 1024;
const LIMIT_BYTES = 4 * MEBIBYTE;

/** Makes a message with a body of a given size. */
function fill(messages: Messages, bytes: number): Message {
  const message = messages.create(cachedViewOf(Uint8Array.of(0, 0)), new Uint8Array(14), 0, 14, bytes);
  messages.write(message, 0, new Uint8Array(bytes), 0, bytes);
  return message;
}

describe("alarms", () => {
  const open = () => {
    const [messages, store] = [new Messages(), new SlowStore()];
    const told: unknown[] = [];
    const sink: EventSink = {
      node: "node",
      pidOf: () => "",
      notify: (event, facts) => told.push([event, facts]),
    };
    const alarms = new Alarms({ name: "node", messages, store, memoryHighWatermarkBytes: LIMIT_BYTES });
    return { messages, store, told, sink, alarms };
  };

  it("name the reason in RabbitMQ's words", () => {
    const { messages, store, alarms } = open();
    assert.equal(alarms.blockedReason, undefined);
    store.isShortOfSpace = true;
    assert.equal(alarms.blockedReason, "low on disk");
    fill(messages, LIMIT_BYTES);
    assert.equal(alarms.blockedReason, "low on memory & disk");
    store.isShortOfSpace = false;
    assert.equal(alarms.blockedReason, "low on memory");
  });

  it("for memory end a fifth below the limit", () => {
    const { messages, alarms } = open();
    const [half, third, fifth] = [2, 1.4, 0.9].map((part) => fill(messages, part * MEBIBYTE));
    assert.equal(alarms.blockedReason, "low on memory");
    messages.release(fifth);
    assert.equal(alarms.blockedReason, "low on memory");
    messages.release(third);
    assert.equal(alarms.blockedReason, undefined);
    fill(messages, 1.4 * MEBIBYTE);
    assert.equal(alarms.blockedReason, undefined);
    messages.release(half);
  });

  it("are reported once when they begin, and once when they end", () => {
    const { messages, store, told, sink, alarms } = open();
    const message = fill(messages, LIMIT_BYTES);
    store.isShortOfSpace = true;
    for (let i = 0; i < 2; i++) alarms.notify(sink);
    messages.release(message);
    for (let i = 0; i < 2; i++) alarms.notify(sink);
    assert.deepEqual(told, [
      ["alarm.set", { source: "memory", node: "node" }],
      ["alarm.set", { source: "disk", node: "node" }],
      ["alarm.cleared", { source: "memory", node: "node" }],
    ]);
  });

  it("let publishers continue when the last one ends", async () => {
    const { messages, store, alarms } = open();
    const message = fill(messages, LIMIT_BYTES);
    store.isShortOfSpace = true;
    let resumed = 0;
    for (let i = 0; i < 2; i++) alarms.whenUnblocked().then(() => resumed++);
    const resume = async () => {
      alarms.resumeUnblocked();
      await settled();
    };
    store.isShortOfSpace = false;
    await resume();
    assert.equal(resumed, 0);
    messages.release(message);
    await resume();
    assert.equal(resumed, 2);
  });
});

describe("a memory alarm", () => {
  it("ends when compaction has freed enough, without any activity", async () => {
    const clock = new FakeClock();
    const node = new Node({ clock, memoryHighWatermarkBytes: 24 * 1024 * 1024 });
    const { messages } = node;
    const header = new Uint8Array(14);
    const all: Message[] = [];
    for (let i = 0; i < 60_000; i++) {
      const message = messages.create(cachedViewOf(Uint8Array.of(0, 0)), header, 0, header.length, 1000);
      messages.write(message, 0, header, 0, header.length);
      all.push(message);
    }
    assert.equal(node.blockedReason, "low on memory");
    let isUnblocked = false;
    node.whenUnblocked().then(() => isUnblocked = true);
    all.forEach((message, index) => {
      if (index % 100 !== 0) messages.release(message);
    });
    node.endTurn();
    await settled();
    assert.equal(isUnblocked, false);
    await clock.advance(1);
    assert.equal(node.blockedReason, undefined);
    assert.equal(isUnblocked, true);
    assert.equal(clock.timerCount, 0);
  });
});
