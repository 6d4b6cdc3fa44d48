import type { Message } from "../../message/messages.ts";
import type { Receipt } from "../../message/receipt.ts";
import type { Target } from "../../message/target.ts";
import type { QueueVhost } from "../queue_host.ts";
import type { QueueSettings } from "../settings.ts";

/** Why a message died (RabbitMQ: Dead Letter Exchanges). */
export type DeathReason = "rejected" | "expired" | "maxlen" | "delivery_limit";

/** The queue in which messages die, as the publisher of its dead letters sees it. */
export interface DyingQueue {
  readonly name: string;
  readonly vhost: QueueVhost;
  readonly settings: QueueSettings;
  readonly isDeleted: boolean;
  /** Lets go of a message whose dead letter is where it belongs. */
  release(message: Message, position: number): void;
}

/** The message that is published in the place of one that died. */
export interface DeadLetter {
  /** Held once, by the caller of {@linkcode DeadLetterPublisher.write}. */
  readonly message: Message;
  readonly queues: readonly Target[];
}

/** What a queue needs of the publisher of its dead letters. */
export interface DeadLetterPublisher {
  /** Takes a message that died, with the queue's reference, and releases it from the queue when its letter is published. */
  add(queue: DyingQueue, message: Message, position: number, reason: DeathReason): void;
  /** Takes a message that a queue refused; the caller's reference stays with the caller. */
  addRefused(queue: DyingQueue, message: Message): void;
  /** Makes the dead letter of a message; `undefined` where there is no exchange for it. */
  write(queue: DyingQueue, message: Message, reason: DeathReason): DeadLetter | undefined;
  /** Gives a dead letter to targets, and takes over one reference to it. */
  give(letter: Message, targets: readonly Target[]): Receipt;
}
