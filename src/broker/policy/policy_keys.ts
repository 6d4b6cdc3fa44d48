import { erlangJson, erlangPairs, erlangString } from "../../wire/erlang_text.ts";
import type { Json } from "../../wire/json.ts";
import { parseAgeMs } from "../queue/age.ts";
import type { QueueTypeName } from "../queue/queue_type.ts";
import { Pattern } from "../../pattern/pattern.ts";
import { PatternError } from "../../pattern/syntax.ts";
import type { ParameterCheck } from "./parameter_validation.ts";

/** What two sides that ask for different values get. */
export type Merge = (policy: Json, other: Json) => Json;

const lower: Merge = (policy, other) => Math.min(Number(policy), Number(other));
const higher: Merge = (policy, other) => Math.max(Number(policy), Number(other));
/** A negative limit is none. */
const lowerLimit: Merge = (policy, other) =>
  Number(policy) < 0 || Number(other) < 0 ? higher(policy, other) : lower(policy, other);
const policyWins: Merge = (policy) => policy;
const otherWins: Merge = (_, other) => other;

const check = (isFine: (value: Json) => boolean, isNot: string): ParameterCheck => (value) =>
  isFine(value) ? undefined : `${erlangJson("", value)} ${isNot}`;

const isText = (value: Json) => typeof value === "string";
const isInteger = (value: Json): value is number => Number.isSafeInteger(value);
const isFrom = (min: number, max = Infinity) => (value: Json) => isInteger(value) && value >= min && value <= max;
const isOneOf = (...values: readonly Json[]) => (value: Json) => values.includes(value);

const anything: ParameterCheck = () => undefined;

interface PolicyKey {
  readonly check: ParameterCheck;
  /** What a user's and an operator's policy amount to. Without it operators' policies can't have the key. */
  readonly operator?: Merge;
  /** What policies and a queue's argument of the same name, behind `x-`, amount to. Default: what is lower. */
  readonly argument?: Merge;
  /** The same for queues of one type, where that is something else. */
  readonly argumentOf?: Partial<Record<QueueTypeName, Merge>>;
  /** No policy with this key applies to queues of these types, with whatever else it has. */
  readonly unknownTo?: readonly QueueTypeName[];
}

const CLASSIC_STREAM: readonly QueueTypeName[] = ["classic", "stream"];
const CLASSIC_QUORUM: readonly QueueTypeName[] = ["classic", "quorum"];
const QUORUM_STREAM: readonly QueueTypeName[] = ["quorum", "stream"];
const STREAM: readonly QueueTypeName[] = ["stream"];

const LEADER_LOCATORS = ["client-local", "balanced", "random", "least-leaders"];
const SEGMENT_BYTES_MAX = 3_000_000_000;

/** Keys of mirrored queues, which RabbitMQ 4 has no more: taken with any value, so that old definitions can be imported. */
const mirroring: PolicyKey = { check: anything, operator: otherWins, argument: policyWins, unknownTo: QUORUM_STREAM };

/**
 * The keys of RabbitMQ's policies and its plugins'; those for what is not here are checked and kept. Arguments of queues
 * have a table like this one in `queue/arguments.ts`.
 */
export const POLICY_KEYS: ReadonlyMap<string, PolicyKey> = new Map<string, PolicyKey>([
  ["alternate-exchange", { check: check(isText, "is not a valid alternate exchange name") }],
  ["consumer-disconnected-timeout", { check: check(isFrom(0), "is not a valid consumer disconnected timeout") }],
  ["consumer-timeout", { check: check(isFrom(0), "is not a valid consumer timeout") }],
  [
    "dead-letter-exchange",
    { check: check(isText, "is not a valid dead letter exchange name"), argument: otherWins, unknownTo: STREAM },
  ],
  [
    "dead-letter-routing-key",
    { check: check(isText, "is not a valid dead letter routing key"), argument: otherWins, unknownTo: STREAM },
  ],
  [
    "dead-letter-strategy",
    {
      check: check(isOneOf("at-most-once", "at-least-once"), "is not a valid dead letter strategy"),
      argument: otherWins,
      unknownTo: CLASSIC_STREAM,
    },
  ],
  [
    "delayed-retry-max",
    {
      check: check(isFrom(1), "is not a valid delayed retry maximum delay. Must be a positive integer"),
      operator: lower,
    },
  ],
  [
    "delayed-retry-min",
    {
      check: check(isFrom(1), "is not a valid delayed retry minimum delay. Must be a positive integer"),
      operator: higher,
    },
  ],
  [
    "delayed-retry-type",
    {
      check: check(
        isOneOf("all", "failed", "returned", "disabled"),
        "is not a valid delayed retry type. Must be one of: all, failed, returned, disabled",
      ),
      operator: otherWins,
      argument: policyWins,
    },
  ],
  [
    "delivery-limit",
    {
      check: check(isInteger, "is not a valid delivery limit"),
      operator: lowerLimit,
      argument: lowerLimit,
      unknownTo: CLASSIC_STREAM,
    },
  ],
  ["expires", { check: check(isFrom(1), "is not a valid queue expiry"), operator: lower, unknownTo: STREAM }],
  ["federation-upstream", { check: check(isText, "is not a valid federation upstream name") }],
  ["federation-upstream-pattern", { check: checkUpstreamPattern }],
  ["federation-upstream-set", { check: check(isText, "is not a valid federation upstream set name") }],
  ["ha-mode", mirroring],
  ["ha-params", mirroring],
  ["ha-promote-on-failure", mirroring],
  ["ha-promote-on-shutdown", mirroring],
  ["ha-sync-batch-size", mirroring],
  ["ha-sync-mode", mirroring],
  [
    "initial-cluster-size",
    { check: check(isFrom(0), "is not a valid cluster size"), argument: policyWins, unknownTo: CLASSIC_QUORUM },
  ],
  [
    "max-age",
    {
      check: check((value) => parseAgeMs(String(value)) !== undefined, "is not a valid max age"),
      argument: policyWins,
      unknownTo: CLASSIC_QUORUM,
    },
  ],
  [
    "max-in-memory-bytes",
    { check: check(isFrom(0), "is not a valid maximum memory in bytes"), operator: lower, unknownTo: CLASSIC_STREAM },
  ],
  [
    "max-in-memory-length",
    { check: check(isFrom(0), "is not a valid maximum memory in bytes"), operator: lower, unknownTo: CLASSIC_STREAM },
  ],
  ["max-length", { check: check(isFrom(0), "is not a valid maximum length"), operator: lower, unknownTo: STREAM }],
  [
    "max-length-bytes",
    {
      check: check(isFrom(0), "is not a valid maximum length in bytes"),
      operator: lower,
      argumentOf: { stream: policyWins },
    },
  ],
  [
    "member-placement-tag",
    {
      check: check(
        (value) => isText(value) && value !== "",
        "is not a valid member-placement-tag value. Must be a non-empty string",
      ),
      operator: otherWins,
      argument: policyWins,
    },
  ],
  ["message-ttl", { check: check(isFrom(0), "is not a valid message TTL"), operator: lower, unknownTo: STREAM }],
  [
    "overflow",
    {
      check: check(isOneOf("drop-head", "reject-publish", "reject-publish-dlx"), "is not a valid overflow value"),
      operator: otherWins,
      argument: otherWins,
      argumentOf: { quorum: policyWins },
      unknownTo: STREAM,
    },
  ],
  [
    "queue-leader-locator",
    { check: check(isOneOf(...LEADER_LOCATORS), "is not a valid queue leader locator value"), argument: policyWins },
  ],
  [
    "queue-master-locator",
    {
      check: check(isOneOf(...LEADER_LOCATORS, "min-masters"), "is not a valid master locator"),
      operator: otherWins,
      argument: policyWins,
      unknownTo: QUORUM_STREAM,
    },
  ],
  [
    "queue-mode",
    {
      check: check(isOneOf("default", "lazy"), "is not a valid queue-mode value"),
      unknownTo: QUORUM_STREAM,
      argument: otherWins,
    },
  ],
  [
    "queue-version",
    { check: check(isOneOf(1, 2), "is not a valid queue-version value"), operator: otherWins, argument: otherWins },
  ],
  [
    "routing-key",
    { check: (value) => isText(value) ? undefined : erlangJson("routing-key should be binary, actually was ", value) },
  ],
  ["shards-per-node", { check: checkShardsPerNode }],
  [
    "stream-filter-size-bytes",
    { check: check(isFrom(16, 255), "is not a valid filter size. Valid range is 16-255"), argument: policyWins },
  ],
  [
    "stream-max-segment-size-bytes",
    {
      check: check(isFrom(0, SEGMENT_BYTES_MAX), "is not a valid segment size"),
      argument: policyWins,
      unknownTo: CLASSIC_QUORUM,
    },
  ],
  [
    "target-group-size",
    { check: check(isFrom(1), "is not a valid qq target count value"), operator: higher, unknownTo: CLASSIC_STREAM },
  ],
]);

/** What policies and an argument of a queue of a type amount to. */
export function argumentMerge(key: string, type: QueueTypeName): Merge {
  const { argument, argumentOf } = POLICY_KEYS.get(key)!;
  return argumentOf?.[type] ?? argument ?? lower;
}

function checkUpstreamPattern(value: Json): string | undefined {
  if (typeof value !== "string") return `${erlangJson("", value)} is not a valid federation upstream pattern name`;
  const problem = patternProblem(value);
  if (problem === undefined || problem.startsWith("must")) return problem && `federation-upstream-pattern ${problem}`;
  return `could not compile pattern ${value} to a regular expression. Error: ${problem}`;
}

/** What is wrong with a pattern, as Erlang puts it; `undefined` when nothing is. */
export function patternProblem(source: string): string | undefined {
  try {
    new Pattern(source);
    return undefined;
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return error.offset === undefined ? error.message : `{${erlangString(error.message)},${error.offset}}`;
  }
}

function checkShardsPerNode(value: Json): string | undefined {
  if (typeof value !== "number") return erlangJson("shards-per-node should be a number, actually was ", value);
  return value >= 0 ? undefined : `shards-per-node should be greater than 0, actually was ${value}`;
}

export type PolicyDefinition = Readonly<Record<string, Json>>;

/** What keys say together that they can't; for each rule the reason, in RabbitMQ's words, or `undefined`. */
const COMBINATIONS: readonly ((definition: PolicyDefinition) => string | undefined)[] = [
  (definition) => {
    const type = definition["delayed-retry-type"];
    if (type === undefined || type === "disabled" || definition["delayed-retry-min"] !== undefined) return undefined;
    return `delayed-retry-min is required when delayed-retry-type is ${type}`;
  },
  ({ "delayed-retry-min": min, "delayed-retry-max": max }) =>
    min !== undefined && max !== undefined && Number(max) < Number(min)
      ? `delayed-retry-max (${max}) must not be smaller than delayed-retry-min (${min})`
      : undefined,
  (definition) =>
    Object.keys(definition).filter((key) => key.startsWith("federation-upstream")).length < 2
      ? undefined
      : "cannot specify federation-upstream, federation-upstream-set or federation-upstream-pattern together",
  (definition) =>
    definition["routing-key"] === undefined || definition["shards-per-node"] !== undefined
      ? undefined
      : "shards-per-node must be specified",
];

/** Whose policies they are: users' or the operator's. */
export type PolicyKind = "policy" | "operator_policy";

const mayHave = (kind: PolicyKind, key: string): boolean => {
  const known = POLICY_KEYS.get(key);
  return known !== undefined && (kind === "policy" || known.operator !== undefined);
};

/** What is wrong with what a policy sets, in RabbitMQ's words; `undefined` when nothing is. */
export function definitionProblem(kind: PolicyKind, definition: PolicyDefinition): string | undefined {
  const keys = Object.keys(definition).sort();
  if (keys.length === 0) return "no policy provided";
  const [known, unknown] = [keys.filter((key) => mayHave(kind, key)), keys.filter((key) => !mayHave(kind, key))];
  for (const key of known) {
    const problem = POLICY_KEYS.get(key)!.check(definition[key]);
    if (problem !== undefined) return problem;
  }
  for (const combination of COMBINATIONS) {
    const problem = combination(definition);
    if (problem !== undefined) return problem;
  }
  if (unknown.length === 0) return undefined;
  return `${erlangPairs("", unknown.map((key) => [key, definition[key]]))} are not recognised policy settings`;
}
