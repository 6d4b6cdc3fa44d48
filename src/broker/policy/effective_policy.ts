import type { Json } from "../../wire/json.ts";
import { type EffectivePolicy, NO_POLICY } from "../queue/effective_policy.ts";
import type { QueueTypeName } from "../queue/queue_type.ts";
import type { Definition as QueueDefinition } from "../queue/settings.ts";
import type { Policy } from "./policy.ts";
import { argumentMerge, POLICY_KEYS, type PolicyDefinition } from "./policy_keys.ts";

/** Makes effective policies, each once: two things with the same policies share one object. */
export class EffectivePolicies {
  /** By the user's policy, then by the operator's. An entry disappears with the policies that it was made of. */
  readonly #made = new WeakMap<Policy | typeof NO_POLICY, WeakMap<Policy | typeof NO_POLICY, EffectivePolicy>>();

  of(policy: Policy | undefined, operatorPolicy: Policy | undefined): EffectivePolicy {
    if (policy === undefined && operatorPolicy === undefined) return NO_POLICY;
    let made = this.#made.get(policy ?? NO_POLICY);
    if (made === undefined) this.#made.set(policy ?? NO_POLICY, made = new WeakMap());
    let effective = made.get(operatorPolicy ?? NO_POLICY);
    if (effective === undefined) {
      const definition = mergeDefinitions(policy?.definition ?? {}, operatorPolicy?.definition ?? {});
      made.set(operatorPolicy ?? NO_POLICY, effective = { policy, operatorPolicy, definition });
    }
    return effective;
  }
}

/** Merges the definitions of a user's and an operator's policy. */
export function mergeDefinitions(user: PolicyDefinition, operator: PolicyDefinition): PolicyDefinition {
  const merged: Record<string, Json> = { ...user };
  for (const [key, value] of Object.entries(operator)) {
    merged[key] = Object.hasOwn(user, key) ? POLICY_KEYS.get(key)!.operator!(user[key], value) : value;
  }
  return merged;
}

/** Merges a policy's definition and a queue's arguments. */
export function mergeArguments(type: QueueTypeName, policy: PolicyDefinition, asked: QueueDefinition): QueueDefinition {
  if (policy === NO_POLICY.definition) return asked;
  const merged = new Map(asked);
  for (const [key, value] of Object.entries(policy)) {
    const argument = asked.get(key);
    const one = argument === undefined ? value : argumentMerge(key, type)(value, argument);
    if (typeof one === "number" || typeof one === "string" || typeof one === "boolean") merged.set(key, one);
  }
  return merged;
}
