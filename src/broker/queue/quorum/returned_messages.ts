import { assertEqual } from "../../../wire/assert.ts";
import type { Message, Messages } from "../../message/messages.ts";
import type { BackingQueue } from "../backing/backing_queue.ts";
import { KEPT_IN_MEMORY, SetAsideMessages, type SettingAsideQueue } from "../paging/set_aside.ts";
import type { QueueHost } from "../queue_host.ts";
import { DelayedRetry, retryDelayMs } from "../rules/delayed_retry.ts";
import { counted, type DeliveryCount, failedIn, withDeliveryCount } from "../rules/delivery_limit.ts";
import type { QueueSettings } from "../settings.ts";

/** The queue to which messages are returned. */
export interface ReturningQueue extends SettingAsideQueue {
  readonly settings: QueueSettings;
  /** Lets a message of the queue leave memory, if the store can read it back. */
  forget(message: Message, position: number): void;
}

/**
 * Returned messages of a quorum queue, first in first out: they are delivered before all others. The returns of each
 * message are counted while it is in the queue.
 */
export class ReturnedMessages {
  /** Messages that can be delivered. */
  readonly waiting: SetAsideMessages;
  /** Messages that wait for a delayed retry. Made for the first one. */
  #delayed: DelayedRetry | undefined;
  readonly #queue: ReturningQueue;
  readonly #host: QueueHost;
  readonly #messages: Messages;
  /** By position. */
  readonly #counts = new Map<number, DeliveryCount>();

  constructor(queue: ReturningQueue, host: QueueHost) {
    this.#queue = queue;
    this.#host = host;
    this.#messages = host.messages;
    this.waiting = new SetAsideMessages(queue, host);
  }

  /** Number of messages that can be delivered. */
  get count(): number {
    return this.waiting.count;
  }

  /** Number of messages that wait for a delayed retry. */
  get delayedCount(): number {
    return this.#delayed?.count ?? 0;
  }

  /** Size of the bodies of all messages. In bytes. */
  get bytes(): number {
    let { bytes } = this.waiting;
    this.#delayed?.forEach((message) => bytes += this.#messages.bodyBytes(message));
    return bytes;
  }

  /** Recovers the count of the message at a position. */
  recover(position: number, count: DeliveryCount): void {
    this.#counts.set(position, count);
  }

  /** Counts the return of a message. Returns its count. */
  countReturn(position: number, hasFailed: boolean): DeliveryCount {
    const count = counted(this.#counts.get(position) ?? 0, hasFailed);
    this.#counts.set(position, count);
    return count;
  }

  /**
   * Returns whether consumers have failed with a message more often than the limit (RabbitMQ: Poison Message Handling).
   */
  isOverLimit(position: number): boolean {
    return failedIn(this.#counts.get(position) ?? 0) > this.#queue.settings.deliveryLimit!;
  }

  /** Takes a returned message, with the queue's reference. It may have left memory. */
  add(message: Message, position: number, hasFailed: boolean): void {
    const delayMs = retryDelayMs(this.#queue.settings, hasFailed, failedIn(this.#counts.get(position) ?? 0));
    if (delayMs > 0 || this.count > KEPT_IN_MEMORY) this.#leaveMemory(message, position);
    if (delayMs === 0) return this.#takeBack(message, position);
    this.#delayed ??= new DelayedRetry(this.#host, this.#takeBack);
    this.#delayed.add(message, position, delayMs);
  }

  readonly #takeBack = (message: Message, position: number): void => {
    this.waiting.push(message, position);
    this.#queue.whenRead();
  };

  #leaveMemory(message: Message, position: number): void {
    if (!this.#messages.isAbsent(message)) this.#queue.forget(message, position);
  }

  /** Lets messages of a backing queue before a position, which the store can read back, leave memory. */
  leaveMemory(backingQueue: BackingQueue, upTo: number): void {
    this.waiting.leaveMemory(backingQueue, upTo);
    this.#delayed?.forEach((message, position) => this.#leaveMemory(message, position));
  }

  /** Calls `visit` for all messages that are held; for one that has left memory, only its number may exist. */
  forEach(visit: (message: Message) => void): void {
    this.waiting.forEach(visit);
    this.#delayed?.forEach(visit);
  }

  /** Throws `AssertionError` when a count is wrong. */
  checkCounts(): void {
    this.waiting.checkCounts();
    let delayedCount = 0;
    this.#delayed?.forEach(() => delayedCount++);
    assertEqual("messages that wait for a delayed retry", this.delayedCount, delayedCount);
  }

  /** Makes the message that a consumer sees, with its counts in the headers. */
  shown(message: Message, position: number): Message {
    let count = this.#counts.get(position);
    if (count === undefined) {
      // It was unacknowledged when the broker ended, and its outcome is unknown.
      count = counted(0, true);
      this.#counts.set(position, count);
    }
    return withDeliveryCount(this.#messages, message, count);
  }

  /** Makes the message that {@linkcode shown} would make, and changes nothing. */
  peeked(message: Message, position: number): Message {
    return withDeliveryCount(this.#messages, message, this.#counts.get(position) ?? counted(0, true));
  }

  /** Drops the count of a message that has left the queue. */
  forget(position: number): void {
    if (this.#counts.size > 0) this.#counts.delete(position);
  }

  /** Drops all counts, as the queue is empty. */
  forgetAll(): void {
    this.#counts.clear();
  }

  /** Takes all messages out: calls `release` for those in memory, `settle` for the positions of the others. */
  clear(release: (message: Message, position: number) => void, settle: (position: number) => void): void {
    this.waiting.clear(release, settle);
    this.#delayed?.clear(release);
  }
}
