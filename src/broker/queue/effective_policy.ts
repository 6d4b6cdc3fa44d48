import type { Json } from "../../wire/json.ts";

/** The parts of a policy that queues and exchanges show. */
interface NamedPolicy {
  readonly name: string;
}

/** A user's and an operator's policy merged, for all exchanges and queues with these two. */
export interface EffectivePolicy {
  readonly policy: NamedPolicy | undefined;
  readonly operatorPolicy: NamedPolicy | undefined;
  /** RabbitMQ: `effective_policy_definition`. */
  readonly definition: Readonly<Record<string, Json>>;
}

/** Policy of exchanges and queues that no policy matches. */
export const NO_POLICY: EffectivePolicy = { policy: undefined, operatorPolicy: undefined, definition: {} };
