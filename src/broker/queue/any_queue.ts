import type { FieldTable } from "../../wire/field_table.ts";
import type { RecoveredQueue } from "../../store/store.ts";
import type { Message } from "../message/messages.ts";
import type { EffectivePolicy } from "./effective_policy.ts";
import type { Target } from "../message/target.ts";
import type { Consumer, Consumption, Receiver } from "./consumers/consumer.ts";
import type { QueueStats } from "./queue_counts.ts";
import type { QueueTotals } from "./queue_totals.ts";
import type { QueueSettings } from "./settings.ts";

/** The consumers of a queue. */
interface ConsumersOfQueue extends Iterable<Consumer> {
  readonly size: number;
  /** Whether no consumer can be added now: there is an exclusive one, or the new one wants to be exclusive and is not. */
  isClosedTo(exclusive: boolean): boolean;
}

/** A queue of any type (RabbitMQ: Queue Types), as publishers, consumers and management see it. */
export interface AnyQueue extends Target {
  readonly kind: "queue";
  /** Its id in the store's records. */
  readonly id: number;
  readonly isAutoDelete: boolean;
  /** The connection that alone may use it and takes it along when it goes; `null` for a queue that all share. */
  readonly owner: object | null;
  readonly arguments: FieldTable;
  /** Whether it is a log that many read (RabbitMQ: Streams): no message leaves it by being delivered. */
  readonly isStream: boolean;
  readonly consumers: ConsumersOfQueue;
  /** Counts of what happened to its messages since the broker started. */
  readonly stats: QueueStats;
  /** Totals of its messages now. They are added up when they are asked for. */
  readonly totals: QueueTotals;
  effectivePolicy: EffectivePolicy;
  /** Its settings, by its arguments and by policies. */
  readonly settings: QueueSettings;
  /** Applies other settings at once. Remembered routes to the queue become invalid. */
  apply(settings: QueueSettings): void;
  /** Takes up the backing queue of a priority that it had when the store was opened. */
  recoverBackingQueue(priority: number, sequenceId: number): void;
  /** Takes up what it was when the store was opened: its sequences of messages as they were, by their ids. */
  recover(recovered: ReadonlyMap<number, RecoveredQueue>): void;
  /** It has been used: only when that was long ago it may be deleted for it (RabbitMQ: Queue TTL). */
  touch(): void;
  /** It has been declared though it was there, or asked about by a passive declaration. */
  declaredAgain(): void;

  /** The queue is done with a message, which it holds once. */
  release(message: Message, position: number): void;

  consume(receiver: Receiver, consumption: Consumption): Consumer;
  /**
   * Gives consumers what is theirs of what came in this turn, which they get at its end otherwise. What somebody else then
   * asks for in the same turn comes after that, as if each message had been delivered when it came.
   */
  serveConsumers(): void;
  /** Sends a consumer no more messages. What it has been sent stays with it. */
  cancel(consumer: Consumer): void;
  /** A consumer that could not take a message may be able to again. */
  resume(consumer: Consumer): void;
  /** A consumer is done with a message. */
  settle(message: Message, position: number): void;
  /** A consumer gives a message back. */
  requeue(message: Message, position: number): void;
  /** A consumer has failed with a message, or is gone: as in {@linkcode requeue}. */
  fail(message: Message, position: number): void;
  /** A consumer wants no more of a message: it is dead-lettered, or gone. */
  reject(message: Message, position: number): void;

  /** Lets go of all messages and consumers. What consumers still hold can be settled; it does not come back. */
  delete(): void;
}
