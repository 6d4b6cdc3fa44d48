import type { Message, Messages } from "../message/messages.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import { MessageTotals } from "../queue/message_totals.ts";
import { setStored } from "../queue/queue_totals.ts";

/** An unacknowledged message of a queue. */
export interface HandedOut {
  readonly message: Message;
  readonly queue: AnyQueue;
}

/** Totals of a queue's unacknowledged messages. */
export class UnackedTotals {
  readonly all = new MessageTotals();
  /** Those that are in memory; the others are paged out. */
  readonly inMemory = new MessageTotals();
}

/**
 * Adds up the unacknowledged messages of each queue that has any. A queue only counts them, so that no delivery pays for
 * their bytes. A stream has none, as in RabbitMQ: a delivery takes no message from others.
 */
export class UnackedSums {
  readonly #messages: Messages;
  readonly #totals = new Map<AnyQueue, UnackedTotals>();

  constructor(messages: Messages) {
    this.#messages = messages;
  }

  add(message: Message, queue: AnyQueue): void {
    if (queue.isStream) return;
    let ofQueue = this.#totals.get(queue);
    if (ofQueue === undefined) this.#totals.set(queue, ofQueue = new UnackedTotals());
    ofQueue.all.add(message, this.#messages);
    if (!this.#messages.isAbsent(message)) ofQueue.inMemory.add(message, this.#messages);
  }

  /** Returns the totals by queue. Nothing may be added afterwards. */
  finish(): Map<AnyQueue, UnackedTotals> {
    for (const [queue, { all, inMemory }] of this.#totals) setStored(queue, [all, inMemory]);
    return this.#totals;
  }
}

/**
 * Returns the totals of the unacknowledged messages of each queue that has any.
 *
 * @param forEach calls back with each unacknowledged message.
 */
export function unackedTotals(
  forEach: (visit: (message: Message, queue: AnyQueue) => void) => void,
  messages: Messages,
): Map<AnyQueue, UnackedTotals> {
  const sums = new UnackedSums(messages);
  forEach((message, queue) => sums.add(message, queue));
  return sums.finish();
}
