import { ByteReader } from "../amqp/byte_reader.ts";
import type { FieldTable, FieldValue } from "../amqp/field_table.ts";
import { type BasicProperties, PropertiesView } from "../amqp/properties.ts";
import type { Message } from "./messages.ts";
import { publishOwn } from "./own_message.ts";
import type { QueueHost } from "./queue/queue.ts";
import type { Exchanges } from "./route.ts";
import { carbonCopies } from "./sender_selected.ts";

export const TRACE_EXCHANGE = "amq.rabbitmq.trace";

/** Who published a message, or was delivered one. */
export interface TracedPeer {
  /** The connection's name. */
  readonly connection: string;
  readonly channel: number;
  readonly user: string;
}

/** What RabbitMQ calls the properties of a message in a trace of it. Numbers among them are signed 32-bit ones. */
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

const text = (value: string): FieldValue => ({ type: "S", value });
const integer = (value: number): FieldValue => ({ type: "I", value });
const texts = (values: readonly string[]): FieldValue => ({ type: "A", value: values.map(text) });

/**
 * Publishes a copy of each message that is published in a virtual host or delivered, with what became of it
 * (RabbitMQ: Firehose Tracer). Traces themselves are not traced.
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

  /** A message came, and goes to these queues. */
  published(
    message: Message,
    queues: readonly { readonly name: string }[],
    peer: TracedPeer,
    keys: readonly string[],
  ): void {
    const { exchange } = this.#addressOf(message);
    this.#trace(`publish.${exchange}`, message, exchange, keys, [
      ...this.#peerFields(peer),
      ["routed_queues", texts(queues.map(({ name }) => name))],
    ]);
  }

  /** A message is on its way from a queue to somebody. */
  delivered(message: Message, queue: string, isRedelivered: boolean, peer: TracedPeer): void {
    const { exchange, routingKey } = this.#addressOf(message);
    if (exchange === TRACE_EXCHANGE) return;
    const { headers } = new PropertiesView(this.#host.messages.header(message));
    const keys = headers === undefined ? [routingKey] : [routingKey, ...carbonCopies(headers)];
    this.#trace(`deliver.${queue}`, message, exchange, keys, [
      ["redelivered", integer(isRedelivered ? 1 : 0)],
      ...this.#peerFields(peer),
    ]);
  }

  #addressOf(message: Message): { exchange: string; routingKey: string } {
    const reader = new ByteReader(this.#host.messages.address(message));
    return { exchange: reader.octetString(), routingKey: reader.octetString() };
  }

  #peerFields({ connection, channel, user }: TracedPeer): [string, FieldValue][] {
    return [
      ["vhost", text(this.#vhost.name)],
      ["connection", text(connection)],
      ["channel", integer(channel)],
      ["user", text(user)],
    ];
  }

  #trace(
    routingKey: string,
    message: Message,
    exchange: string,
    keys: readonly string[],
    more: readonly [string, FieldValue][],
  ): void {
    const { messages, name } = this.#host;
    const headers: FieldTable = new Map([
      ["exchange_name", text(exchange)],
      ["routing_keys", texts(keys)],
      ["properties", { type: "F", value: propertiesTable(new PropertiesView(messages.header(message))) }],
      ["node", text(name)],
      ...more,
    ]);
    const { exchanges } = this.#vhost;
    publishOwn(this.#host, exchanges, exchanges.get(TRACE_EXCHANGE)!, {
      routingKey,
      properties: { headers },
      body: messages.body(message),
    });
  }
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
  if (typeof value === "string") return text(value);
  if (typeof value === "number" || typeof value === "bigint") return integer(Number(BigInt.asIntN(32, BigInt(value))));
  return { type: "F", value };
}
