import { ByteWriter } from "../../../wire/byte_writer.ts";
import { FRAME_BODY, FRAME_END, FRAME_HEADER, FRAME_HEADER_BYTES } from "../../../amqp091/frame.ts";
import { type BasicProperties, writeContentHeader } from "../../../wire/properties.ts";
import { CHANNEL, methodFrame } from "./connection.ts";

/**
 * A body begins with three 32-bit integers: its publisher, its number among the publisher's messages, and its time in
 * microseconds of the clock. With these, consumers find lost, repeated and reordered messages.
 */
export const PUBLISHER_OFFSET = 0;
export const NUMBER_OFFSET = 4;
export const SENT_AT_OFFSET = 8;
export const BODY_MIN_BYTES = 12;

/** Bytes of a frame besides its payload. */
const FRAME_OVERHEAD_BYTES = FRAME_HEADER_BYTES + 1;

const TRANSIENT = 1;
const PERSISTENT = 2;

export interface MessageOptions {
  readonly channel?: number;
  /** The default exchange when absent. */
  readonly exchange?: string;
  readonly routingKey: string;
  readonly bodyBytes: number;
  readonly isPersistent?: boolean;
  readonly isMandatory?: boolean;
  /** Further properties, which go before the ones above. */
  readonly properties?: BasicProperties;
  /** Largest frame. In bytes. */
  readonly frameMax?: number;
}

/** The frames of a message, ready to be sent, and the place of its body. */
export interface EncodedMessage {
  readonly bytes: Uint8Array;
  readonly bodyOffset: number;
}

/** Encodes a message. */
export function encodeMessage(options: MessageOptions): EncodedMessage {
  const {
    channel = CHANNEL,
    exchange = "",
    routingKey,
    bodyBytes,
    isPersistent = false,
    isMandatory = false,
    properties = {},
    frameMax = Infinity,
  } = options;
  if (bodyBytes < BODY_MIN_BYTES) {
    throw new RangeError(`A measured message takes ${BODY_MIN_BYTES} bytes at least: received ${bodyBytes}`);
  }
  const deliveryMode = isPersistent ? PERSISTENT : TRANSIENT;
  const writer = new ByteWriter(bodyBytes + 256);
  writer.bytes(methodFrame(channel, "basic.publish", { exchange, routingKey, mandatory: isMandatory }));
  writer.octet(FRAME_HEADER);
  writer.short(channel);
  writer.lengthPrefixed(() => writeContentHeader(writer, bodyBytes, { deliveryMode, ...properties }));
  writer.octet(FRAME_END);
  const bodyOffset = writer.length + FRAME_HEADER_BYTES;
  const payloadMax = frameMax - FRAME_OVERHEAD_BYTES;
  for (let left = bodyBytes; left > 0; left -= payloadMax) {
    const size = Math.min(left, payloadMax);
    writer.octet(FRAME_BODY);
    writer.short(channel);
    writer.long(size);
    writer.bytes(new Uint8Array(size).fill(120));
    writer.octet(FRAME_END);
  }
  return { bytes: writer.written(), bodyOffset };
}

/** Returns the microseconds of the machine's clock, modulo 2³²; one process never sees it go back. */
export function microseconds(): number {
  return ((performance.timeOrigin + performance.now()) * 1000) >>> 0;
}
