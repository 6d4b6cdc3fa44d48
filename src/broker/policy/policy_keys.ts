import { erlangJson, erlangPairs, erlangPatternError } from "../../wire/erlang_text.ts";
import type { Json } from "../../wire/json.ts";
import { policyKeyName, QUEUE_ARGUMENTS } from "../queue/argument_table.ts";
import {
  anything,
  check,
  higher,
  isFrom,
  isText,
  lower,
  type Merge,
  otherWins,
  type PolicyKey,
  policyWins,
} from "../queue/policy_key.ts";
import { CLASSIC_STREAM, type QueueTypeName, QUORUM_STREAM } from "../queue/queue_type.ts";
import { Pattern } from "../../pattern/pattern.ts";
import { PatternError } from "../../pattern/syntax.ts";

/**
 * Keys of mirrored queues, which RabbitMQ 4 has removed: accepted with any value, so that old definitions can be
 * imported.
 */
const mirroring: PolicyKey = { check: anything, operator: otherWins, argument: policyWins, unknownTo: QUORUM_STREAM };

/**
 * The keys of RabbitMQ's policies and its plugins' policies. Keys of features that are not built are checked and kept.
 * Keys with the meaning of a queue's argument stand with it in `queue/argument_table.ts`; all others are here.
 */
export const POLICY_KEYS: ReadonlyMap<string, PolicyKey> = new Map<string, PolicyKey>([
  ...[...QUEUE_ARGUMENTS].flatMap(([argument, { policy }]): [string, PolicyKey][] =>
    policy === undefined ? [] : [[policyKeyName(argument), policy]]
  ),
  ["alternate-exchange", { check: check(isText, "is not a valid alternate exchange name") }],
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
  [
    "routing-key",
    { check: (value) => isText(value) ? undefined : erlangJson("routing-key should be binary, actually was ", value) },
  ],
  ["shards-per-node", { check: checkShardsPerNode }],
  [
    "target-group-size",
    { check: check(isFrom(1), "is not a valid qq target count value"), operator: higher, unknownTo: CLASSIC_STREAM },
  ],
]);

/** Returns how policies and an argument are merged for queues of a type. */
export function argumentMerge(key: string, type: QueueTypeName): Merge {
  const { argument, argumentOf } = POLICY_KEYS.get(key)!;
  return argumentOf?.[type] ?? argument ?? lower;
}

function checkUpstreamPattern(value: Json): string | undefined {
  if (typeof value !== "string") return `${erlangJson("", value)} is not a valid federation upstream pattern name`;
  const problem = patternProblem(value, `could not compile pattern ${value} to a regular expression. Error: `);
  return problem?.startsWith("must") ? `federation-upstream-pattern ${problem}` : problem;
}

/**
 * Returns what is wrong with a pattern, in Erlang's words and behind a text; `undefined` when it is valid. A pattern
 * that is too long has a problem without the text.
 */
export function patternProblem(source: string, before = ""): string | undefined {
  try {
    new Pattern(source);
    return undefined;
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return error.offset === undefined ? error.message : erlangPatternError(before, error.message, error.offset);
  }
}

function checkShardsPerNode(value: Json): string | undefined {
  if (typeof value !== "number") return erlangJson("shards-per-node should be a number, actually was ", value);
  return value >= 0 ? undefined : `shards-per-node should be greater than 0, actually was ${value}`;
}

export type PolicyDefinition = Readonly<Record<string, Json>>;

/** Rules for combinations of keys: each returns why a definition is refused, in RabbitMQ's words, or `undefined`. */
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

/** Kinds of policies: users' policies and operator policies. */
export type PolicyKind = "policy" | "operator_policy";

const mayHave = (kind: PolicyKind, key: string): boolean => {
  const known = POLICY_KEYS.get(key);
  return known !== undefined && (kind === "policy" || known.operator !== undefined);
};

/** Returns what is wrong with a definition, in RabbitMQ's words; `undefined` when it is valid. */
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
