import { ByteWriter } from "../../src/wire/byte_writer.ts";
import { FRAME_BODY, FRAME_END, FRAME_HEADER } from "../../src/amqp091/frame.ts";
import { writeContentHeader } from "../../src/wire/properties.ts";
import { CHANNEL, methodFrame } from "./connection.ts";

/**
 * A body begins with three 32-bit integers: its publisher, its number among the publisher's messages, and its time in
 * microseconds of the publisher's clock. With these, consumers find lost, repeated and reordered messages.
 */
export const PUBLISHER_OFFSET = 0;
export const NUMBER_OFFSET = 4;
export const SENT_AT_OFFSET = 8;
export const BODY_MIN_BYTES = 12;

const TRANSIENT = 1;
const PERSISTENT = 2;

export interface MessageOptions {
  readonly channel?: number;
  /** The default exchange when absent. */
  readonly exchange?: string;
  readonly routingKey: string;
  readonly bodyBytes: number;
  readonly isPersistent?: boolean;
}

/** The frames of a message, ready to be sent, and the place of its body. */
export interface EncodedMessage {
  readonly bytes: Uint8Array;
  readonly bodyOffset: number;
}

/** Encodes a message, its body in one frame. */
export function encodeMessage(options: MessageOptions): EncodedMessage {
  const { channel = CHANNEL, exchange = "", routingKey, bodyBytes, isPersistent = false } = options;
  if (bodyBytes < BODY_MIN_BYTES) {
    throw new RangeError(`A measured message takes ${BODY_MIN_BYTES} bytes at least: received ${bodyBytes}`);
  }
  const deliveryMode = isPersistent ? PERSISTENT : TRANSIENT;
  const writer = new ByteWriter(bodyBytes + 256);
  writer.bytes(methodFrame(channel, "basic.publish", { exchange, routingKey }));
  writer.octet(FRAME_HEADER);
  writer.short(channel);
  writer.lengthPrefixed(() => writeContentHeader(writer, bodyBytes, { deliveryMode }));
  writer.octet(FRAME_END);
  writer.octet(FRAME_BODY);
  writer.short(channel);
  writer.long(bodyBytes);
  const bodyOffset = writer.length;
  writer.bytes(new Uint8Array(bodyBytes).fill(120));
  writer.octet(FRAME_END);
  return { bytes: writer.written(), bodyOffset };
}

/** Returns the microseconds of this process's clock, modulo 2³². */
export function microseconds(): number {
  return (performance.now() * 1000) >>> 0;
}
