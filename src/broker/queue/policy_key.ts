import { erlangJson } from "../../wire/erlang_text.ts";
import type { Json } from "../../wire/json.ts";
import type { QueueTypeName } from "./queue_type.ts";

/** What two sides that ask for different values get. */
export type Merge = (policy: Json, other: Json) => Json;

export const lower: Merge = (policy, other) => Math.min(Number(policy), Number(other));
export const higher: Merge = (policy, other) => Math.max(Number(policy), Number(other));
/** A negative limit is none. */
export const lowerLimit: Merge = (policy, other) =>
  Number(policy) < 0 || Number(other) < 0 ? higher(policy, other) : lower(policy, other);
export const policyWins: Merge = (policy) => policy;
export const otherWins: Merge = (_, other) => other;

/** Says why a policy's value is refused, in RabbitMQ's words; `undefined` when it is fine. */
type PolicyCheck = (value: Json) => string | undefined;

export const check = (isFine: (value: Json) => boolean, isNot: string): PolicyCheck => (value) =>
  isFine(value) ? undefined : `${erlangJson("", value)} ${isNot}`;

export const isText = (value: Json) => typeof value === "string";
export const isInteger = (value: Json): value is number => Number.isSafeInteger(value);
export const isFrom = (min: number, max = Infinity) => (value: Json) =>
  isInteger(value) && value >= min && value <= max;
export const isOneOf = (...values: readonly Json[]) => (value: Json) => values.includes(value);

export const anything: PolicyCheck = () => undefined;

/** How a key of policies is checked, and what it amounts to beside others that say the same. */
export interface PolicyKey {
  readonly check: PolicyCheck;
  /** What a user's and an operator's policy amount to. Without it operators' policies can't have the key. */
  readonly operator?: Merge;
  /** What policies and a queue's argument of the same name, behind `x-`, amount to. Default: what is lower. */
  readonly argument?: Merge;
  /** The same for queues of one type, where that is something else. */
  readonly argumentOf?: Partial<Record<QueueTypeName, Merge>>;
  /** No policy with this key applies to queues of these types, with whatever else it has. */
  readonly unknownTo?: readonly QueueTypeName[];
}
