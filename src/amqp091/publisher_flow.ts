import type { Method } from "./methods.ts";
import type { Clock } from "../broker/turn/clock.ts";
import type { Node } from "../broker/node/node.ts";
import type { Target } from "../broker/routing/target.ts";

/** A publisher waits while its queue has consumers and more messages than this, until they have caught up. */
export const BEHIND_MESSAGES = 2048;
const CAUGHT_UP_MESSAGES = 1024;
/** How fast consumers are is looked at after so long. */
const LOOK_AFTER_MS = 5;
/** Consumers are waited for while they would catch up within so many looks, and no longer. */
const LOOKS_MAX = 10;

/**
 * Gives a queue's consumers time to catch up, for a publisher that never pauses would starve them: on one thread, whoever
 * always has something to say is heard over and over. Where they can't keep up, the publisher goes on soon.
 */
export async function letConsumersCatchUp(queue: Target, clock: Clock): Promise<void> {
  for (let look = 0; look < LOOKS_MAX; look++) {
    const before = queue.behindCount;
    if (await isCaughtUp(queue, clock)) return;
    const taken = before - queue.behindCount;
    if (taken * LOOKS_MAX < queue.behindCount) return;
  }
}

/** Resolves to true as soon as the queue is short again or has no consumers, and to false when time is up. */
function isCaughtUp(queue: Target, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const cancelTimer = clock.after(LOOK_AFTER_MS, () => {
      cancelWaiting();
      resolve(false);
    });
    const cancelWaiting = queue.whenBelow(CAUGHT_UP_MESSAGES, () => {
      cancelTimer();
      resolve(true);
    });
  });
}

/** Waits for an alarm to end, and tells the peer so before and after (RabbitMQ: Blocked Connection Notifications). */
export async function waitUntilUnblocked(node: Node, tell: (method: Method) => void): Promise<void> {
  tell({ name: "connection.blocked", reason: node.blockedReason! });
  node.endTurn();
  await node.whenUnblocked();
  tell({ name: "connection.unblocked" });
  node.endTurn();
}
