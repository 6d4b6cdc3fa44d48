import { assertEqual } from "../../wire/assert.ts";
import type { Message, Messages } from "../message/messages.ts";
import { NO_MESSAGE } from "../message/messages.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import type { Sessions } from "../session/sessions.ts";
import type { Topology } from "../topology/topology.ts";
import type { VirtualHost } from "../topology/vhost.ts";

/** The parts of a node that count messages. */
interface CountingNode {
  readonly messages: Messages;
  readonly topology: Topology;
  readonly sessions: Sessions;
}

/** A message that a queue has handed out. */
export interface HandedOut {
  readonly message: Message;
  readonly queue: AnyQueue;
}

/**
 * Throws `AssertionError` where a count of messages has drifted from what it counts: the references to each message, and
 * of each queue what is ready, unacknowledged, in memory and limited. `handedOut` are messages that were handed out to
 * none of the node's channels. It looks at all messages: for tests, between turns.
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
  for (const session of sessions.all) for (const channel of session.channels) channel.forEachHeld(hold, handOut);
  for (const vhost of [...topology.vhosts.values(), ...topology.deleting.values()]) {
    for (const queue of queuesOf(vhost)) {
      queue.checkCounts();
      queue.forEachHeld(hold);
      // Nobody acknowledges a message of a stream to the stream.
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
