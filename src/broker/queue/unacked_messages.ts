import { assertEqual, failAssertion } from "../../wire/assert.ts";
import type { Message, Messages } from "../message/messages.ts";
import { positionInBackingQueue } from "./backing/backing_queues.ts";
import type { QueueCounts } from "./queue_counts.ts";
import type { QueueHost } from "./queue_host.ts";
import type { ReturnedMessages } from "./quorum/returned_messages.ts";
import type { DeathReason } from "./rules/dead_letters.ts";
import type { Deaths } from "./rules/deaths.ts";
import type { QueueRules } from "./rules/queue_rules.ts";
import { StoredUnacked } from "./stored_unacked.ts";
import type { WaitingMessages } from "./waiting_messages.ts";

/** The queue of the unacknowledged messages. */
interface UnackedQueue {
  readonly name: string;
  readonly isDurable: boolean;
  readonly keepsTransient: boolean;
  readonly isDeleted: boolean;
  release(message: Message, position: number): number;
  whenRead(): void;
}

/**
 * The unacknowledged messages of a queue: delivered or fetched ones, until they are settled, returned or dead. The queue only
 * counts them; each channel has a list of its own.
 */
export class UnackedMessages {
  count = 0;
  /** Size of the bodies. In bytes. */
  bytes = 0;
  /** Totals of those that the store has. Defined for a durable queue. */
  readonly stored: StoredUnacked | undefined;
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
    this.stored = queue.isDurable ? new StoredUnacked(host.messages, queue.keepsTransient) : undefined;
  }

  /** Adds a delivered or fetched message. */
  add(message: Message): void {
    this.count++;
    this.bytes += this.#messages.bodyBytes(message);
    if (this.stored !== undefined) this.stored.add(message);
  }

  #remove(message: Message): void {
    if (--this.count < 0) {
      failAssertion(`unacknowledged messages of queue '${this.#queue.name}'`, "at least 0", this.count);
    }
    if (this.stored !== undefined) this.stored.remove(message);
  }

  /** Removes a message from memory until it is settled, if the store can read it back. */
  leaveMemory(message: Message, position: number): void {
    if (this.#rules.mayForget && this.#waiting.at(position).paging.forget(message, positionInBackingQueue(position))) {
      this.stored?.leftMemory(message);
    }
  }

  settle(message: Message, position: number): void {
    this.#remove(message);
    this.bytes -= this.#queue.release(message, position);
  }

  /** Removes a message that is returned or dead. */
  #takeBack(message: Message): void {
    this.#remove(message);
    this.bytes -= this.#messages.bodyBytes(message);
  }

  requeue(message: Message, position: number): void {
    const { returned } = this.#waiting;
    const { countsReturnsAsFailures } = this.#host.behaviour;
    if (returned !== undefined) return this.#returnBehind(returned, message, position, countsReturnsAsFailures);
    if (this.#queue.isDeleted) return this.settle(message, position);
    this.#takeBack(message);
    this.#counts.returned++;
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
    if (this.#queue.isDeleted) return this.settle(message, position);
    const count = returned.countReturn(position, hasFailed);
    if (returned.isOverLimit(position)) return this.#die(message, position, "delivery_limit");
    this.#takeBack(message);
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
      return this.settle(message, position);
    }
    this.#takeBack(message);
    if (this.#deaths.keepsDead || !this.#messages.isAbsent(message)) return this.#deaths.die(message, position, reason);
    this.#messages.release(message);
    this.#waiting.at(position).paging.readRejected(positionInBackingQueue(position));
  }

  /** Throws `AssertionError` when a count is wrong. */
  checkCounts(): void {
    const what = `unacknowledged messages of queue '${this.#queue.name}'`;
    if (this.count < 0 || this.bytes < 0) failAssertion(what, "at least 0", Math.min(this.count, this.bytes));
    if (this.count === 0) assertEqual(`bytes of ${what}`, this.bytes, 0);
    this.stored?.checkCounts(what, this.count, this.bytes);
  }
}
