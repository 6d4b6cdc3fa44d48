import { ByteWriter } from "../src/wire/byte_writer.ts";
import { type FieldTable, fieldTable } from "../src/wire/field_table.ts";
import { FRAME_BODY, FRAME_END, FRAME_HEADER, FRAME_METHOD } from "../src/amqp091/frame.ts";
import {
  AMQP_0_9_1,
  type Method,
  type MethodCodec,
  type MethodFields,
  type MethodName,
} from "../src/amqp091/methods.ts";
import { type BasicProperties, writeContentHeader } from "../src/wire/properties.ts";

export const HEADER_0_9_1: Uint8Array = protocolHeader(0, 0, 9, 1);

/** Returns `"AMQP"` and four octets. */
export function protocolHeader(...octets: readonly [number, number, number, number]): Uint8Array {
  return Uint8Array.of(65, 77, 81, 80, ...octets);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** Makes a frame of any type with any payload, valid or not. */
export function frame(
  type: number,
  channel: number,
  payload: Uint8Array = new Uint8Array(0),
  end = FRAME_END,
): Uint8Array {
  const writer = new ByteWriter(payload.length + 8);
  writer.octet(type);
  writer.short(channel);
  writer.long(payload.length);
  writer.bytes(payload);
  writer.octet(end);
  return writer.written();
}

/** Makes a method frame; fields left out of `fields` are false, zero or empty. */
export function methodFrame<N extends MethodName>(
  channel: number,
  name: N,
  fields: Partial<MethodFields<N>> = {},
  codec: MethodCodec = AMQP_0_9_1,
): Uint8Array {
  const writer = new ByteWriter();
  codec.encode(writer, { name, ...fields } as unknown as Method);
  return frame(FRAME_METHOD, channel, writer.written());
}

/** Makes a content header frame for a body of `bodyBytes`. */
export function headerFrame(channel: number, bodyBytes: number, properties: BasicProperties = {}): Uint8Array {
  const writer = new ByteWriter();
  writeContentHeader(writer, bodyBytes, properties);
  return frame(FRAME_HEADER, channel, writer.written());
}

export function bodyFrame(channel: number, body: Uint8Array): Uint8Array {
  return frame(FRAME_BODY, channel, body);
}

export interface Publishing extends Partial<MethodFields<"basic.publish">> {
  readonly body?: string | Uint8Array;
  readonly properties?: BasicProperties;
}

/** Makes the frames of a `basic.publish` with its content; the body is one frame, or none when it is empty. */
export function publishFrames(
  channel: number,
  { body = "", properties = {}, ...fields }: Publishing,
  codec: MethodCodec = AMQP_0_9_1,
): Uint8Array {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return concat(
    methodFrame(channel, "basic.publish", fields, codec),
    headerFrame(channel, bytes.length, properties),
    bytes.length === 0 ? bytes : bodyFrame(channel, bytes),
  );
}

/** Makes the response of the SASL mechanism PLAIN. */
export function plainResponse(user: string, password: string): Uint8Array {
  return new TextEncoder().encode(`\0${user}\0${password}`);
}

/** Client properties with all capabilities. */
export const CLIENT_PROPERTIES: FieldTable = fieldTable({
  product: "raw client",
  capabilities: {
    authentication_failure_close: true,
    "basic.nack": true,
    "connection.blocked": true,
    consumer_cancel_notify: true,
    publisher_confirms: true,
  },
});
