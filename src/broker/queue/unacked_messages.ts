import { failAssertion } from "../../wire/assert.ts";
import type { Message, Messages } from "../message/messages.ts";
import { positionInBackingQueue } from "./backing/backing_queues.ts";
import type { QueueCounts } from "./queue_counts.ts";
import type { QueueHost } from "./queue_host.ts";
import type { ReturnedMessages } from "./quorum/returned_messages.ts";
import type { DeathReason } from "./rules/dead_letters.ts";
import type { Deaths } from "./rules/deaths.ts";
import type { QueueRules } from "./rules/queue_rules.ts";
import type { WaitingMessages } from "./waiting_messages.ts";

/** The queue of the unacknowledged messages. */
interface UnackedQueue {
  readonly name: string;
  readonly isDeleted: boolean;
  settle(message: Message, position: number): void;
  whenRead(): void;
}

/**
 * The unacknowledged messages of a queue: delivered or fetched ones, until they are settled, returned or dead. The queue only
 * counts them; each channel has a list of its own.
 */
export class UnackedMessages {
  count = 0;
  readonly #queue: UnackedQueue;
  readonly #host: QueueHost;
  readonly #messages: Messages;
  readonly #waiting: WaitingMessages;
  readonly #rules: QueueRules;
  readonly #deaths: Deaths;
  readonly #counts: QueueCounts;

  constructor(
    queue: UnackedQueue,
    host: QueueHost,
    waiting: WaitingMessages,
    rules: QueueRules,
    deaths: Deaths,
    counts: QueueCounts,
  ) {
    this.#queue = queue;
    this.#host = host;
    this.#messages = host.messages;
    this.#waiting = waiting;
    this.#rules = rules;
    this.#deaths = deaths;
    this.#counts = counts;
  }

  /** Counts a message that is settled, or the queue's again. */
  remove(): void {
    if (--this.count < 0) {
      failAssertion(`unacknowledged messages of queue '${this.#queue.name}'`, "at least 0", this.count);
    }
  }

  requeue(message: Message, position: number): void {
    const { returned } = this.#waiting;
    const { countsReturnsAsFailures } = this.#host.behaviour;
    if (returned !== undefined) return this.#returnBehind(returned, message, position, countsReturnsAsFailures);
    if (this.#queue.isDeleted) return this.#queue.settle(message, position);
    this.#counts.returned++;
    this.#putBack(message, position);
  }

  /** Takes back a fetched message, as if it had never been fetched. */
  restore(message: Message, position: number, isRedelivered: boolean): void {
    if (this.#queue.isDeleted) return this.#queue.settle(message, position);
    this.#counts.get--;
    if (isRedelivered) this.#counts.redeliver--;
    else this.#waiting.at(position).ready.markUndelivered(positionInBackingQueue(position));
    this.#putBack(message, position);
  }

  #putBack(message: Message, position: number): void {
    this.remove();
    this.#rules.limit?.add(message);
    const { ready } = this.#waiting.at(position);
    const backingPosition = positionInBackingQueue(position);
    if (this.#messages.isAbsent(message)) {
      ready.putBackAbsent(backingPosition, this.#messages.bodyBytes(message));
      this.#messages.release(message);
    } else ready.putBack(message, backingPosition);
    this.#queue.whenRead();
  }

  fail(message: Message, position: number): void {
    const { returned } = this.#waiting;
    if (returned === undefined) this.requeue(message, position);
    else this.#returnBehind(returned, message, position, true);
  }

  #returnBehind(returned: ReturnedMessages, message: Message, position: number, hasFailed: boolean): void {
    if (this.#queue.isDeleted) return this.#queue.settle(message, position);
    const count = returned.countReturn(position, hasFailed);
    if (returned.isOverLimit(position)) return this.#die(message, position, "delivery_limit");
    this.remove();
    this.#counts.returned++;
    this.#host.store.returned(this.#waiting.at(position).id, positionInBackingQueue(position), count);
    this.#rules.limit?.add(message);
    returned.add(message, position, hasFailed);
  }

  reject(message: Message, position: number): void {
    this.#die(message, position, "rejected");
  }

  /** Dead-letters or drops a message. */
  #die(message: Message, position: number, reason: DeathReason): void {
    this.#counts.rejected++;
    if (this.#queue.isDeleted || this.#rules.settings.deadLetterExchange === undefined) {
      return this.#queue.settle(message, position);
    }
    this.remove();
    if (this.#deaths.keepsDead || !this.#messages.isAbsent(message)) return this.#deaths.die(message, position, reason);
    this.#messages.release(message);
    this.#waiting.at(position).paging.readRejected(positionInBackingQueue(position));
  }
}
