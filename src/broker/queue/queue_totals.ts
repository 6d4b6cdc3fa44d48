import type { Messages } from "../message/messages.ts";
import type { BackingQueue } from "./backing/backing_queue.ts";
import { MessageTotals } from "./message_totals.ts";
import type { SetAsideMessages } from "./paging/set_aside.ts";
import type { UnackedMessages } from "./unacked_messages.ts";

/** Totals of a queue's messages at one moment. */
export interface QueueTotals {
  /** Messages that wait for consumers. */
  readonly ready: MessageTotals;
  /** Those of them that are in memory; the others are paged out. */
  readonly readyInMemory: MessageTotals;
  /** Delivered or fetched messages that are neither settled nor returned. */
  readonly unacked: MessageTotals;
  /** Those of them that are in memory. */
  readonly unackedInMemory: MessageTotals;
}

/** The parts of a queue that its totals use. */
interface CountedQueue {
  readonly isDurable: boolean;
  readonly keepsTransient: boolean;
  readonly backingQueues: readonly BackingQueue[];
  readonly returnedWaiting: SetAsideMessages | undefined;
}

/** Returns the totals of a queue. It adds up the messages in memory: see {@linkcode RingTotals}. */
export function totalsOf(
  queue: CountedQueue,
  { count, bytes, stored }: UnackedMessages,
  messages: Messages,
): QueueTotals {
  const [ready, readyInMemory] = [new MessageTotals(), new MessageTotals()];
  for (const { ready: waiting, paging } of queue.backingQueues) {
    waiting.addInMemory(readyInMemory, messages);
    paging.addAbsent(ready);
  }
  queue.returnedWaiting?.addInMemory(readyInMemory);
  queue.returnedWaiting?.addAbsent(ready);
  ready.addTotals(readyInMemory);
  const [unacked, unackedInMemory] = [new MessageTotals(), new MessageTotals()];
  const { persistentCount = 0, persistentBytes = 0, absentCount = 0, absentBytes = 0 } = stored ?? {};
  unacked.addAll(count - persistentCount, bytes - persistentBytes, false);
  unacked.addAll(persistentCount, persistentBytes, true);
  // A message that has left memory is in the store.
  unackedInMemory.addTotals(unacked);
  unackedInMemory.addAll(-absentCount, -absentBytes, true);
  const totals = { ready, readyInMemory, unacked, unackedInMemory };
  if (!queue.isDurable || queue.keepsTransient) {
    // The store has all messages of the queue, or none, even if it has these messages for other queues.
    for (const each of Object.values(totals)) each.setPersistent(queue.isDurable);
  }
  return totals;
}
