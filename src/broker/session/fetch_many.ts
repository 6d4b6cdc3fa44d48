import type { Answer } from "../../access/access.ts";
import { internalError } from "../../wire/error.ts";
import { Slice } from "../turn/slices.ts";
import type { Fetched } from "../queue/delivery.ts";
import type { Queue } from "../queue/queue.ts";
import type { Channel } from "./channel.ts";
import { findQueueToFetch } from "./queue_operations.ts";
import { Waiting } from "./waiting.ts";

/** Takes fetched messages. */
export interface Taker {
  /** Takes a message, which is valid until it returns, and not yet outstanding. */
  take(fetched: Fetched, deliveryTag: number, queue: Queue): void;
  /** Called when the message is outstanding. Returns whether more are wanted, maybe later. */
  goOn(): Answer<boolean>;
}

/**
 * Fetches messages of a queue, one after the other, until enough are taken or none waits, in slices of a few milliseconds
 * between which other turns happen. Rejects with `ChannelError` or `ConnectionError`, as a single fetch does.
 */
export async function fetchMany(channel: Channel, queueName: string, noAck: boolean, taker: Taker): Promise<void> {
  const { session } = channel;
  const { node } = session;
  const slice = new Slice(node);
  let isWanted: Answer<boolean> = true;
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
      const isFound = channel.subscriptions.fetch(queue, noAck, (fetched, tag) => taker.take(fetched, tag, queue));
      if (!isFound) return;
      isWanted = taker.goOn();
      if (isWanted instanceof Promise) {
        node.endTurn();
        isWanted = await isWanted;
      }
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
