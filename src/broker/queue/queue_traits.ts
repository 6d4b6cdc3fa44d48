import type { FieldTable } from "../../wire/field_table.ts";
import type { ConsumersTraits } from "./consumers/consumers.ts";
import type { PriorityRange } from "./backing/backing_queues.ts";

/** What sets queues of a type apart that give each message to one consumer. */
export interface QueueTraits {
  /** Whether transient messages are kept like persistent ones. */
  readonly keepsTransient: boolean;
  readonly consumers: ConsumersTraits;
  /** Which priorities messages have; `undefined` where all are alike. */
  priorities(queueArguments: FieldTable): PriorityRange | undefined;
}

export const CLASSIC: QueueTraits = {
  keepsTransient: false,
  consumers: { mayBeExclusive: true, yieldToPriority: false },
  priorities(queueArguments) {
    const max = Number(queueArguments.get("x-max-priority")?.value ?? 0);
    return max > 0 ? { max, default: 0 } : undefined;
  },
};

/** RabbitMQ: Quorum Queues. */
export const QUORUM: QueueTraits = {
  keepsTransient: true,
  consumers: { mayBeExclusive: false, yieldToPriority: true },
  priorities: () => ({ max: 31, default: 4 }),
};
