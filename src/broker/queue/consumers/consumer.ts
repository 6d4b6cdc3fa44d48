import type { FieldTable } from "../../../wire/field_table.ts";
import type { MessageContent } from "../../../store/message_content.ts";
import type { Message } from "../../message/messages.ts";
import type { AnyQueue } from "../any_queue.ts";
import { consumerPriority, consumerTimeoutMs } from "./consumer_arguments.ts";
import { hasSingleActiveConsumer } from "./consumers.ts";
import { RoundRobin } from "./round_robin.ts";

/** The channel of a consumer, as events of a queue describe it. */
export interface ConsumerChannel {
  readonly number: number;
  readonly session: {
    readonly user: { readonly name: string };
    readonly origin: {
      readonly name: string;
      readonly peer?: { readonly host: string; readonly port: number };
      readonly hostNames?: { readonly peer?: string };
    };
  };
}

/** The receiver of a queue's deliveries: a channel, or a stream in an embedding program. */
export interface Receiver {
  /** Left out where there is no channel. */
  readonly channel?: ConsumerChannel;
  /**
   * Returns whether it can take one more message for this consumer. If not, it calls {@linkcode AnyQueue.resume} once
   * it can.
   */
  canTake(consumer: Consumer): boolean;
  /**
   * Takes a message and the queue's reference to it: the receiver settles or requeues it later, or, for a consumer
   * without acknowledgements, makes the queue release it at once. `shown` is the message that the consumer sees: mostly
   * the message itself, or else one that is valid until the end of the call.
   */
  deliver(consumer: Consumer, message: Message, position: number, isRedelivered: boolean, shown: Message): void;
  /**
   * Takes a message of a stream, which keeps it: settling or requeuing it later only makes room for more. `message` is
   * valid until the end of the call.
   */
  deliverFromLog(consumer: Consumer, message: MessageContent, offset: number): void;
  /** Called when the queue was deleted, and the consumer with it. */
  queueDeleted(consumer: Consumer): void;
}

/** The parameters of `basic.consume`. */
export interface Consumption {
  /** Unique on its channel. */
  readonly tag: string;
  readonly noAck: boolean;
  readonly exclusive: boolean;
  /** Maximum number of unacknowledged deliveries; 0 is any number. */
  readonly prefetch: number;
  readonly arguments: FieldTable;
}

/** Counts of a consumer's deliveries at one moment. */
export interface ConsumerStats {
  /** Numbers of deliveries to a consumer that acknowledges, and to one that does not. */
  readonly deliver: number;
  readonly deliverNoAck: number;
  readonly ack: number;
  /** Number of deliveries of messages that were delivered before. */
  readonly redeliver: number;
}

/** Round robin of a consumer that is not in its queue yet. */
const NO_ROUND_ROBIN = new RoundRobin(0);

/** A subscription to a queue's messages (AMQP 0-9-1 §3.1.5). */
export class Consumer {
  readonly queue: AnyQueue;
  readonly receiver: Receiver;
  readonly tag: string;
  readonly noAck: boolean;
  readonly isExclusive: boolean;
  readonly prefetch: number;
  readonly arguments: FieldTable;
  /** Consumers of higher priority are served first. */
  readonly priority: number;
  /** Acknowledgement timeout. In milliseconds; `undefined` for that of its queue or the broker. */
  readonly timeoutMs: number | undefined;
  /** The round robin that it waits in. */
  roundRobin: RoundRobin = NO_ROUND_ROBIN;
  /** False while it waits for the single active consumer to end. */
  isActive = true;
  /** Number of deliveries that are neither acknowledged nor returned. */
  unackedCount = 0;
  /** Number of deliveries, and of those of messages that were delivered before. */
  deliveredCount = 0;
  redeliveredCount = 0;
  /** Number of deliveries that were rejected or requeued. */
  returnedCount = 0;
  /** True while it is in the round robin of consumers that may be able to take a message. */
  isWaiting = false;
  isCancelled = false;

  constructor(queue: AnyQueue, receiver: Receiver, consumption: Consumption) {
    this.queue = queue;
    this.receiver = receiver;
    this.tag = consumption.tag;
    this.noAck = consumption.noAck;
    this.isExclusive = consumption.exclusive;
    this.prefetch = consumption.prefetch;
    this.arguments = consumption.arguments;
    this.priority = consumerPriority(consumption.arguments);
    this.timeoutMs = consumerTimeoutMs(consumption.arguments);
  }

  /** Status of the consumer in RabbitMQ's words (`activity_status`). */
  get activityStatus(): "up" | "single_active" | "waiting" {
    if (!this.isActive) return "waiting";
    return hasSingleActiveConsumer(this.queue.arguments) ? "single_active" : "up";
  }

  /** Counts of its deliveries, by RabbitMQ's names in `message_stats`. */
  get stats(): ConsumerStats {
    const { deliveredCount, noAck } = this;
    return {
      deliver: noAck ? 0 : deliveredCount,
      deliverNoAck: noAck ? deliveredCount : 0,
      // A delivery was acknowledged unless it is unacknowledged or was returned.
      ack: noAck ? 0 : deliveredCount - this.unackedCount - this.returnedCount,
      redeliver: this.redeliveredCount,
    };
  }
}
