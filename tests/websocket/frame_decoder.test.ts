import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { OP_BINARY, OP_CLOSE, OP_CONTINUATION, OP_PING, OP_PONG, OP_TEXT } from "../../src/websocket/frame.ts";
import { FrameDecoder } from "../../src/websocket/frame_decoder.ts";
import { clientFrame, type FrameParts, joined } from "./client_frames.ts";

const MAX_BYTES = 100_000;

/** Decodes chunks. Returns the data of all, and the decoder. */
function decode(...chunks: readonly Uint8Array[]): { data: Uint8Array; decoder: FrameDecoder } {
  const decoder = new FrameDecoder(MAX_BYTES);
  const parts = chunks.map((chunk) => {
    const own = chunk.slice();
    decoder.decode(own);
    return own.slice(decoder.start, decoder.end);
  });
  return { data: joined(...parts), decoder };
}

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const decodeFrames = (...frames: readonly FrameParts[]) => decode(joined(...frames.map(clientFrame)));

describe("a decoder of frames", () => {
  it("unmasks data of any length", () => {
    for (const length of [0, 1, 3, 4, 5, 15, 16, 17, 125, 126, 127, 65_535, 65_536, 99_999]) {
      const payload = Uint8Array.from({ length }, (_, at) => at * 7);
      const { data, decoder } = decodeFrames({ payload });
      assert.deepEqual(data, payload);
      assert.equal(decoder.close, undefined);
    }
  });

  it("puts the data of all frames of a chunk together", () => {
    const frames = Array.from({ length: 1000 }, (_, at) => ({ payload: `${at} `.repeat(at % 9) }));
    const { data } = decodeFrames(...frames);
    assert.equal(text(data), frames.map(({ payload }) => payload).join(""));
  });

  it("takes messages of several frames, with pings between", () => {
    const { data, decoder } = decodeFrames(
      { payload: "a", isFinal: false },
      { opcode: OP_PING, payload: "?" },
      { payload: "b", opcode: OP_CONTINUATION, isFinal: false },
      { payload: "c", opcode: OP_CONTINUATION },
      { payload: "d" },
    );
    assert.equal(text(data), "abcd");
    assert.equal(text(decoder.ping!), "?");
    assert.equal(decoder.close, undefined);
  });

  it("keeps the last ping, and ignores pongs", () => {
    const { decoder } = decodeFrames({ opcode: OP_PING, payload: "1" }, { opcode: OP_PONG, payload: "2" });
    assert.equal(text(decoder.ping!), "1");
  });

  it("reads a close with its code, and nothing behind it", () => {
    const { data, decoder } = decodeFrames(
      { payload: "a" },
      { opcode: OP_CLOSE, payload: "\x03\xe8bye" },
      { payload: "b" },
    );
    assert.equal(text(data), "a");
    assert.deepEqual(decoder.close, { code: 1000, reason: "bye", isByPeer: true });
    assert.deepEqual(decodeFrames({ opcode: OP_CLOSE }).decoder.close, { code: 1005, reason: "", isByPeer: true });
  });

  for (
    const [what, frame, code] of [
      ["without a mask", { payload: "a", mask: null }, 1002],
      ["of text", { opcode: OP_TEXT, payload: "a" }, 1003],
      ["with a reserved bit", { reserved: 0x40 }, 1002],
      ["with an unknown opcode for data", { opcode: 3 }, 1002],
      ["with an unknown opcode for control", { opcode: 11 }, 1002],
      ["that continues nothing", { opcode: OP_CONTINUATION }, 1002],
      ["of a ping that is fragmented", { opcode: OP_PING, isFinal: false }, 1002],
      ["of a ping that is too long", { opcode: OP_PING, payload: "a".repeat(126) }, 1002],
      ["of a message that is too large", { length: BigInt(MAX_BYTES + 1) }, 1009],
      ["of a message that no computer holds", { length: 2n ** 62n }, 1009],
      ["with a negative length", { length: 2n ** 63n }, 1002],
      ["of a close with half a code", { opcode: OP_CLOSE, payload: "\x03" }, 1002],
      ["of a close with a code that is never sent", { opcode: OP_CLOSE, payload: "\x03\xed" }, 1002],
      ["of a close with a code of nobody", { opcode: OP_CLOSE, payload: "\x07\xd0" }, 1002],
      ["of a close whose reason is not UTF-8", { opcode: OP_CLOSE, payload: "\x03\xe8\xff" }, 1007],
    ] as const satisfies readonly (readonly [string, FrameParts, number])[]
  ) {
    it(`closes with ${code} at a frame ${what}, behind the data before`, () => {
      const { data, decoder } = decodeFrames({ payload: "before" }, frame, { payload: "behind" });
      assert.equal(text(data), "before");
      assert.equal(decoder.close?.code, code);
      assert.equal(decoder.close?.isByPeer, false);
    });
  }

  it("closes with 1002 at a message inside another one", () => {
    assert.equal(decodeFrames({ isFinal: false }, { opcode: OP_BINARY }).decoder.close?.code, 1002);
  });

  it("closes with 1002 at lengths that are written longer than needed", () => {
    const mask = [0, 0, 0, 0];
    assert.equal(decode(Uint8Array.of(0x82, 0xfe, 0, 125, ...mask)).decoder.close?.code, 1002);
    assert.equal(decode(Uint8Array.of(0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...mask)).decoder.close?.code, 1002);
  });

  it("counts all frames of a message, and each message for itself", () => {
    const half = { payload: new Uint8Array(MAX_BYTES / 2 + 1) };
    assert.equal(decodeFrames(half, half).decoder.close, undefined);
    const fragments = [{ ...half, isFinal: false }, { ...half, opcode: OP_CONTINUATION }];
    assert.equal(decodeFrames(...fragments).decoder.close?.code, 1009);
  });

  it("finds the same data however the frames are cut into chunks", () => {
    const frame = fc.record({
      length: fc.oneof(fc.nat(20), fc.nat(300), fc.constant(70_000)),
      mask: fc.uint8Array({ minLength: 4, maxLength: 4 }),
      hasPing: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 12 }), fc.infiniteStream(fc.integer({ min: 1, max: 5000 })), (
        frames,
        sizes,
      ) => {
        const payloads = frames.map(({ length }, at) => Uint8Array.from({ length }, (_, i) => i * 31 + at));
        const bytes = joined(...frames.flatMap(({ mask, hasPing }, at) => [
          clientFrame({ payload: payloads[at], mask: [...mask] }),
          ...hasPing ? [clientFrame({ opcode: OP_PING, payload: "ping", mask: [...mask] })] : [],
        ]));
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < bytes.length;) {
          const size = sizes.next().value;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        const { data, decoder } = decode(...chunks);
        assert.equal(decoder.close, undefined);
        assert.deepEqual(data, joined(...payloads));
        if (frames.some(({ hasPing }) => hasPing)) assert.equal(text(decoder.ping!), "ping");
      }),
      { numRuns: 40 },
    );
  });
});
