import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Node } from "../../src/broker/node/node.ts";
import { BufferPool } from "../../src/transport/buffer_pool.ts";
import { Output } from "../../src/amqp091/output.ts";
import { FakeClock, settled } from "../fake_clock.ts";

/** Opens an output to a peer that completes a write when the test says so. */
function open({ isDoneWithWritten = true } = {}) {
  const node = new Node({ clock: new FakeClock(), memoryHighWatermarkBytes: Infinity });
  const pool = new BufferPool();
  const written: Uint8Array[] = [];
  let take: () => void = () => {};
  const writable = new WritableStream<Uint8Array>({
    write(chunk) {
      written.push(chunk);
      return new Promise((resolve) => take = resolve);
    },
  });
  const output = new Output(node, pool, { readable: new ReadableStream(), writable, isDoneWithWritten }, 1000);
  return { node, pool, output, written, take: () => take() };
}

const bytes = (length: number, value = 1): Uint8Array => new Uint8Array(length).fill(value);

describe("a connection's output", () => {
  it("leaves in one write for each turn, and gathers while a write is under way", async () => {
    const { node, output, written, take } = open();
    for (let i = 0; i < 10; i++) output.raw(bytes(10, i));
    await settled();
    assert.equal(written.length, 0);
    node.endTurn();
    await settled();
    assert.deepEqual(written.map(({ length }) => length), [100]);
    for (let i = 0; i < 5; i++) {
      output.raw(bytes(10));
      node.endTurn();
    }
    await settled();
    assert.equal(written.length, 1);
    take();
    await settled();
    assert.deepEqual(written.map(({ length }) => length), [100, 50]);
  });

  it("returns its buffer after a write, and holds none while it is empty", async () => {
    const { node, pool, output, written, take } = open();
    output.raw(bytes(10));
    node.endTurn();
    await settled();
    take();
    await settled();
    assert.equal(pool.take(10).buffer, written[0].buffer);
    assert.equal(output.bytes.length, 0);
  });

  it("writes memory of its own to a transport that may keep it", async () => {
    const { node, output, written, take } = open({ isDoneWithWritten: false });
    output.raw(bytes(10, 1));
    node.endTurn();
    await settled();
    take();
    await settled();
    output.raw(bytes(10, 2));
    node.endTurn();
    await settled();
    assert.deepEqual(written, [bytes(10, 1), bytes(10, 2)]);
    assert.equal(written[0].buffer.byteLength, 10);
  });

  it("is full from its high-water mark on, and has room again as soon as it is being written", async () => {
    const { node, output, take } = open();
    output.raw(bytes(999));
    assert.equal(output.isFull, false);
    output.raw(bytes(1));
    assert.equal(output.isFull, true);
    node.endTurn();
    assert.equal(output.isFull, false);
    output.raw(bytes(1000));
    node.endTurn();
    let hasRoom = false;
    output.whenRoom().then(() => hasRoom = true);
    await settled();
    assert.equal(hasRoom, false);
    take();
    await settled();
    assert.equal(hasRoom, true);
  });

  it("is written before it ends, and nothing afterwards", async () => {
    const { node, output, written, take } = open();
    output.raw(bytes(10));
    output.end();
    let hasEnded = false;
    output.ended.then(() => hasEnded = true);
    await settled();
    assert.deepEqual([written.length, hasEnded], [1, false]);
    take();
    await settled();
    assert.equal(hasEnded, true);
    output.raw(bytes(10));
    node.endTurn();
    await settled();
    assert.deepEqual([written.length, output.length], [1, 0]);
  });

  it("ends at once when it is aborted, although a write is under way that never ends", async () => {
    const { node, output } = open();
    output.raw(bytes(10));
    node.endTurn();
    await settled();
    output.raw(bytes(2000));
    const room = output.whenRoom();
    output.abort();
    await output.ended;
    await room;
    assert.deepEqual([output.length, output.isFull], [0, true]);
  });
});

describe("a buffer pool", () => {
  for (const [size, askedBytes, mostKept] of [["small", 100, 1024], ["large", 5000, 16]] as const) {
    it(`lends ${size} buffers that were returned, and keeps a limited number`, () => {
      const pool = new BufferPool();
      const first = pool.take(askedBytes);
      pool.give(first);
      assert.equal(pool.take(askedBytes), first);
      const many = Array.from({ length: 2000 }, () => pool.take(askedBytes));
      for (const buffer of many) pool.give(buffer);
      const given = new Set(many);
      const kept = Array.from({ length: 2000 }, () => pool.take(askedBytes)).filter((buffer) => given.has(buffer));
      assert.equal(kept.length, mostKept);
    });
  }

  it("lends a small buffer for a small request, and a large one in the requested size", () => {
    const pool = new BufferPool();
    assert.equal(pool.take(21).length, 1024);
    assert.ok(pool.take(1025).length >= 1025);
    const huge = pool.take(2 * 1024 * 1024);
    assert.equal(huge.length, 2 * 1024 * 1024);
    pool.give(huge);
    pool.give(bytes(10));
    assert.equal(pool.take(5000).length, 64 * 1024);
    assert.equal(pool.take(1).length, 1024);
  });
});
