import type { Table, TableValue } from "../../api/types.ts";

/** A policy of either kind, as far as it tells of its keys. */
export interface PolicyDefinition {
  readonly name: string;
  readonly definition: Table;
}

/** A key of a queue's effective policy. */
export interface EffectiveKey {
  readonly key: string;
  readonly value: TableValue;
  /** Name of the policy that sets it; `undefined` while it is not known. */
  readonly policy: string | undefined;
  readonly isOperators: boolean;
}

/**
 * Returns which policy sets each key. An operator's policy sets what the user's does not, or a lower limit (RabbitMQ:
 * Policies, Operator Policies): so the source of a key is the policy with the value that holds.
 */
export function effectiveKeys(
  effective: Table,
  user: PolicyDefinition | undefined,
  operator: PolicyDefinition | undefined,
): EffectiveKey[] {
  return Object.entries(effective).map(([key, value]) => {
    const isUsers = sets(user, key, value);
    const isOperators = !isUsers && sets(operator, key, value);
    return { key, value, policy: isUsers ? user?.name : isOperators ? operator?.name : undefined, isOperators };
  });
}

const sets = (policy: PolicyDefinition | undefined, key: string, value: TableValue): boolean =>
  policy !== undefined && JSON.stringify(policy.definition[key]) === JSON.stringify(value);
