import type { Messages } from "../message/messages.ts";
import type { BackingQueue } from "./backing/backing_queue.ts";
import { MessageTotals } from "./message_totals.ts";
import type { SetAsideMessages } from "./paging/set_aside.ts";

/** Totals of a queue's ready messages at one moment. */
export interface QueueTotals {
  /** Messages that wait for consumers. */
  readonly ready: MessageTotals;
  /** Those of them that are in memory; the others are paged out. */
  readonly readyInMemory: MessageTotals;
}

/** Says which messages of a queue the store has. */
interface KeptQueue {
  readonly isDurable: boolean;
  readonly keepsTransient: boolean;
}

/** The parts of a queue that its totals use. */
interface CountedQueue extends KeptQueue {
  readonly backingQueues: readonly BackingQueue[];
  readonly returnedWaiting: SetAsideMessages | undefined;
}

/** Returns the totals of a queue. It adds up the messages in memory: see {@linkcode RingTotals}. */
export function totalsOf(queue: CountedQueue, messages: Messages): QueueTotals {
  const [ready, readyInMemory] = [new MessageTotals(), new MessageTotals()];
  for (const { ready: waiting, paging } of queue.backingQueues) {
    waiting.addInMemory(readyInMemory, messages);
    paging.addAbsent(ready);
  }
  queue.returnedWaiting?.addInMemory(readyInMemory);
  queue.returnedWaiting?.addAbsent(ready);
  ready.addTotals(readyInMemory);
  setStored(queue, [ready, readyInMemory]);
  return { ready, readyInMemory };
}

/**
 * Corrects totals of a queue that has all its messages in the store, or none, even if the store has these messages for
 * other queues.
 */
export function setStored({ isDurable, keepsTransient }: KeptQueue, totals: readonly MessageTotals[]): void {
  if (!isDurable || keepsTransient) { for (const each of totals) each.setPersistent(isDurable); }
}
