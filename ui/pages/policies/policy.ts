import type { Table } from "../../api/types.ts";

/** Kinds of objects that a policy applies to, as the API names them. */
export const APPLY_TO = ["all", "queues", "classic_queues", "quorum_queues", "streams", "exchanges"] as const;
export type ApplyTo = typeof APPLY_TO[number];

/** A policy, or an operator policy, as the API has it. */
export interface Policy {
  readonly name: string;
  readonly vhost: string;
  readonly pattern: string;
  readonly "apply-to": ApplyTo;
  readonly definition: Table;
  readonly priority: number;
}

/** The two kinds of policies: those of applications' owners, and those of the operator. */
export const POLICY_KINDS = { policy: "policies", operator: "operator-policies" } as const;
export type PolicyKind = keyof typeof POLICY_KINDS;

/** Type of queue that a policy for one type applies to. */
const QUEUE_TYPES: Partial<Record<ApplyTo, string>> = {
  classic_queues: "classic",
  quorum_queues: "quorum",
  streams: "stream",
};

/** Returns whether a policy for these objects applies to exchanges, or to queues. */
export const appliesToExchanges = (applyTo: ApplyTo): boolean => applyTo === "all" || applyTo === "exchanges";
export const appliesToQueues = (applyTo: ApplyTo): boolean => applyTo !== "exchanges";

/** Returns the queues among those with a matching name that a policy applies to. */
export function queuesOf<Queue extends { readonly type: string }>(
  queues: readonly Queue[],
  applyTo: ApplyTo,
): readonly Queue[] {
  const type = QUEUE_TYPES[applyTo];
  return type === undefined ? queues : queues.filter((queue) => queue.type === type);
}
