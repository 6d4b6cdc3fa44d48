import type { EventSink } from "../events/events.ts";
import type { Json } from "../../wire/json.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import { queueTypeName } from "../queue/queue_type.ts";

/** Returns the type of a queue, as events name it. */
export const eventType = (queue: Pick<AnyQueue, "arguments">): string =>
  `rabbit_${queueTypeName(queue.arguments)}_queue`;

/**
 * Reports that other policies apply to an existing queue. As in RabbitMQ the event names the cause: a policy was set,
 * which is reported as JSON, or cleared.
 */
export function notifyQueuePolicy(
  events: EventSink | undefined,
  vhost: string,
  queue: AnyQueue,
  set: Json | undefined,
  user: string,
): void {
  if (events === undefined) return;
  const facts = { name: queue.name, vhost, type: eventType(queue) };
  if (set === undefined) events.notify("queue.policy.cleared", facts, user);
  else events.notify("queue.policy.updated", { ...set as { readonly [part: string]: Json }, ...facts }, user);
}
