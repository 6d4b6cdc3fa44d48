import type { Exchange } from "../../api/types.ts";
import type { KnownArgument } from "../../format/known_arguments.ts";
import type { ExchangeTexts } from "./en.ts";

/** Types of exchanges in the order in which people look for them. */
export const EXCHANGE_TYPES = [
  "direct",
  "fanout",
  "topic",
  "headers",
  "x-consistent-hash",
  "x-modulus-hash",
  "x-random",
  "x-local-random",
  "x-recent-history",
  "x-jms-topic",
  "x-delayed-message",
  "x-message-deduplication",
] as const;

export type ExchangeType = typeof EXCHANGE_TYPES[number];

interface ExchangeArgument extends KnownArgument {
  readonly name: keyof ExchangeTexts["argumentHelp"];
  /** Types that heed it. Absent for all of them. */
  readonly types?: readonly ExchangeType[];
}

/** Arguments of `exchange.declare`. */
const EXCHANGE_ARGUMENTS: readonly ExchangeArgument[] = [
  { name: "alternate-exchange", type: "text" },
  { name: "x-delayed-type", type: ["direct", "fanout", "topic", "headers"], types: ["x-delayed-message"] },
  { name: "x-delayed-exchange", type: "boolean" },
  { name: "hash-header", type: "text", types: ["x-consistent-hash"] },
  { name: "hash-property", type: ["correlation_id", "message_id", "timestamp"], types: ["x-consistent-hash"] },
  { name: "x-recent-history-length", type: "integer", types: ["x-recent-history"] },
  { name: "x-cache-size", type: "integer", types: ["x-message-deduplication"] },
  { name: "x-cache-ttl", type: "integer", isTime: true, types: ["x-message-deduplication"] },
  { name: "x-cache-persistence", type: ["memory", "disk"], types: ["x-message-deduplication"] },
];

/** Returns the arguments that exchanges of a type heed. */
export const exchangeArguments = (type: ExchangeType, t: ExchangeTexts): readonly KnownArgument[] =>
  EXCHANGE_ARGUMENTS
    .filter(({ types }) => types === undefined || types.includes(type))
    .map((argument) => ({ ...argument, help: t.argumentHelp[argument.name] }));

/** Name in the API, and in addresses, of the default exchange, whose name is empty. */
const DEFAULT_EXCHANGE = "amq.default";

export const apiName = ({ name }: Pick<Exchange, "name">): string => name || DEFAULT_EXCHANGE;

/** Returns whether an exchange is there without having been declared, and can't be deleted. */
export const isPredeclared = ({ name }: Pick<Exchange, "name">): boolean => name === "" || name.startsWith("amq.");
