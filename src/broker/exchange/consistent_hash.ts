import { preconditionFailed } from "../../wire/error.ts";
import { erlangBinary } from "../../wire/erlang_text.ts";
import { canonicalValue, type FieldTable, fieldTypeName, type FieldValue } from "../../wire/field_table.ts";
import type { Binding, Destination } from "./binding.ts";
import { phash2, PHASH2_FALSE, PHASH2_TRUE, PHASH2_UNDEFINED } from "./erlang_hash.ts";
import { jumpConsistentHash } from "./jump_hash.ts";
import type { RoutedMessage } from "../message/routed_message.ts";
import type { ExchangeType, Match, Router } from "./router.ts";

/** Maximum number of buckets of a binding. */
const WEIGHT_MAX = 10_000;

/** The hash of a message: an integer that is the same for messages that belong together. */
type HashKey = (message: RoutedMessage) => number;

const byRoutingKey: HashKey = ({ routingKeys }) => phash2(routingKeys[0]);
const byHeader = (name: string): HashKey => ({ headers }) => hashOfField(headers.get(name));
const hashOfText = (text: string | undefined): number => text === undefined ? PHASH2_UNDEFINED : phash2(text);

/** Hash keys by the value of `hash-property`. */
const BY_PROPERTY: ReadonlyMap<string, HashKey> = new Map<string, HashKey>([
  ["correlation_id", ({ properties }) => hashOfText(properties.correlationId)],
  ["message_id", ({ properties }) => hashOfText(properties.messageId)],
  ["timestamp", ({ properties }) => hashOfText(properties.timestamp?.toString())],
]);

/**
 * Hashes integers by their value, as RabbitMQ does, and other values by their text where RabbitMQ hashes Erlang terms.
 */
function hashOfField(field: FieldValue | undefined): number {
  if (field === undefined) return PHASH2_UNDEFINED;
  switch (field.type) {
    case "S":
    case "x":
      return phash2(field.value);
    case "t":
      return field.value ? PHASH2_TRUE : PHASH2_FALSE;
    case "V":
      return PHASH2_UNDEFINED;
    case "l":
      return Number(BigInt.asIntN(32, field.value));
    case "T":
      return Number(BigInt.asIntN(32, field.value * 1000n));
    case "f":
    case "d":
    case "D":
    case "A":
    case "F":
      return phash2(canonicalValue(field));
    default:
      return field.value;
  }
}

/** Returns the hash key that the arguments set; `undefined` for the routing key. Throws PRECONDITION_FAILED. */
function hashKeyOf(exchangeArguments: FieldTable): HashKey | undefined {
  const header = textArgument(exchangeArguments, "hash-header");
  const property = textArgument(exchangeArguments, "hash-property");
  if (property === undefined) return header === undefined ? undefined : byHeader(header);
  if (header !== undefined) throw preconditionFailed("hash-header and hash-property are mutually exclusive");
  const byProperty = BY_PROPERTY.get(property);
  if (byProperty === undefined) throw preconditionFailed(`Unsupported property: ${property}`);
  return byProperty;
}

function textArgument(exchangeArguments: FieldTable, name: string): string | undefined {
  const argument = exchangeArguments.get(name);
  if (argument === undefined) return undefined;
  if (argument.type === "S") return String(argument.value);
  throw preconditionFailed(`invalid type '${fieldTypeName(argument)}' for arg '${name}'`);
}

/** Returns the number of buckets in a binding key. Throws PRECONDITION_FAILED for anything else. */
function weightOf(bindingKey: string): number {
  if (!/^[+-]?\d+$/.test(bindingKey)) {
    throw preconditionFailed(erlangBinary("The binding key must be an integer: ", bindingKey));
  }
  const weight = Number(bindingKey);
  if (weight < 1) throw preconditionFailed("The binding key must be greater than 0");
  if (weight > WEIGHT_MAX) throw preconditionFailed(`The binding key must not exceed ${WEIGHT_MAX}`);
  return weight;
}

/** Destinations in the order of their buckets, with the end of each one's buckets. */
interface Ring {
  readonly ends: readonly number[];
  readonly destinations: readonly Destination[];
}

/**
 * RabbitMQ: Consistent Hash Exchange. Messages with one key go to one queue, and mostly still do so after another one
 * is bound. Each destination has the buckets of its oldest binding, behind those of earlier bindings.
 */
class ConsistentHashRouter implements Router {
  readonly dependsOnMessage: boolean;
  readonly #hashKey: HashKey;
  readonly #bindings = new Map<Destination, Set<Binding>>();
  /** Made for the first message after a change. */
  #ring: Ring | undefined;

  constructor(hashKey: HashKey | undefined) {
    this.dependsOnMessage = hashKey !== undefined;
    this.#hashKey = hashKey ?? byRoutingKey;
  }

  add(binding: Binding): void {
    const bindings = this.#bindings.get(binding.destination);
    if (bindings !== undefined) return void bindings.add(binding);
    this.#bindings.set(binding.destination, new Set([binding]));
    this.#ring = undefined;
  }

  remove(binding: Binding): void {
    const bindings = this.#bindings.get(binding.destination);
    if (!bindings?.delete(binding)) return;
    this.#ring = undefined;
    if (bindings.size === 0) this.#bindings.delete(binding.destination);
  }

  route(message: RoutedMessage, match: Match): void {
    if (this.#bindings.size === 0) return;
    const { ends, destinations } = this.#ring ??= ringOf(this.#bindings);
    const bucket = jumpConsistentHash(this.#hashKey(message), ends[ends.length - 1]);
    let [first, last] = [0, ends.length - 1];
    while (first < last) {
      const middle = (first + last) >> 1;
      if (bucket < ends[middle]) last = middle;
      else first = middle + 1;
    }
    match(destinations[first]);
  }
}

function ringOf(bindings: ReadonlyMap<Destination, ReadonlySet<Binding>>): Ring {
  const ends: number[] = [];
  let end = 0;
  for (const [{ routingKey }] of bindings.values()) ends.push(end += weightOf(routingKey));
  return { ends, destinations: [...bindings.keys()] };
}

export const consistentHash: ExchangeType = {
  checkArguments: hashKeyOf,
  checkBinding: ({ routingKey }) => void weightOf(routingKey),
  createRouter: (exchangeArguments) => new ConsistentHashRouter(hashKeyOf(exchangeArguments)),
};
