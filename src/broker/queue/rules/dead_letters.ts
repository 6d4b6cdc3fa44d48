import type { Message } from "../../message/messages.ts";
import type { Receipt } from "../../message/receipt.ts";
import type { Target } from "../../message/target.ts";
import type { QueueVhost } from "../queue_host.ts";
import type { QueueSettings } from "../settings.ts";

/** Reason of a message's death (RabbitMQ: Dead Letter Exchanges). */
export type DeathReason = "rejected" | "expired" | "maxlen" | "delivery_limit";

/** A queue with dead messages, as the publisher of its dead letters sees it. */
export interface DyingQueue {
  readonly name: string;
  readonly vhost: QueueVhost;
  readonly settings: QueueSettings;
  readonly isDeleted: boolean;
  /** Releases a message whose dead letter has reached its targets. */
  release(message: Message, position: number): void;
}

/** The message that is published in place of a dead one. */
export interface DeadLetter {
  /** Held once, by the caller of {@linkcode DeadLetterPublisher.write}. */
  readonly message: Message;
  readonly queues: readonly Target[];
}

/** The publisher of dead letters, as queues use it. */
export interface DeadLetterPublisher {
  /**
   * Takes a dead message, with the queue's reference, and releases it from the queue when its dead letter is published.
   */
  add(queue: DyingQueue, message: Message, position: number, reason: DeathReason): void;
  /** Takes a message that a queue refused; the reference stays with the caller. */
  addRefused(queue: DyingQueue, message: Message): void;
  /** Makes the dead letter of a message; returns `undefined` when its exchange does not exist. */
  write(queue: DyingQueue, message: Message, reason: DeathReason): DeadLetter | undefined;
  /** Gives a dead letter to targets, and takes over one reference to it. */
  give(letter: Message, targets: readonly Target[]): Receipt;
}
