import type { FieldTable } from "../../wire/field_table.ts";
import type { RecoveredQueue } from "../../store/recovered.ts";
import type { Message } from "../message/messages.ts";
import type { EffectivePolicy } from "./effective_policy.ts";
import type { Target } from "../message/target.ts";
import type { Consumer, Consumption, Receiver } from "./consumers/consumer.ts";
import type { QueueStats } from "./queue_counts.ts";
import type { QueueTotals } from "./queue_totals.ts";
import type { QueueSettings } from "./settings.ts";
import type { SequenceId } from "../../store/sequence.ts";
import type { Tap } from "../tap/tap.ts";

/** The consumers of a queue. */
interface ConsumersOfQueue extends Iterable<Consumer> {
  readonly size: number;
  /** The part of the time in which some consumer could take a message at once; left out for readers of a stream. */
  readonly capacity?: number;
  /** The one consumer that is delivered to (RabbitMQ: Single Active Consumer); `undefined` where all are. */
  readonly singleActive?: Consumer;
  /**
   * Returns true when no consumer can be added: there is an exclusive one, or the new one is exclusive and not the only
   * one.
   */
  isClosedTo(exclusive: boolean): boolean;
}

/** A queue of any type (RabbitMQ: Queue Types), as publishers, consumers and management see it. */
export interface AnyQueue extends Target {
  readonly kind: "queue";
  /** Id in the store's records. */
  readonly id: SequenceId;
  readonly isAutoDelete: boolean;
  /** The only session that may use the queue, with which it is deleted; `null` for a shared queue. */
  readonly owner: object | null;
  readonly arguments: FieldTable;
  /** Name of the user who declared the queue. */
  readonly declaredBy: string;
  /** True for a log that many read (RabbitMQ: Streams): no message leaves it by being delivered. */
  readonly isStream: boolean;
  readonly consumers: ConsumersOfQueue;
  /** Number of delivered messages that are neither settled nor returned. */
  readonly unackedCount: number;
  /** Counts of its messages since the broker started. */
  readonly stats: QueueStats;
  /** Totals of its ready messages, added up when they are read. */
  readonly totals: QueueTotals;
  effectivePolicy: EffectivePolicy;
  /** Settings, made from arguments and policies. */
  readonly settings: QueueSettings;
  /** Applies other settings at once. Cached routes to the queue become invalid. */
  apply(settings: QueueSettings): void;
  /** Recovers the backing queue of a priority after the store was opened. */
  recoverBackingQueue(priority: number, sequenceId: SequenceId): void;
  /** Recovers the contents after the store was opened: the recovered sequences of messages by their ids. */
  recover(recovered: ReadonlyMap<number, RecoveredQueue>): void;
  /** Notes that the queue is used: it is deleted when it was unused for long enough (RabbitMQ: Queue TTL). */
  touch(): void;
  /** Notes that the existing queue was declared again, or passively. */
  declaredAgain(): void;

  /** Releases a message, which the queue holds once. */
  release(message: Message, position: number): void;

  consume(receiver: Receiver, consumption: Consumption): Consumer;
  /**
   * Delivers the messages of this turn to consumers, which happens at the end of the turn otherwise. Later requests in
   * the same turn then see the queue as if each message had been delivered when it came.
   */
  serveConsumers(): void;
  /** Stops deliveries to a consumer. Its unacknowledged messages stay with it. */
  cancel(consumer: Consumer): void;
  /** Notes that a consumer that could not take a message may be able to again. */
  resume(consumer: Consumer): void;
  /** Settles a message that a consumer acknowledged. */
  settle(message: Message, position: number): void;
  /** Takes back a message that a consumer returned. */
  requeue(message: Message, position: number): void;
  /** Takes back a message with which a consumer has failed, or whose consumer is gone, as {@linkcode requeue} does. */
  fail(message: Message, position: number): void;
  /** Dead-letters or drops a message that a consumer rejected. */
  reject(message: Message, position: number): void;

  /** Shows arriving messages to a tap. Returns a function that ends it. */
  tap(tap: Tap): () => void;

  /** Releases all messages and consumers. Unacknowledged messages can still be settled, but do not come back. */
  delete(): void;

  /** Calls `visit` for each reference to a message that the queue itself holds. */
  forEachHeld(visit: (message: Message) => void): void;
  /** Throws `AssertionError` when a count is wrong. Walks all messages, for tests. */
  checkCounts(): void;
}
