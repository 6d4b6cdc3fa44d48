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
 *
 * @param forEach calls back with each unacknowledged message.
 */
export function unackedTotals(
  forEach: (visit: (message: Message, queue: AnyQueue) => void) => void,
  messages: Messages,
): Map<AnyQueue, UnackedTotals> {
  const totals = new Map<AnyQueue, UnackedTotals>();
  forEach((message, queue) => {
    if (queue.isStream) return;
    let ofQueue = totals.get(queue);
    if (ofQueue === undefined) totals.set(queue, ofQueue = new UnackedTotals());
    ofQueue.all.add(message, messages);
    if (!messages.isAbsent(message)) ofQueue.inMemory.add(message, messages);
  });
  for (const [queue, { all, inMemory }] of totals) setStored(queue, [all, inMemory]);
  return totals;
}
