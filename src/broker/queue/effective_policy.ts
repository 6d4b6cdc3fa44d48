import type { Json } from "../../wire/json.ts";

/** The parts of a policy that its queues and exchanges show. */
interface NamedPolicy {
  readonly name: string;
}

/** What the policy of a user and that of an operator amount to for all exchanges and queues that have both. */
export interface EffectivePolicy {
  readonly policy: NamedPolicy | undefined;
  readonly operatorPolicy: NamedPolicy | undefined;
  /** RabbitMQ: `effective_policy_definition`. */
  readonly definition: Readonly<Record<string, Json>>;
}

/** For exchanges and queues that match no policy. */
export const NO_POLICY: EffectivePolicy = { policy: undefined, operatorPolicy: undefined, definition: {} };
