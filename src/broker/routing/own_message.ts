import type { BasicProperties } from "../../wire/properties.ts";
import { createMessage } from "../message/create_message.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { RoutingHost } from "./give.ts";
import { publish } from "./publish.ts";
import type { Exchanges } from "./route.ts";

/** A message from the broker itself. */
export interface OwnMessage {
  /** Routing key; what exceeds a short string is cut off. */
  readonly routingKey: string;
  readonly properties: BasicProperties;
  readonly body: Uint8Array;
}

const SHORTSTR_MAX_BYTES = 255;

/** Publishes a message of the broker to an exchange; without a route it is dropped. */
export function publishOwn(host: RoutingHost, exchanges: Exchanges, exchange: Exchange, own: OwnMessage): void {
  if (exchange.bindings.size === 0) return;
  const { messages } = host;
  const { properties, body } = own;
  const routingKey = cut(own.routingKey);
  const message = createMessage(messages, { exchange: exchange.name, routingKey }, properties, body);
  publish(host, exchanges, exchange, message, [routingKey]);
}

/** Returns the part of a text that fits into a short string. */
function cut(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(SHORTSTR_MAX_BYTES));
  return text.slice(0, read);
}
