import { cachedViewOf } from "../wire/copy.ts";
import { type ConnectionError, frameError, NO_METHOD } from "../wire/error.ts";
import {
  EMPTY_FRAME_BYTES,
  FRAME_BODY,
  FRAME_END,
  FRAME_HEADER,
  FRAME_HEADER_BYTES,
  FRAME_HEARTBEAT,
  FRAME_METHOD,
} from "./frame.ts";

/** The receiver of frames. */
export interface FrameHandler {
  /** Handles a frame, whose payload lies `at` in `bytes` and has `size` bytes. Must not throw. */
  frame(type: number, channel: number, bytes: Uint8Array, at: number, size: number): void;
  /** True while the handler takes no frames. */
  readonly isPaused: boolean;
}

const NO_BYTES = new Uint8Array(0);
/** Largest payload that can be accepted, as sizes are taken for signed numbers. In bytes. */
const PAYLOAD_LIMIT_BYTES = 0x7fffffff;

/**
 * Splits an AMQP byte stream, which comes in chunks of any size, into frames. Frames are passed on where they lie in
 * their chunk; only a frame that is cut by the end of a chunk is put together in a buffer of its own.
 */
export class FrameReader {
  readonly #handler: FrameHandler;
  #maxPayloadBytes!: number;
  /** Number of frames that were passed on. */
  frames = 0;
  #cut = NO_BYTES;
  #cutBytes = 0;
  #chunk: Uint8Array = NO_BYTES;
  /** Offset of the next frame in the chunk. */
  #at = 0;
  /** Offset of the payload that {@linkcode take} found, and its size in bytes. */
  payloadAt = 0;
  payloadSize = 0;

  constructor(handler: FrameHandler, maxPayloadBytes: number) {
    this.#handler = handler;
    this.maxPayloadBytes = maxPayloadBytes;
  }

  /**
   * Largest payload that is accepted, in bytes; 0 is any size. RabbitMQ allows frame_max, 8 bytes more than AMQP does.
   */
  set maxPayloadBytes(bytes: number) {
    this.#maxPayloadBytes = bytes === 0 ? PAYLOAD_LIMIT_BYTES : Math.min(bytes, PAYLOAD_LIMIT_BYTES);
  }

  /**
   * Passes on the complete frames, starting at `from`, until the chunk is used up or the handler pauses; returns where
   * it stopped. Throws FRAME_ERROR when the bytes are not frames; the stream makes no sense from there on.
   */
  read(chunk: Uint8Array, from: number): number {
    const handler = this.#handler;
    const end = chunk.length;
    this.#at = from;
    if (this.#cutBytes > 0) {
      this.#at = this.#completeCut(chunk, from);
      if (handler.isPaused) return this.#at;
    }
    this.#chunk = chunk;
    for (let at = this.#at; end - at >= FRAME_HEADER_BYTES; at = this.#at) {
      const size = this.#payloadBytes(chunk, at);
      const next = at + size + EMPTY_FRAME_BYTES;
      if (next > end) break;
      if (chunk[next - 1] !== FRAME_END) throw badEnd(chunk, at, size);
      this.#at = next;
      this.frames++;
      handler.frame(chunk[at], chunk[at + 1] << 8 | chunk[at + 2], chunk, at + FRAME_HEADER_BYTES, size);
      if (handler.isPaused) return this.#at;
    }
    this.#chunk = NO_BYTES;
    if (this.#at < end) this.#keep(chunk, this.#at, end);
    return end;
  }

  /**
   * Takes the next frame while {@linkcode FrameHandler.frame} handles the one before it, in `bytes`: if it has this
   * type and channel, and is complete in the same chunk. Content frames mostly are, and take a shorter way.
   */
  take(type: number, channel: number, bytes: Uint8Array): boolean {
    const at = this.#at;
    const end = bytes.length;
    if (bytes !== this.#chunk || end - at < EMPTY_FRAME_BYTES) return false;
    const view = cachedViewOf(bytes);
    // The fourth byte belongs to the size.
    if (view.getInt32(at) >> 8 !== (type << 16 | channel)) return false;
    const size = view.getInt32(at + 3);
    if (size < 0 || size > this.#maxPayloadBytes) return false;
    const next = at + size + EMPTY_FRAME_BYTES;
    if (next > end || bytes[next - 1] !== FRAME_END) return false;
    this.#at = next;
    this.frames++;
    this.payloadAt = at + FRAME_HEADER_BYTES;
    this.payloadSize = size;
    return true;
  }

  #payloadBytes(bytes: Uint8Array, at: number): number {
    const size = bytes[at + 3] << 24 | bytes[at + 4] << 16 | bytes[at + 5] << 8 | bytes[at + 6];
    if (size < 0 || size > this.#maxPayloadBytes) {
      const most = this.#maxPayloadBytes - EMPTY_FRAME_BYTES;
      throw frameError(`type ${bytes[at]}, all octets = <<>>: {frame_too_large,${size >>> 0},${most}}`);
    }
    return size;
  }

  /**
   * Completes the cut frame, as far as the chunk goes, and passes it on when it is complete. Returns where its part of
   * the chunk ends.
   */
  #completeCut(chunk: Uint8Array, from: number): number {
    let at = from;
    if (this.#cutBytes < FRAME_HEADER_BYTES) {
      at = this.#keep(chunk, at, Math.min(chunk.length, at + FRAME_HEADER_BYTES - this.#cutBytes));
      if (this.#cutBytes < FRAME_HEADER_BYTES) return at;
    }
    const size = this.#payloadBytes(this.#cut, 0);
    at = this.#keep(chunk, at, Math.min(chunk.length, at + size + EMPTY_FRAME_BYTES - this.#cutBytes));
    const frame = this.#cut;
    if (this.#cutBytes < size + EMPTY_FRAME_BYTES) return at;
    if (frame[size + EMPTY_FRAME_BYTES - 1] !== FRAME_END) throw badEnd(frame, 0, size);
    this.#cut = NO_BYTES;
    this.#cutBytes = 0;
    this.frames++;
    this.#handler.frame(frame[0], frame[1] << 8 | frame[2], frame, FRAME_HEADER_BYTES, size);
    return at;
  }

  /** Adds a part of a chunk to the cut frame. Returns where the part ends. */
  #keep(chunk: Uint8Array, from: number, to: number): number {
    const needed = this.#cutBytes + to - from;
    if (needed > this.#cut.length) {
      const grown = new Uint8Array(Math.max(needed, 256, this.#cut.length * 2));
      grown.set(this.#cut.subarray(0, this.#cutBytes));
      this.#cut = grown;
    }
    this.#cut.set(chunk.subarray(from, to), this.#cutBytes);
    this.#cutBytes = needed;
    return to;
  }
}

function badEnd(bytes: Uint8Array, at: number, size: number): ConnectionError {
  const payload = at + FRAME_HEADER_BYTES;
  const marker = bytes[payload + size];
  return frameError(`${describeFrame(bytes[at], bytes, payload, size)}: {invalid_frame_end_marker,${marker}}`);
}

/** Throws FRAME_ERROR unless this type of frame may have a payload of this size. */
export function checkFrame(type: number, bytes: Uint8Array, at: number, size: number): void {
  const isFrame = type === FRAME_METHOD
    ? size >= 4
    : type === FRAME_HEARTBEAT
    ? size === 0
    : type === FRAME_HEADER || type === FRAME_BODY;
  if (!isFrame) throw frameError(`${describeFrame(type, bytes, at, size)}: unknown_frame`, NO_METHOD);
}

/** Describes a frame as RabbitMQ's error texts do, with all of its payload or the first 16 bytes. */
export function describeFrame(type: number, bytes: Uint8Array, at: number, size: number): string {
  const shown = bytes.subarray(at, at + Math.min(size, 16)).join();
  return `type ${type}, ${size > 16 ? "first 16" : "all"} octets = <<${shown}>>`;
}
