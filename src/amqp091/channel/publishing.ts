import {
  frameError,
  type MethodId,
  NO_METHOD,
  notImplemented,
  syntaxError,
  unexpectedFrame,
} from "../../wire/error.ts";
import { cachedViewOf } from "../../wire/copy.ts";
import { longlongAt } from "../../wire/longlong.ts";
import { BODY_SIZE_OFFSET, CLASS_BASIC, CONTENT_HEADER_MIN_BYTES } from "../../wire/properties.ts";
import type { Publisher } from "../../broker/session/publisher.ts";
import type { PublisherFlow } from "../../broker/session/publisher_flow.ts";
import { Waiting } from "../../broker/session/waiting.ts";
import { FRAME_BODY, FRAME_HEADER } from "../frame.ts";
import { describeFrame, type FrameReader } from "../frame_reader.ts";
import type { AmqpChannel } from "./channel.ts";

/** The method that errors in the frames of a content name as their cause. */
export const PUBLISH: MethodId = [60, 40];

const MANDATORY = 1;
const IMMEDIATE = 2;

/** The part of a message that comes next on a channel (AMQP 0-9-1 §4.2.6). */
type Expected = "method" | "header" | "body";

/**
 * Reads messages from their frames and passes them to the publisher: whole, where the content follows in the same chunk, or
 * else in parts, by `header` and `body`. This makes no object.
 */
export class Publishing {
  readonly #channel: AmqpChannel;
  readonly #publisher: Publisher;
  readonly #flow: PublisherFlow;
  readonly #frames: FrameReader;
  readonly #number: number;
  #expected: Expected = "method";
  #isImmediate = false;
  #bodyBytes = 0;
  #receivedBytes = 0;
  #isClosed = false;

  constructor(channel: AmqpChannel) {
    this.#channel = channel;
    this.#publisher = channel.broker.publisher;
    this.#flow = channel.connection.session.flow;
    this.#frames = channel.connection.frames;
    this.#number = channel.number;
  }

  /** Throws UNEXPECTED_FRAME while the content of a message is incomplete. */
  expectMethod(): void {
    if (this.#expected === "header") {
      throw unexpectedFrame("expected content header for class 60, got non content header frame instead", PUBLISH);
    }
    if (this.#expected === "body") {
      throw unexpectedFrame("expected content body, got non content body frame instead", PUBLISH);
    }
  }

  /** Throws the error for a content frame that does not come next. */
  #refuseContent(): never {
    this.expectMethod();
    throw unexpectedFrame("expected method frame, got non method frame instead", NO_METHOD);
  }

  /** Handles `basic.publish`, whose fields lie between `at` and `end`, and the content frames that follow it there. */
  publish(bytes: Uint8Array, at: number, end: number): void {
    if (this.#expected !== "method") this.expectMethod();
    const isFirst = !this.#flow.hasPublished;
    if (isFirst) this.#channel.connection.beginToPublish();
    const address = at + 2;
    const key = address + 1 + bytes[address];
    const flags = key + 1 + bytes[key];
    // Bytes beyond the end may be another frame's or undefined: then no comparison with `end` holds.
    if (!(flags < end)) throw syntaxError("basic.publish is cut short");
    this.#publisher.begin(bytes, address, flags - address, (bytes[flags] & MANDATORY) !== 0);
    this.#isImmediate = (bytes[flags] & IMMEDIATE) !== 0;
    this.#expected = "header";
    // During an alarm no more of the first message may be read.
    if (!isFirst) this.#takeContent(bytes);
  }

  /** Takes the content frames that follow in the same chunk: of most messages a header, and one with the whole body. */
  #takeContent(bytes: Uint8Array): void {
    const frames = this.#frames;
    if (!frames.take(FRAME_HEADER, this.#number, bytes)) return;
    const at = frames.payloadAt;
    const size = frames.payloadSize;
    // Others may have to wait for a permission, and then the channel holds what follows.
    const hasBody = this.#isPlain(bytes, at, size) && frames.take(FRAME_BODY, this.#number, bytes);
    const bodySize = frames.payloadSize;
    if (hasBody && bodySize > 0 && bodySize === longlongAt(bytes, at + BODY_SIZE_OFFSET)) {
      this.#expected = "method";
      this.#flow.hasPublished = true;
      this.#publisher.whole(bytes, at, size, frames.payloadAt, bodySize);
      return;
    }
    this.header(bytes, at, size);
    if (hasBody) this.body(bytes, frames.payloadAt, bodySize);
    while (this.#expected === "body" && this.#channel.until === undefined) {
      if (!frames.take(FRAME_BODY, this.#number, bytes)) return;
      this.body(bytes, frames.payloadAt, frames.payloadSize);
    }
  }

  /** Returns whether nothing about a message with this content header has to be looked up or can have to wait. */
  #isPlain(bytes: Uint8Array, at: number, size: number): boolean {
    return size >= CONTENT_HEADER_MIN_BYTES && cachedViewOf(bytes).getInt32(at) === CLASS_BASIC << 16 &&
      !this.#isImmediate && !this.#isClosed && this.#publisher.takesWhole(bytes, at);
  }

  /** Handles a content header, whose payload lies `at` and has `size` bytes. */
  header(bytes: Uint8Array, at: number, size: number): void {
    if (this.#expected !== "header") this.#refuseContent();
    if (size < CONTENT_HEADER_MIN_BYTES) {
      throw frameError(`${describeFrame(FRAME_HEADER, bytes, at, size)}: unknown_frame`, NO_METHOD);
    }
    const classAndWeight = cachedViewOf(bytes).getInt32(at);
    if (classAndWeight !== CLASS_BASIC << 16) this.#refuseHeader(classAndWeight);
    const bodyBytes = longlongAt(bytes, at + BODY_SIZE_OFFSET);
    this.#bodyBytes = bodyBytes;
    this.#receivedBytes = 0;
    this.#expected = bodyBytes === 0 ? "method" : "body";
    if (this.#isClosed) return;
    this.#flow.hasPublished = true;
    try {
      this.#publisher.header(bytes, at, size, bodyBytes);
      if (bodyBytes === 0) this.#complete();
    } catch (error) {
      if (this.#isImmediate) this.#refuseImmediate();
      if (!(error instanceof Waiting)) throw error;
      const header = bytes.slice(at, at + size);
      this.#channel.wait(PUBLISH, error.until, () => this.#takeHeader(header));
    }
  }

  /**
   * Throws the error for a content header of another class. A weight other than 0 makes the frame something else than a header
   * (AMQP 0-9-1 §4.2.6.1).
   */
  #refuseHeader(classAndWeight: number): never {
    const classId = classAndWeight >>> 16;
    if (classId === CLASS_BASIC) this.#refuseContent();
    throw unexpectedFrame(
      `expected content header for class ${CLASS_BASIC}, got one for class ${classId} instead`,
      PUBLISH,
    );
  }

  /** Passes on a content header that had to wait. */
  #takeHeader(header: Uint8Array): void {
    this.#channel.attempt(PUBLISH, () => {
      this.#publisher.header(header, 0, header.length, this.#bodyBytes);
      if (this.#bodyBytes === 0) this.#complete();
    });
  }

  /** Handles a part of a body, which lies `at` and has `size` bytes. */
  body(bytes: Uint8Array, at: number, size: number): void {
    if (this.#expected !== "body") this.#refuseContent();
    const received = this.#receivedBytes;
    if (received + size > this.#bodyBytes) {
      throw frameError("content body frame exceeds remaining content size", PUBLISH);
    }
    this.#receivedBytes = received + size;
    const isComplete = received + size === this.#bodyBytes;
    if (isComplete) this.#expected = "method";
    if (this.#isClosed) return;
    this.#flow.hasPublished = true;
    this.#publisher.body(received, bytes, at, size);
    if (isComplete) this.#complete();
  }

  #complete(): void {
    if (this.#isImmediate) this.#refuseImmediate();
    try {
      this.#publisher.end();
    } catch (error) {
      this.#waitToComplete(error);
    }
  }

  #refuseImmediate(): never {
    this.#publisher.abandon();
    throw notImplemented("immediate=true");
  }

  #waitToComplete(error: unknown): void {
    if (!(error instanceof Waiting)) throw error;
    this.#channel.wait(PUBLISH, error.until, () => this.#complete());
  }

  /**
   * Drops the message that has not arrived completely. Its rest must still come in order, as AMQP has no way to break a
   * message off.
   */
  close(): void {
    this.#isClosed = true;
  }
}
