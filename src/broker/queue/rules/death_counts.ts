import { QUEUE_TYPE_NAMES, type QueueTypeName } from "../queue_type.ts";
import type { DeathReason } from "./dead_letters.ts";

/** Treatment of dead messages, by RabbitMQ's names: dropped, or published to a dead letter exchange. */
export type DeadLetterTreatment = "disabled" | "at_most_once" | "at_least_once";

type ReasonCounts = Record<DeathReason, number>;

const noDeaths = (): ReasonCounts => ({ rejected: 0, expired: 0, maxlen: 0, delivery_limit: 0 });

/** Numbers of dead messages of all queues of a type since the broker started. */
export class TypeDeathCounts implements Record<DeadLetterTreatment, ReasonCounts> {
  readonly disabled = noDeaths();
  readonly at_most_once = noDeaths();
  readonly at_least_once = noDeaths();
  /** Number of messages whose dead letters have reached all their queues at least once. */
  confirmed = 0;
}

/** Numbers of dead messages by the type of their queue. */
export class DeathCounts {
  readonly #types = Object.fromEntries(QUEUE_TYPE_NAMES.map((type) => [type, new TypeDeathCounts()])) as Readonly<
    Record<QueueTypeName, TypeDeathCounts>
  >;

  of(type: QueueTypeName): TypeDeathCounts {
    return this.#types[type];
  }
}
