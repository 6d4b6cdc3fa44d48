import type { Exchange } from "../exchange/exchange.ts";
import type { Destination } from "../exchange/binding.ts";
import { HeldMessage } from "../message/held_message.ts";
import type { Message } from "../message/messages.ts";
import type { Receipt } from "../message/receipt.ts";
import { CONSTRAINED, give, needsOf, type RoutingHost } from "./give.ts";
import { type Exchanges, findRoute } from "./route.ts";

/** Publishes a message to an exchange, with all its routing keys. Takes over the one reference to it. */
export function publish(
  host: RoutingHost,
  exchanges: Exchanges,
  exchange: Exchange,
  message: Message,
  routingKeys: readonly string[],
): Receipt {
  const targets = findRoute(exchanges, exchange, new HeldMessage(host.messages, message, routingKeys));
  // It may have an expiration.
  return give(host, message, targets, needsOf(host, targets) | CONSTRAINED);
}

/** Gives a message to what a binding leads to: a queue, or an exchange that sends it on. Takes over its one reference. */
export function forward(
  host: RoutingHost,
  exchanges: Exchanges,
  message: Message,
  routingKeys: readonly string[],
  destination: Destination,
): Receipt {
  if (destination.kind === "exchange") return publish(host, exchanges, destination, message, routingKeys);
  return give(host, message, [destination], needsOf(host, [destination]) | CONSTRAINED);
}
