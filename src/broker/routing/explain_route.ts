import type { Binding, Destination } from "../exchange/binding.ts";
import { Exchange, EXCHANGE_TYPES } from "../exchange/exchange.ts";
import type { ExchangeHost, Match, Router } from "../exchange/router.ts";
import type { RoutedMessage } from "../message/routed_message.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import type { Exchanges } from "./route.ts";

/** One step of a message's route. */
export interface Hop {
  readonly source: Exchange;
  readonly destination: Destination;
  /** `undefined` on the way to an alternate exchange, and from the default exchange to a queue. */
  readonly binding: Binding | undefined;
  readonly isAlternate: boolean;
}

/** A queue of a route, and the shortest way to it. */
export interface RoutedQueue {
  readonly queue: AnyQueue;
  readonly path: readonly Hop[];
}

/** The route that a message would take. */
export interface RouteExplanation {
  readonly queues: readonly RoutedQueue[];
  /** All bindings that match, and ways to alternate exchanges. */
  readonly hops: readonly Hop[];
  /** The exchanges that delay the message first. */
  readonly delayedBy: readonly Exchange[];
}

/**
 * Explains the route of a message that is not published, as `findRoute` finds it. An exchange that chooses at random does
 * so. Yields after short steps.
 */
export function* explainRoute(
  exchanges: Exchanges,
  host: ExchangeHost,
  start: Exchange,
  message: RoutedMessage,
): Generator<void, RouteExplanation> {
  const hops: Hop[] = [];
  const delayedBy: Exchange[] = [];
  const paths = new Map<Destination, readonly Hop[]>([[start, []]]);
  // A loop over it also visits exchanges that are added meanwhile.
  for (const [exchange, path] of paths) {
    if (!(exchange instanceof Exchange)) continue;
    if (exchange.delayed?.wants(message)) delayedBy.push(exchange);
    for (const hop of yield* hopsFrom(exchanges, host, exchange, message)) {
      hops.push(hop);
      if (!paths.has(hop.destination)) paths.set(hop.destination, [...path, hop]);
    }
  }
  const queues: RoutedQueue[] = [];
  for (const [queue, path] of paths) if (!(queue instanceof Exchange)) queues.push({ queue, path });
  return { queues, hops, delayedBy };
}

function* hopsFrom(
  exchanges: Exchanges,
  host: ExchangeHost,
  source: Exchange,
  message: RoutedMessage,
): Generator<void, Hop[]> {
  const matched = new Set<Destination>();
  explain(source.router, message, (destination) => matched.add(destination));
  if (matched.size === 0) return alternateHop(exchanges, source);
  if (source.name === "") {
    return [...matched].map((destination) => ({ source, destination, binding: undefined, isAlternate: false }));
  }
  const hops: Hop[] = [];
  for (const binding of source.bindings.values()) {
    const { destination } = binding;
    if (matched.has(destination) && isMatch(binding, host, message)) {
      hops.push({ source, destination, binding, isAlternate: false });
    }
    yield;
  }
  return hops;
}

function alternateHop(exchanges: Exchanges, source: Exchange): Hop[] {
  const name = source.alternateExchange;
  // The default exchange has no queues as an alternate exchange.
  const destination = name === undefined || name === "" ? undefined : exchanges.get(name);
  return destination === undefined ? [] : [{ source, destination, binding: undefined, isAlternate: true }];
}

/** Returns whether an exchange with this binding alone would follow it. */
function isMatch(binding: Binding, host: ExchangeHost, message: RoutedMessage): boolean {
  const { type, arguments: exchangeArguments } = binding.source;
  const router = EXCHANGE_TYPES.get(type)!.createRouter(exchangeArguments, host);
  router.add(binding);
  let isFollowed = false;
  explain(router, message, () => isFollowed = true);
  return isFollowed;
}

function explain(router: Router, message: RoutedMessage, match: Match): void {
  if (router.explain !== undefined) router.explain(message, match);
  else router.route(message, match);
}
