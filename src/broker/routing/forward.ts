import { CONSTRAINED, enqueue, needsOf } from "./enqueue.ts";
import type { Destination } from "../exchange/binding.ts";
import { HeldMessage } from "../message/held_message.ts";
import type { Message } from "../message/messages.ts";
import type { QueueHost } from "../queue/queue_host.ts";
import { type Exchanges, findRoute } from "./route.ts";

/**
 * Gives a message to what a binding leads to: a queue, or an exchange that sends it on. Takes over the one reference to it;
 * where nobody takes it, it is gone.
 */
export function forward(
  host: QueueHost,
  exchanges: Exchanges,
  message: Message,
  routingKeys: readonly string[],
  destination: Destination,
): void {
  const { messages } = host;
  const queues = destination.kind === "queue"
    ? [destination]
    : findRoute(exchanges, destination, new HeldMessage(messages, message, routingKeys));
  // It may have an expiration.
  if (queues.length > 0) enqueue(host, message, queues, needsOf(queues) | CONSTRAINED);
  else messages.release(message);
}
