import type { EventSink } from "../events/events.ts";
import type { Json } from "../../wire/json.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import { queueTypeName } from "../queue/queue_type.ts";

/** What events call the type of a queue. */
export const eventType = (queue: Pick<AnyQueue, "arguments">): string =>
  `rabbit_${queueTypeName(queue.arguments)}_queue`;

/**
 * Other policies apply to a queue that has been there. As RabbitMQ does it, what is told is how that came: a policy was set,
 * which is told as JSON, or one was cleared.
 */
export function tellQueuePolicy(
  events: EventSink | undefined,
  vhost: string,
  queue: AnyQueue,
  set: Json | undefined,
  user: string,
): void {
  if (events === undefined) return;
  const facts = { name: queue.name, vhost, type: eventType(queue) };
  if (set === undefined) events.tell("queue.policy.cleared", facts, user);
  else events.tell("queue.policy.updated", { ...set as { readonly [part: string]: Json }, ...facts }, user);
}
