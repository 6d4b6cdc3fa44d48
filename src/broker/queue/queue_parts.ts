import type { Behaviour } from "../compat/behaviour.ts";
import type { FieldTable } from "../../wire/field_table.ts";
import type { PriorityRange } from "./backing/backing_queues.ts";
import type { ConsumersTraits } from "./consumers/consumers.ts";
import type { QueueHost } from "./queue_host.ts";
import type { ReturnedMessages, ReturningQueue } from "./quorum/returned_messages.ts";
import type { QueueSettings } from "./settings.ts";

/** The parts of a queue that gives each message to one consumer, by its type. */
export interface QueueParts {
  /** True when transient messages are stored like persistent ones. */
  readonly keepsTransient: boolean;
  readonly consumers: ConsumersTraits;
  /** True when declaring the queue again counts as use (RabbitMQ: Queue TTL). */
  readonly isUsedByDeclaring: boolean;
  /** Returns the priorities of messages; `undefined` for a queue without priorities. */
  priorities(queueArguments: FieldTable, behaviour: Behaviour): PriorityRange | undefined;
  /** Returns the settings of a queue of the type, made from the requested ones. */
  allowed(settings: QueueSettings, behaviour: Behaviour): QueueSettings;
  /** Makes the place for returned messages; `undefined` when they go back to their old places. */
  returned(queue: ReturningQueue, host: QueueHost): ReturnedMessages | undefined;
}
