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

/** Byte that fills a body. */
const FILLING = 120;
const TRANSIENT = 1;
const PERSISTENT = 2;

/** What a message is besides its body. */
export interface Envelope {
  readonly channel?: number;
  /** The default exchange when absent. */
  readonly exchange?: string;
  readonly routingKey: string;
  readonly isPersistent?: boolean;
  readonly isMandatory?: boolean;
  /** Further properties, which go before the ones above. */
  readonly properties?: BasicProperties;
  /** Largest frame. In bytes. */
  readonly frameMax?: number;
}

export interface MessageOptions extends Envelope {
  readonly bodyBytes: number;
}

/** The frames of a message, ready to be sent, and the place of its body. */
export interface EncodedMessage {
  readonly bytes: Uint8Array;
  readonly bodyOffset: number;
}

/** Encodes a message. */
export function encodeMessage(options: MessageOptions): EncodedMessage {
  const { bodyBytes, ...envelope } = options;
  if (bodyBytes < BODY_MIN_BYTES) {
    throw new RangeError(`A measured message takes ${BODY_MIN_BYTES} bytes at least: received ${bodyBytes}`);
  }
  const writer = new ByteWriter(bodyBytes + 256);
  writer.bytes(publishFrame(envelope));
  const bodyAt = writeContent(writer, envelope, new Uint8Array(bodyBytes).fill(FILLING));
  return { bytes: writer.written(), bodyOffset: bodyAt + FRAME_HEADER_BYTES };
}

/** Returns the method frame of a message. */
export function publishFrame({ channel = CHANNEL, exchange = "", routingKey, isMandatory = false }: Envelope) {
  return methodFrame(channel, "basic.publish", { exchange, routingKey, mandatory: isMandatory });
}

/** Writes the header and the body of a message, and returns where the frames of the body begin. */
export function writeContent(writer: ByteWriter, envelope: Omit<Envelope, "routingKey">, body: Uint8Array): number {
  const { channel = CHANNEL, isPersistent = false, properties = {}, frameMax = Infinity } = envelope;
  const deliveryMode = isPersistent ? PERSISTENT : TRANSIENT;
  writer.octet(FRAME_HEADER);
  writer.short(channel);
  writer.lengthPrefixed(() => writeContentHeader(writer, body.length, { deliveryMode, ...properties }));
  writer.octet(FRAME_END);
  const bodyAt = writer.length;
  const payloadMax = frameMax - FRAME_OVERHEAD_BYTES;
  for (let at = 0; at < body.length; at += payloadMax) {
    const payload = body.subarray(at, at + payloadMax);
    writer.octet(FRAME_BODY);
    writer.short(channel);
    writer.long(payload.length);
    writer.bytes(payload);
    writer.octet(FRAME_END);
  }
  return bodyAt;
}

/** Returns the microseconds of the machine's clock, modulo 2³²; one process never sees it go back. */
export function microseconds(): number {
  return ((performance.timeOrigin + performance.now()) * 1000) >>> 0;
}
