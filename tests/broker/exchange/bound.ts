import { NO_MESSAGE } from "../../../src/broker/message/messages.ts";
import { EMPTY_TABLE, type FieldTable, fieldTable, type PlainTable } from "../../../src/wire/field_table.ts";
import { Binding, type Destination } from "../../../src/broker/exchange/binding.ts";
import { Exchange } from "../../../src/broker/exchange/exchange.ts";
import { type Message, Messages } from "../../../src/broker/message/messages.ts";
import type { RoutedMessage } from "../../../src/broker/message/routed_message.ts";
import type { ExchangeHost, ExchangeType, Router } from "../../../src/broker/exchange/router.ts";

/** Makes an exchange outside any virtual host. */
export function exchange(type: string, name = `a ${type} exchange`): Exchange {
  const declaration = { name, type, durable: false, autoDelete: false, internal: false, arguments: EMPTY_TABLE };
  return new Exchange(declaration, new TestExchangeHost());
}

/** Makes a router of one type, as `exchange.declare` with these arguments does. */
export function routerOf(
  type: ExchangeType,
  exchangeArguments: PlainTable = {},
  host = new TestExchangeHost(),
): Router {
  const table = fieldTable(exchangeArguments);
  type.checkArguments?.(table);
  return type.createRouter(table, host);
}

/** The parts of a virtual host that an exchange uses. */
export class TestExchangeHost implements ExchangeHost {
  /** Results of `random`, the next one first. */
  readonly randomNumbers: number[] = [];

  readonly messages = new Messages();
  /** Messages that were forwarded. */
  readonly forwarded: { message: Message; routingKeys: readonly string[]; to: string }[] = [];

  timeMs = 1e12;

  random(): number {
    return this.randomNumbers.shift()!;
  }

  forward(message: Message, routingKeys: readonly string[], destination: Destination): void {
    this.forwarded.push({ message, routingKeys, to: destination.name });
  }
}

/** Makes a message with the properties that a test sets. */
export function messageOf(message: Partial<RoutedMessage>): RoutedMessage {
  return { routingKeys: [""], headers: EMPTY_TABLE, properties: {}, message: NO_MESSAGE, ...message };
}

/** Adds a binding to a router alone; it leads to an exchange with the name that the test gives. */
export function add(
  router: Router,
  destination: string,
  routingKey: string,
  bindingArguments: PlainTable = {},
): Binding {
  return addTo(router, exchange("fanout", destination), routingKey, bindingArguments);
}

export function addTo(
  router: Router,
  destination: Destination,
  routingKey: string,
  bindingArguments: PlainTable = {},
): Binding {
  const binding = new Binding(exchange("fanout", "source"), destination, routingKey, fieldTable(bindingArguments));
  router.add(binding);
  return binding;
}

/** Returns the names of the destinations of a message, each once, sorted. */
export function routed(router: Router, routingKey: string, headers: FieldTable = EMPTY_TABLE): string[] {
  return [...new Set(matchesOf(router, { routingKeys: [routingKey], headers }))].sort();
}

/** Returns the names of the destinations of a message, each match in order. */
export function matchesOf(router: Router, message: Partial<RoutedMessage>): string[] {
  const names: string[] = [];
  router.route(messageOf(message), (destination) => names.push(destination.name));
  return names;
}
