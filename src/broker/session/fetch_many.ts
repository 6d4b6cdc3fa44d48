import { internalError } from "../../wire/error.ts";
import { Slice } from "../turn/slices.ts";
import type { Fetched } from "../queue/delivery.ts";
import type { Queue } from "../queue/queue.ts";
import type { Channel } from "./channel.ts";
import { findQueueToFetch } from "./queue_operations.ts";
import { Waiting } from "./waiting.ts";

/** Takes a fetched message, which is valid until it returns. Returns whether more are wanted. */
export type Take = (fetched: Fetched, deliveryTag: number, queue: Queue) => boolean;

/**
 * Fetches messages of a queue, one after the other, until enough are taken or none waits, in slices of a few milliseconds
 * between which other turns happen. Rejects with `ChannelError` or `ConnectionError`, as a single fetch does.
 */
export async function fetchMany(channel: Channel, queueName: string, noAck: boolean, take: Take): Promise<void> {
  const { session } = channel;
  const { node } = session;
  const slice = new Slice(node);
  let isWanted = true;
  try {
    while (isWanted) {
      const queue = await whenKnown(() => findQueueToFetch(session, queueName));
      const reading = queue.readNext();
      if (reading !== undefined) {
        node.endTurn();
        await reading;
        if (queue.hasReadFailed) throw internalError("the queue's messages can't be read, see the broker's log");
        continue;
      }
      const isFound = channel.subscriptions.fetch(queue, noAck, (fetched, tag) => isWanted = take(fetched, tag, queue));
      if (!isFound) return;
      if (!slice.isOver) continue;
      node.endTurn();
      await slice.next();
    }
  } finally {
    node.endTurn();
  }
}

/** Repeats an operation until its answer is there. */
export async function whenKnown<Result>(operation: () => Result): Promise<Result> {
  for (;;) {
    try {
      return operation();
    } catch (error) {
      if (!(error instanceof Waiting)) throw error;
      await error.until;
    }
  }
}
