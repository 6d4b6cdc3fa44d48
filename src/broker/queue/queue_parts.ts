import type { FieldTable } from "../../wire/field_table.ts";
import type { PriorityRange } from "./backing/backing_queues.ts";
import type { ConsumersTraits } from "./consumers/consumers.ts";
import type { QueueHost } from "./queue_host.ts";
import type { ReturnedMessages, ReturningQueue } from "./quorum/returned_messages.ts";
import type { QueueSettings } from "./settings.ts";

/** What a queue that gives each message to one consumer is put together from, by its type. */
export interface QueueParts {
  /** True when transient messages are kept like persistent ones. */
  readonly keepsTransient: boolean;
  readonly consumers: ConsumersTraits;
  /** True when declaring the queue again is using it (RabbitMQ: Queue TTL). */
  readonly isUsedByDeclaring: boolean;
  /** The priorities that messages can have; `undefined` where all are alike. */
  priorities(queueArguments: FieldTable): PriorityRange | undefined;
  /** The settings that a queue of the type makes of those that are asked of it. */
  allowed(settings: QueueSettings): QueueSettings;
  /** Makes the place for messages that come back; `undefined` where they go back to where they were. */
  returned(queue: ReturningQueue, host: QueueHost): ReturnedMessages | undefined;
}
