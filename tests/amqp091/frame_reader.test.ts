import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { ConnectionError } from "../../src/wire/error.ts";
import { type FrameHandler, FrameReader } from "../../src/amqp091/frame_reader.ts";
import { concat, frame } from "../frames.ts";

const PAYLOAD_MAX = 4096;

interface Frame {
  readonly type: number;
  readonly channel: number;
  readonly payload: Uint8Array;
}

/** Copies the frames, and pauses after each for which `pausesAfter` returns true. */
class Frames implements FrameHandler {
  readonly all: Frame[] = [];
  isPaused = false;
  pausesAfter = (_count: number) => false;

  frame(type: number, channel: number, bytes: Uint8Array, at: number, size: number): void {
    assert.equal(this.isPaused, false, "a frame came while paused");
    this.all.push({ type, channel, payload: bytes.slice(at, at + size) });
    this.isPaused = this.pausesAfter(this.all.length);
  }
}

/** Feeds chunks one after the other as a connection does: the rest of a chunk is read after a pause. */
function feed(reader: FrameReader, frames: Frames, chunks: readonly Uint8Array[]): void {
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      at = reader.read(chunk, at);
      frames.isPaused = false;
    }
  }
}

/** Cuts bytes at places given as any numbers. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  // As from a socket, the next chunk replaces the one before.
  return [0, ...at].map((start, index) => bytes.slice(start, at[index] ?? bytes.length)).filter(({ length }) => length);
}

const encode = ({ type, channel, payload }: Frame): Uint8Array => frame(type, channel, payload);

const anyFrame: fc.Arbitrary<Frame> = fc.record({
  type: fc.integer({ min: 0, max: 255 }),
  channel: fc.integer({ min: 0, max: 65535 }),
  payload: fc.oneof(
    { weight: 4, arbitrary: fc.uint8Array({ maxLength: 40 }) },
    fc.uint8Array({ maxLength: PAYLOAD_MAX, size: "max" }),
  ),
}, { noNullPrototype: true });
const places = fc.array(fc.nat(), { maxLength: 40 });

describe("a frame reader", () => {
  it("passes on the same frames however the bytes are cut into chunks", () => {
    fc.assert(fc.property(fc.array(anyFrame, { maxLength: 20 }), places, (sent, places) => {
      const frames = new Frames();
      feed(new FrameReader(frames, PAYLOAD_MAX), frames, cut(concat(...sent.map(encode)), places));
      assert.deepEqual(frames.all, sent);
    }));
  });

  it("passes on the same frames byte by byte", () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 8 }), (sent) => {
        const frames = new Frames();
        const chunks = [...concat(...sent.map(encode))].map((byte) => Uint8Array.of(byte));
        feed(new FrameReader(frames, PAYLOAD_MAX), frames, chunks);
        assert.deepEqual(frames.all, sent);
      }),
      { numRuns: 20 },
    );
  });

  it("passes on the same frames when the handler pauses now and then", () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 20 }),
        places,
        fc.infiniteStream(fc.boolean()),
        (sent, places, pauses) => {
          const frames = new Frames();
          frames.pausesAfter = () => pauses.next().value!;
          feed(new FrameReader(frames, PAYLOAD_MAX), frames, cut(concat(...sent.map(encode)), places));
          assert.deepEqual(frames.all, sent);
        },
      ),
    );
  });

  it("lets a handler take the following frames, of one type and channel, in order", () => {
    const few: fc.Arbitrary<Frame> = fc.record({
      type: fc.integer({ min: 1, max: 3 }),
      channel: fc.constantFrom(1, 1, 1, 2),
      payload: fc.uint8Array({ maxLength: 40 }),
    }, { noNullPrototype: true });
    const fewPlaces = fc.array(fc.nat(), { maxLength: 4 });
    let takenCount = 0;
    fc.assert(fc.property(fc.array(few, { minLength: 10, maxLength: 40 }), fewPlaces, (sent, places) => {
      const all: Frame[] = [];
      const reader = new FrameReader({
        isPaused: false,
        frame(type, channel, bytes, at, size) {
          all.push({ type, channel, payload: bytes.slice(at, at + size) });
          while (reader.take(3, channel, bytes)) {
            const { payloadAt, payloadSize } = reader;
            all.push({ type: 3, channel, payload: bytes.slice(payloadAt, payloadAt + payloadSize) });
            takenCount++;
          }
        },
      }, PAYLOAD_MAX);
      for (const chunk of cut(concat(...sent.map(encode)), places)) assert.equal(reader.read(chunk, 0), chunk.length);
      assert.deepEqual(all, sent);
      assert.equal(reader.frames, sent.length);
    }));
    assert.ok(takenCount > 100, `only ${takenCount} frames were taken`);
  });

  it("leaves frames that are too large, or end wrongly, to its own check", () => {
    const large = frame(3, 1, new Uint8Array(PAYLOAD_MAX + 1));
    for (const wrong of [large, frame(3, 1, Uint8Array.of(1, 2), 0xcd)]) {
      const taken: boolean[] = [];
      const reader = new FrameReader({
        isPaused: false,
        frame: (_type, channel, bytes) => taken.push(reader.take(3, channel, bytes)),
      }, PAYLOAD_MAX);
      assert.throws(() => reader.read(concat(frame(1, 1), wrong), 0), ConnectionError);
      assert.deepEqual(taken, [false]);
    }
  });

  it("returns where it stopped for a pause", () => {
    const frames = new Frames();
    frames.pausesAfter = (count) => count === 2;
    const reader = new FrameReader(frames, PAYLOAD_MAX);
    const bytes = concat(frame(1, 1), frame(8, 0), frame(1, 2));
    assert.equal(reader.read(bytes, 0), 16);
    assert.equal(frames.all.length, 2);
    frames.isPaused = false;
    assert.equal(reader.read(bytes, 16), 24);
    assert.deepEqual(frames.all.map(({ channel }) => channel), [1, 0, 2]);
  });

  it("no longer uses a chunk that it has read, so that the next may come in the same memory", () => {
    const sent = Array.from(
      { length: 50 },
      (_, i) => ({ type: 3, channel: i, payload: new Uint8Array(i * 3).fill(i) }),
    );
    const bytes = concat(...sent.map(encode));
    const frames = new Frames();
    const reader = new FrameReader(frames, PAYLOAD_MAX);
    const memory = new Uint8Array(37);
    for (let at = 0; at < bytes.length; at += memory.length) {
      memory.fill(0xff);
      memory.set(bytes.subarray(at, at + memory.length));
      reader.read(memory.subarray(0, Math.min(memory.length, bytes.length - at)), 0);
    }
    assert.deepEqual(frames.all, sent);
  });

  it("refuses a payload that is too large as soon as its size is known", () => {
    for (const size of [PAYLOAD_MAX + 1, 0x7fffffff, 0x80000000, 0xffffffff]) {
      for (const cutAt of [1, 6, 7]) {
        const frames = new Frames();
        const reader = new FrameReader(frames, PAYLOAD_MAX);
        const head = new Uint8Array(7);
        head[0] = 1;
        new DataView(head.buffer).setUint32(3, size);
        const isRefused = (error: unknown) =>
          error instanceof ConnectionError && error.code === 501 && error.message.includes(`frame_too_large,${size}`);
        assert.throws(() => feed(reader, frames, [frame(8, 0), head.slice(0, cutAt), head.slice(cutAt)]), isRefused);
        assert.equal(frames.all.length, 1);
      }
    }
  });

  it("accepts payloads of any size without a limit, and none above a limit that is set later", () => {
    const frames = new Frames();
    const reader = new FrameReader(frames, 0);
    const large = frame(3, 1, new Uint8Array(300_000));
    feed(reader, frames, [large.subarray(0, 100_000), large.subarray(100_000)]);
    assert.equal(frames.all.length, 1);
    reader.maxPayloadBytes = 299_999;
    assert.throws(() => reader.read(large, 0), ConnectionError);
  });

  it("refuses a frame that does not end in 206, whole or cut, after passing on those before it", () => {
    const wrong = frame(1, 3, Uint8Array.of(1, 2, 3, 4, 5), 0xcd);
    fc.assert(fc.property(places, (places) => {
      const frames = new Frames();
      const reader = new FrameReader(frames, PAYLOAD_MAX);
      const bytes = concat(frame(8, 0), wrong, frame(8, 0));
      assert.throws(
        () => feed(reader, frames, cut(bytes, places)),
        (error) => error instanceof ConnectionError && error.code === 501 && error.message.includes("205"),
      );
      assert.equal(frames.all.length, 1);
    }));
  });

  it("takes memory for a cut frame only as its bytes come", () => {
    const made: number[] = [];
    const construct = globalThis.Uint8Array;
    const reader = new FrameReader(new Frames(), 0);
    const head = concat(Uint8Array.of(3, 0, 1), Uint8Array.of(0x40, 0, 0, 0), new Uint8Array(1000));
    globalThis.Uint8Array = new Proxy(construct, {
      construct(target, args, newTarget) {
        if (typeof args[0] === "number") made.push(args[0]);
        return Reflect.construct(target, args, newTarget);
      },
    });
    try {
      reader.read(head, 0);
    } finally {
      globalThis.Uint8Array = construct;
    }
    assert.ok(Math.max(...made) <= 4096, `${Math.max(...made)} bytes were taken for 1 KB of a frame of 1 GiB`);
  });
});
