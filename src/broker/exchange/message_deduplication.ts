import { preconditionFailed } from "../../wire/error.ts";
import type { FieldTable, FieldValue } from "../../wire/field_table.ts";
import type { Binding } from "./binding.ts";
import { identityIn } from "../message/deduplication_header.ts";
import { SeenHeaders, type SeenOptions } from "./deduplication/seen_headers.ts";
import { fanout } from "./fanout.ts";
import type { RoutedMessage } from "../message/routed_message.ts";
import type { ExchangeHost, ExchangeType, Match, Router } from "./router.ts";

const SIZE = "x-cache-size";
/** Name of an argument, and of a header that has precedence over it. */
const TTL = "x-cache-ttl";
const PERSISTENCE = "x-cache-persistence";

const INTEGER_TYPES = "bBsuIil";

/** Returns a positive integer, also from digits; `undefined` for anything else. */
function positive({ type, value }: FieldValue): number | undefined {
  const isInteger = INTEGER_TYPES.includes(type) || (type === "S" && /^\+?\d+$/.test(String(value)));
  return isInteger && Number(value) > 0 ? Number(value) : undefined;
}

function sizeOf(exchangeArguments: FieldTable): number {
  const argument = exchangeArguments.get(SIZE);
  const size = argument && positive(argument);
  if (size !== undefined) return size;
  throw preconditionFailed(`Missing or invalid argument, '${SIZE}' must be an integer greater than 0`);
}

function ttlMsOf(exchangeArguments: FieldTable): number {
  const argument = exchangeArguments.get(TTL);
  if (argument === undefined) return Infinity;
  const ttlMs = positive(argument);
  if (ttlMs !== undefined) return ttlMs;
  throw preconditionFailed(`Invalid argument, '${TTL}' must be an integer greater than 0`);
}

/**
 * Returns whether the identities of a durable exchange are durable: unless its argument says that they are kept in
 * memory.
 */
function isKept(exchangeArguments: FieldTable): boolean {
  const argument = exchangeArguments.get(PERSISTENCE);
  if (argument === undefined) return true;
  const { type, value } = argument;
  if (type === "S" && (value === "disk" || value === "memory")) return value === "disk";
  throw preconditionFailed(`Invalid argument, '${PERSISTENCE}' must be either 'disk' or 'memory'`);
}

/** Reads the arguments. Throws PRECONDITION_FAILED for invalid ones. */
const optionsOf = (exchangeArguments: FieldTable): SeenOptions => ({
  size: sizeOf(exchangeArguments),
  ttlMs: ttlMsOf(exchangeArguments),
  isKept: isKept(exchangeArguments),
});

/** Returns the time for which a message sets its identity to be remembered. In milliseconds. */
function ttlMsIn(headers: FieldTable): number | undefined {
  const field = headers.get(TTL);
  return field !== undefined && INTEGER_TYPES.includes(field.type) ? Number(field.value) : undefined;
}

/**
 * The exchange type of RabbitMQ's message deduplication plugin: like a fanout exchange, but of several messages with
 * one `x-deduplication-header` only the first passes.
 */
class DeduplicationRouter implements Router {
  readonly dependsOnMessage = true;
  readonly seen: SeenHeaders;
  readonly #host: ExchangeHost;
  readonly #all: Router;

  constructor(exchangeArguments: FieldTable, host: ExchangeHost) {
    this.seen = new SeenHeaders(optionsOf(exchangeArguments));
    this.#host = host;
    this.#all = fanout.createRouter(exchangeArguments, host);
  }

  add(binding: Binding): void {
    this.#all.add(binding);
  }

  remove(binding: Binding): void {
    this.#all.remove(binding);
  }

  route(message: RoutedMessage, match: Match): void {
    const { headers } = message;
    const identity = identityIn(headers);
    if (identity !== undefined && !this.seen.see(identity, this.#host.timeMs, ttlMsIn(headers))) return;
    this.#all.route(message, match);
  }

  /** Matches as for the first message of its identity. */
  explain(message: RoutedMessage, match: Match): void {
    this.#all.route(message, match);
  }
}

export const messageDeduplication: ExchangeType = {
  checkArguments: optionsOf,
  createRouter: (exchangeArguments, host) => new DeduplicationRouter(exchangeArguments, host),
};
