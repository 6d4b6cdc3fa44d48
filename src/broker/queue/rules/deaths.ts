import type { Message, Messages } from "../../message/messages.ts";
import type { BackingQueue } from "../backing/backing_queue.ts";
import type { QueueCounts } from "../queue_counts.ts";
import type { QueueHost } from "../queue_host.ts";
import { queueTypeName } from "../queue_type.ts";
import type { WaitingMessages } from "../waiting_messages.ts";
import { AtLeastOnce, type KeepingQueue } from "./at_least_once.ts";
import type { DeathReason } from "./dead_letters.ts";
import type { TypeDeathCounts } from "./death_counts.ts";
import type { QueueRules } from "./queue_rules.ts";

/**
 * Drops dead messages of a queue, or publishes them to its dead letter exchange (RabbitMQ: Dead Letter Exchanges), at once
 * or until all queues on the route have taken them.
 */
export class Deaths {
  readonly #queue: KeepingQueue;
  readonly #host: QueueHost;
  readonly #messages: Messages;
  readonly #waiting: WaitingMessages;
  readonly #rules: QueueRules;
  readonly #counts: QueueCounts;
  /** Counts of all queues of the type. */
  readonly #ofType: TypeDeathCounts;
  /** Dead messages that not all queues have taken. Made for the first one, when they are kept for that. */
  #atLeastOnce: AtLeastOnce | undefined;

  constructor(queue: KeepingQueue, host: QueueHost, waiting: WaitingMessages, rules: QueueRules, counts: QueueCounts) {
    this.#queue = queue;
    this.#host = host;
    this.#messages = host.messages;
    this.#waiting = waiting;
    this.#rules = rules;
    this.#counts = counts;
    this.#ofType = host.deathCounts.of(queueTypeName(queue.arguments));
  }

  /** True when dead messages stay until other queues have taken them. */
  get keepsDead(): boolean {
    return this.#rules.settings.deadLetterStrategy === "at-least-once";
  }

  /** Number of dead messages that are kept, and the size of their bodies in bytes. */
  get keptCount(): number {
    return this.#atLeastOnce?.count ?? 0;
  }
  get keptBytes(): number {
    return this.#atLeastOnce?.bytes ?? 0;
  }

  /** Number of dead messages that were read back since the broker started. */
  get readCount(): number {
    return this.#atLeastOnce?.waiting.readCount ?? 0;
  }

  /** Retries to publish kept messages, as the settings have changed. */
  tryAgain(): void {
    this.#atLeastOnce?.tryAgain();
  }

  /** Dead-letters a message that the queue has refused. */
  refuse(message: Message): void {
    const { deadLetterExchange } = this.#rules.settings;
    this.#ofType[deadLetterExchange === undefined ? "disabled" : "at_most_once"].maxlen++;
    if (deadLetterExchange !== undefined) this.#host.deadLetters.addRefused(this.#queue, message);
  }

  /** Drops or dead-letters a message that is no longer ready or unacknowledged. */
  die(message: Message, position: number, reason: DeathReason): void {
    const { deduplication, settings } = this.#rules;
    if (reason === "expired") this.#counts.expired++;
    else if (reason === "maxlen") this.#counts.dropped++;
    if (deduplication !== undefined) deduplication.died(message, position);
    if (this.keepsDead) {
      this.#ofType.at_least_once[reason]++;
      this.#keep(message, position, reason);
    } else if (settings.deadLetterExchange === undefined) {
      this.#ofType.disabled[reason]++;
      this.#queue.release(message, position);
    } else {
      this.#ofType.at_most_once[reason]++;
      this.#host.deadLetters.add(this.#queue, message, position, reason);
    }
  }

  /** Dead-letters a rejected message that was read back for that. */
  rejectedRead({ base }: BackingQueue, message: Message, position: number): void {
    const { returned } = this.#waiting;
    this.die(message, position + base, returned?.isOverLimit(position + base) ? "delivery_limit" : "rejected");
  }

  #keep(message: Message, position: number, reason: DeathReason): void {
    const { limit } = this.#rules;
    this.#atLeastOnce ??= new AtLeastOnce(this.#queue, this.#host, (message, position) => {
      this.#ofType.confirmed++;
      this.#rules.limit?.remove(message);
      this.#queue.release(message, position);
    });
    limit?.add(message);
    if (!this.#messages.isAbsent(message) && this.#atLeastOnce.isLong) this.#queue.forget(message, position);
    this.#atLeastOnce.add(message, position, reason);
  }

  /** Drops or dead-letters the next message of a backing queue, which must be in memory. */
  dropNext({ ready, base }: BackingQueue, reason: DeathReason): void {
    const position = ready.nextPosition + base;
    const message = ready.shift();
    this.#rules.limit?.remove(message);
    this.die(message, position, reason);
  }

  /** Drops or dead-letters the next returned message, which must be in memory. */
  dropReturned(reason: DeathReason): void {
    const { waiting } = this.#waiting.returned!;
    const position = waiting.nextPosition;
    const message = waiting.shift();
    this.#rules.limit?.remove(message);
    this.die(message, position, reason);
  }

  /** Drops the next message for the limit. Returns false when there is none, or it must be read first. */
  dropHead(): boolean {
    if (this.#waiting.count === 0 || this.#waiting.readNext() !== undefined) return false;
    const { next, returnedWaiting } = this.#waiting;
    if (returnedWaiting !== undefined && returnedWaiting.count > 0) this.dropReturned("maxlen");
    else this.dropNext(next!, "maxlen");
    return true;
  }

  /** Removes kept messages of a backing queue before a position from memory: the store can read them back. */
  leaveMemory(backingQueue: BackingQueue, upTo: number): void {
    this.#atLeastOnce?.waiting.leaveMemory(backingQueue, upTo);
  }

  /** Drops all kept messages. `settleAbsent` is called with the positions of those that are not in memory. */
  clear(settleAbsent: (position: number) => void): void {
    this.#atLeastOnce?.clear((message, position) => this.#queue.release(message, position), settleAbsent);
  }

  /** Calls `visit` for all kept messages in memory. */
  forEach(visit: (message: Message) => void): void {
    this.#atLeastOnce?.forEach(visit);
  }

  /** Throws `AssertionError` when a count is wrong. */
  checkCounts(): void {
    this.#atLeastOnce?.waiting.checkCounts();
  }
}
