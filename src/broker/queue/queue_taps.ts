import type { BackingQueue } from "./backing/backing_queue.ts";
import type { Tap } from "../tap/tap.ts";

/**
 * The taps of a classic or quorum queue. They look at what is new in it before messages are delivered, once in a turn and
 * not for each message, so that a busy queue loses no speed. What leaves the queue earlier is only counted.
 */
export class QueueTaps {
  readonly all = new Set<Tap>();
  /** Positions before which all messages were counted. */
  readonly #countedUpTo = new Map<BackingQueue, number>();

  /** @param backingQueues those of the queue: what they have now is not new. */
  constructor(backingQueues: readonly BackingQueue[]) {
    for (const backingQueue of backingQueues) this.#countedUpTo.set(backingQueue, backingQueue.ready.endPosition);
  }

  /** Counts what is new, and shows samples of it. */
  look(backingQueues: readonly BackingQueue[]): void {
    for (const backingQueue of backingQueues) {
      const { ready, arrivedCount } = backingQueue;
      const end = ready.endPosition;
      const first = this.#countedUpTo.get(backingQueue) ?? end - arrivedCount;
      if (first === end) continue;
      this.#countedUpTo.set(backingQueue, end);
      for (const tap of this.all) {
        tap.passedCount += end - first;
        for (let at = Math.max(first, ready.ringPosition); at < end && tap.wants; at++) tap.show(ready.ringMessage(at));
      }
    }
  }
}
