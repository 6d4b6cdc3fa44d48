import { erlangJson } from "../../wire/erlang_text.ts";
import type { Json } from "../../wire/json.ts";
import type { QueueTypeName } from "./queue_type.ts";

/** Merges the different values of two sides. */
export type Merge = (policy: Json, other: Json) => Json;

export const lower: Merge = (policy, other) => Math.min(Number(policy), Number(other));
export const higher: Merge = (policy, other) => Math.max(Number(policy), Number(other));
/** Returns the lower limit; a negative one is none. */
export const lowerLimit: Merge = (policy, other) =>
  Number(policy) < 0 || Number(other) < 0 ? higher(policy, other) : lower(policy, other);
export const policyWins: Merge = (policy) => policy;
export const otherWins: Merge = (_, other) => other;

/** Returns why a policy's value is refused, in RabbitMQ's words; `undefined` when it is valid. */
type PolicyCheck = (value: Json) => string | undefined;

export const check = (isFine: (value: Json) => boolean, isNot: string): PolicyCheck => (value) =>
  isFine(value) ? undefined : `${erlangJson("", value)} ${isNot}`;

export const isText = (value: Json) => typeof value === "string";
export const isInteger = (value: Json): value is number => Number.isSafeInteger(value);
export const isFrom = (min: number, max = Infinity) => (value: Json) =>
  isInteger(value) && value >= min && value <= max;
export const isOneOf = (...values: readonly Json[]) => (value: Json) => values.includes(value);

export const anything: PolicyCheck = () => undefined;

/** Check and merge rules of a policy key. */
export interface PolicyKey {
  readonly check: PolicyCheck;
  /** Merges a user's and an operator's policy. Without it, operator policies can't have the key. */
  readonly operator?: Merge;
  /** Merges policies and the queue argument of the same name behind `x-`. Default: the lower one. */
  readonly argument?: Merge;
  /** Merges for queues of one type, where that differs. */
  readonly argumentOf?: Partial<Record<QueueTypeName, Merge>>;
  /** Types of queues to which no policy with this key applies, whatever else it sets. */
  readonly unknownTo?: readonly QueueTypeName[];
}
