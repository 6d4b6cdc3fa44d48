import { readAddress } from "../../wire/address.ts";
import { TRACE_EXCHANGE } from "../exchange/predeclared.ts";
import { type FieldTable, type FieldValue, integerField, textField } from "../../wire/field_table.ts";
import { type BasicProperties, PropertiesView } from "../../wire/properties.ts";
import type { MessageContent } from "../../store/message_content.ts";
import { publishOwn } from "../routing/own_message.ts";
import type { QueueHost } from "../queue/queue_host.ts";
import type { Exchanges } from "../routing/route.ts";
import { carbonCopies } from "../message/sender_selected.ts";

/** The publisher or the consumer of a message. */
export interface TracedPeer {
  /** The connection's name. */
  readonly connection: string;
  readonly channel: number;
  readonly user: string;
}

/** The source of a delivered message. */
export interface TracedDelivery {
  readonly queue: string;
  readonly isRedelivered: boolean;
  /** Its offset in a stream. */
  readonly streamOffset?: number;
}

/** RabbitMQ's names for a message's properties in traces. Numbers are signed 32-bit ones. */
const PROPERTY_NAMES: readonly (readonly [keyof BasicProperties, string])[] = [
  ["clusterId", "cluster_id"],
  ["appId", "app_id"],
  ["userId", "user_id"],
  ["type", "type"],
  ["timestamp", "timestamp"],
  ["messageId", "message_id"],
  ["expiration", "expiration"],
  ["replyTo", "reply_to"],
  ["correlationId", "correlation_id"],
  ["priority", "priority"],
  ["deliveryMode", "delivery_mode"],
  ["headers", "headers"],
  ["contentEncoding", "content_encoding"],
  ["contentType", "content_type"],
];

const texts = (values: readonly string[]): FieldValue => ({ type: "A", value: values.map(textField) });

/**
 * Publishes a copy of each message that is published or delivered in a virtual host (RabbitMQ: Firehose Tracer). Traces
 * themselves are not traced.
 */
export class Firehose {
  readonly #host: QueueHost & { readonly name: string };
  readonly #vhost: { readonly name: string; readonly exchanges: Exchanges };

  constructor(
    host: QueueHost & { readonly name: string },
    vhost: { readonly name: string; readonly exchanges: Exchanges },
  ) {
    this.#host = host;
    this.#vhost = vhost;
  }

  /** Traces a message that was published with these routing keys to these queues. */
  published(
    message: MessageContent,
    keys: readonly string[],
    queues: readonly { readonly name: string }[],
    peer: TracedPeer,
  ): void {
    const traced = readMessage(message);
    this.#trace(`publish.${traced.exchange}`, traced, keys, [
      ...this.#peerFields(peer),
      ["routed_queues", texts(queues.map(({ name }) => name))],
    ]);
  }

  /** Traces a message that is delivered from a queue. */
  delivered(message: MessageContent, { queue, isRedelivered, streamOffset }: TracedDelivery, peer: TracedPeer): void {
    const traced = readMessage(message);
    if (traced.exchange === TRACE_EXCHANGE) return;
    const { headers } = traced.properties;
    const keys = headers === undefined ? [traced.routingKey] : [traced.routingKey, ...carbonCopies(headers)];
    const properties = streamOffset === undefined ? traced.properties : withOffset(traced.properties, streamOffset);
    this.#trace(`deliver.${queue}`, { ...traced, properties }, keys, [
      ["redelivered", integerField(isRedelivered ? 1 : 0)],
      ...this.#peerFields(peer),
    ]);
  }

  #peerFields({ connection, channel, user }: TracedPeer): [string, FieldValue][] {
    return [
      ["vhost", textField(this.#vhost.name)],
      ["connection", textField(connection)],
      ["channel", integerField(channel)],
      ["user", textField(user)],
    ];
  }

  #trace(
    routingKey: string,
    { exchange, properties, body }: Traced,
    keys: readonly string[],
    more: readonly [string, FieldValue][],
  ): void {
    const headers: FieldTable = new Map([
      ["exchange_name", textField(exchange)],
      ["routing_keys", texts(keys)],
      ["properties", { type: "F", value: propertiesTable(properties) }],
      ["node", textField(this.#host.name)],
      ...more,
    ]);
    const { exchanges } = this.#vhost;
    const traces = exchanges.get(TRACE_EXCHANGE)!;
    publishOwn(this.#host, exchanges, traces, { routingKey, properties: { headers }, body });
  }
}

/** The parts of a message that a trace needs. */
interface Traced {
  readonly exchange: string;
  readonly properties: BasicProperties;
  readonly body: Uint8Array;
}

function readMessage({ bytes, offset, addressBytes, headerBytes, bodyBytes }: MessageContent) {
  const header = offset + addressBytes;
  const body = header + headerBytes;
  return {
    ...readAddress(bytes, offset),
    properties: new PropertiesView(bytes, header, headerBytes),
    body: bytes.subarray(body, body + bodyBytes),
  };
}

/** Adds the offset to the headers of a stream's message, as in its delivery. */
function withOffset(properties: PropertiesView, offset: number): BasicProperties {
  const all = properties.toObject();
  const headers: FieldTable = new Map([...all.headers ?? [], ["x-stream-offset", {
    type: "l",
    value: BigInt(offset),
  }]]);
  return { ...all, headers };
}

function propertiesTable(view: BasicProperties): FieldTable {
  const table = new Map<string, FieldValue>();
  for (const [property, name] of PROPERTY_NAMES) {
    const value = view[property];
    if (value !== undefined) table.set(name, propertyField(value));
  }
  return table;
}

function propertyField(value: string | number | bigint | FieldTable): FieldValue {
  if (typeof value === "string") return textField(value);
  if (typeof value === "number" || typeof value === "bigint") {
    return integerField(Number(BigInt.asIntN(32, BigInt(value))));
  }
  return { type: "F", value };
}
