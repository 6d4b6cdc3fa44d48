import { assertEqual } from "../../wire/assert.ts";
import type { Message, Messages } from "../message/messages.ts";
import { NO_MESSAGE } from "../message/messages.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import type { Sessions } from "../session/sessions.ts";
import type { HandedOut } from "../session/unacked_totals.ts";
import type { Topology } from "../topology/topology.ts";
import type { VirtualHost } from "../topology/vhost.ts";

/** The parts of a node that count messages. */
interface CountingNode {
  readonly messages: Messages;
  readonly topology: Topology;
  readonly sessions: Sessions;
}

/**
 * Throws `AssertionError` when a count of messages is wrong: the references to a message, or a queue's ready, unacknowledged
 * or limited messages and bytes. `handedOut` are messages that were fetched by none of the node's channels. Walks all
 * messages, for tests, between turns.
 */
export function checkCounts({ messages, topology, sessions }: CountingNode, handedOut: Iterable<HandedOut>): void {
  const references = new Map<Message, number>();
  const unacked = new Map<AnyQueue, number>();
  const hold = (message: Message) => {
    if (message !== NO_MESSAGE) references.set(message, (references.get(message) ?? 0) + 1);
  };
  const handOut = (message: Message, queue: AnyQueue) => {
    hold(message);
    unacked.set(queue, (unacked.get(queue) ?? 0) + 1);
  };
  for (const { message, queue } of handedOut) handOut(message, queue);
  sessions.forEachHeld(hold, handOut);
  for (const vhost of [...topology.vhosts.values(), ...topology.deleting.values()]) {
    for (const queue of queuesOf(vhost)) {
      queue.checkCounts();
      queue.forEachHeld(hold);
      // A stream does not count by message: a delivery takes none out of it.
      if (!queue.isStream) {
        assertEqual(`unacknowledged messages of '${queue.name}'`, queue.unackedCount, unacked.get(queue) ?? 0);
      }
    }
    for (const { delayed, router } of vhost.exchanges.values()) {
      delayed?.forEachHeld(hold);
      router.forEachHeld?.(hold);
    }
  }
  messages.checkReferences(references);
  messages.checkCounts();
}

const queuesOf = ({ queues, replyQueues }: VirtualHost): AnyQueue[] => [...queues.values(), ...replyQueues.values()];
