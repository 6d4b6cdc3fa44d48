import { base64Of } from "../wire/base64.ts";
import type { ObjectReader } from "../definitions/object_reader.ts";
import type { MessageContent } from "../store/message_content.ts";
import { readAddress } from "../wire/address.ts";
import { type BasicProperties, PropertiesView } from "../wire/properties.ts";
import { integerIn, oneOf } from "./body_fields.ts";
import { rawJson } from "./reply.ts";
import { tableValue } from "./table_value.ts";

const OCTET = { min: 0, max: 255 };
const SECONDS = { min: 0, max: Number.MAX_SAFE_INTEGER };

const text = (body: ObjectReader, key: string): string | undefined =>
  body.value(key) === undefined ? undefined : body.shortText(key);

function timestamp(body: ObjectReader, key: string): bigint | undefined {
  const seconds = integerIn(body, key, SECONDS);
  return seconds === undefined ? undefined : BigInt(seconds);
}

interface Property<Name extends keyof BasicProperties = keyof BasicProperties> {
  /** The property's key in JSON. */
  readonly key: string;
  readonly name: Name;
  readonly read: (body: ObjectReader, key: string) => BasicProperties[Name];
}

const property = <Name extends keyof BasicProperties>(
  key: string,
  name: Name,
  read: (body: ObjectReader, key: string) => BasicProperties[Name],
): Property => ({ key, name, read });

/** The properties in the order of RabbitMQ's JSON. */
const PROPERTIES: readonly Property[] = [
  property("cluster_id", "clusterId", text),
  property("app_id", "appId", text),
  property("user_id", "userId", text),
  property("type", "type", text),
  property("timestamp", "timestamp", timestamp),
  property("message_id", "messageId", text),
  property("expiration", "expiration", text),
  property("reply_to", "replyTo", text),
  property("correlation_id", "correlationId", text),
  property("priority", "priority", (body, key) => integerIn(body, key, OCTET)),
  property("delivery_mode", "deliveryMode", (body, key) => integerIn(body, key, OCTET)),
  property("headers", "headers", (body, key) => body.value(key) === undefined ? undefined : body.table(key)),
  property("content_encoding", "contentEncoding", text),
  property("content_type", "contentType", text),
];

/** Reads a message's properties. */
export function readProperties(body: ObjectReader, key: string): BasicProperties {
  const value = body.value(key);
  if (value === undefined || Array.isArray(value) && value.length === 0) return {};
  const properties = body.object(key)!;
  return Object.fromEntries(PROPERTIES.map(({ key, name, read }) => [name, read(properties, key)]));
}

/** Returns a message's properties as RabbitMQ's JSON, which has an empty list where there are none. */
function propertiesJson(properties: BasicProperties): object {
  const found = PROPERTIES.filter(({ name }) => properties[name] !== undefined);
  if (found.length === 0) return [];
  return Object.fromEntries(found.map(({ key, name }) => [key, valueOf(properties, name)]));
}

function valueOf(properties: BasicProperties, name: keyof BasicProperties): unknown {
  if (name === "headers") return tableValue(properties.headers!);
  return name === "timestamp" ? rawJson(String(properties.timestamp)) : properties[name];
}

const ENCODINGS = ["string", "base64"] as const;

/** The payload of a message that has no such keys. */
interface DefaultPayload {
  readonly payload: string;
  readonly encoding: (typeof ENCODINGS)[number];
}

/** Reads a payload in the encoding that the message names. Without defaults, both keys must be there. */
export function readPayload(body: ObjectReader, defaults?: DefaultPayload): Uint8Array {
  const isGiven = (key: string) => defaults === undefined || body.value(key) !== undefined;
  const payload = isGiven("payload") ? body.text("payload") : defaults!.payload;
  const encoding = isGiven("payload_encoding") ? oneOf(body, "payload_encoding", ENCODINGS) : defaults!.encoding;
  if (encoding === "string") return new TextEncoder().encode(payload);
  try {
    return Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
  } catch {
    throw body.problem("payload", "this is no base64");
  }
}

/** The forms in which payloads are returned. */
export interface PayloadForm {
  readonly encoding: "auto" | "base64";
  /** Maximum length. In bytes. */
  readonly truncate: number | undefined;
}

/** A message's place in its queue, as RabbitMQ's JSON shows it. */
export interface MessageState {
  readonly redelivered: boolean;
  /** Number of ready messages behind it; `undefined` where that is not known. */
  readonly messageCount?: number;
  /** Offset in a stream. */
  readonly offset?: number;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Returns a message as RabbitMQ's JSON (`rabbit_mgmt_wm_queue_get`). */
export function messageJson(content: MessageContent, state: MessageState, form: PayloadForm): object {
  const { bytes, offset, addressBytes, headerBytes, bodyBytes } = content;
  const { exchange, routingKey } = readAddress(bytes, offset);
  const header = offset + addressBytes;
  const body = bytes.subarray(header + headerBytes, header + headerBytes + bodyBytes);
  return {
    payload_bytes: bodyBytes,
    redelivered: state.redelivered,
    exchange,
    routing_key: routingKey,
    message_count: state.messageCount,
    offset: state.offset,
    properties: propertiesJson(new PropertiesView(bytes, header, headerBytes).toObject()),
    ...payloadJson(body.subarray(0, form.truncate), form.encoding),
  };
}

function payloadJson(payload: Uint8Array, encoding: PayloadForm["encoding"]): object {
  if (encoding === "auto") {
    try {
      return { payload: utf8.decode(payload), payload_encoding: "string" };
    } catch {
      // It is sent as base64.
    }
  }
  return { payload: base64Of(payload), payload_encoding: "base64" };
}
