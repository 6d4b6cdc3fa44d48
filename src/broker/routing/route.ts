import { EMPTY_TABLE } from "../../wire/field_table.ts";
import { Exchange } from "../exchange/exchange.ts";
import type { RoutedMessage } from "../message/routed_message.ts";
import { NO_MESSAGE } from "../message/messages.ts";
import type { Target } from "../message/target.ts";

/** The exchanges of a virtual host by name. */
export type Exchanges = ReadonlyMap<string, Exchange>;

/** Stands for any message when routing does not depend on it. */
const ANY_MESSAGE = { headers: EMPTY_TABLE, properties: {}, message: NO_MESSAGE };

/**
 * Finds the queues for a message: each once, however many bindings lead to it. An exchange that delays the message is
 * among them, and the route ends there.
 */
export function findRoute(exchanges: Exchanges, start: Exchange, message: RoutedMessage): readonly Target[] {
  const walk = new Walk(exchanges, start);
  for (const exchange of walk.visited) {
    if (exchange.taps !== undefined) exchange.taps.pass(message.message);
    walk.visit(exchange, message);
  }
  return [...walk.queues];
}

/**
 * Finds the queues for all messages with one routing key. Returns `undefined` when an exchange on the route must see
 * each message. Adds exchanges with taps to `tapped`.
 */
export function findLastingRoute(
  exchanges: Exchanges,
  start: Exchange,
  routingKey: string,
  tapped: Exchange[] = [],
): readonly Target[] | undefined {
  const walk = new Walk(exchanges, start);
  const message = { ...ANY_MESSAGE, routingKeys: [routingKey] };
  for (const exchange of walk.visited) {
    if (exchange.router.dependsOnMessage || exchange.delayed !== undefined) return undefined;
    if (exchange.taps !== undefined) tapped.push(exchange);
    walk.visit(exchange, message);
  }
  return [...walk.queues];
}

/**
 * The route of a message through exchanges bound to exchanges, and through alternate exchanges. Each exchange is
 * visited once, so cycles end (RabbitMQ: Exchange to Exchange Bindings).
 */
class Walk {
  readonly queues = new Set<Target>();
  /** A loop over it also visits exchanges that are added meanwhile. */
  readonly visited: Set<Exchange>;
  readonly #exchanges: Exchanges;

  constructor(exchanges: Exchanges, start: Exchange) {
    this.#exchanges = exchanges;
    this.visited = new Set([start]);
  }

  visit(exchange: Exchange, message: RoutedMessage): void {
    if (exchange.delayed?.wants(message)) {
      this.queues.add(exchange.delayed);
      return;
    }
    let isRouted = false;
    exchange.router.route(message, (destination) => {
      isRouted = true;
      if (destination instanceof Exchange) this.visited.add(destination);
      else this.queues.add(destination);
    });
    if (!isRouted) this.#visitAlternate(exchange.alternateExchange);
  }

  /**
   * Visits an alternate exchange. In RabbitMQ the default exchange routes to queues only what is published to it: as an
   * alternate exchange it has no queues.
   */
  #visitAlternate(name: string | undefined): void {
    const alternate = name === undefined || name === "" ? undefined : this.#exchanges.get(name);
    if (alternate !== undefined) this.visited.add(alternate);
  }
}
