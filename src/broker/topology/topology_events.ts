import type { Binding } from "./binding.ts";
import type { EventSink } from "../events/events.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { Json } from "../../wire/json.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import { queueTypeName } from "../queue/queue_type.ts";

const eventType = (queue: AnyQueue): string => `rabbit_${queueTypeName(queue.arguments)}_queue`;

export function tellQueueCreated(events: EventSink | undefined, vhost: string, queue: AnyQueue): void {
  if (events === undefined) return;
  const { name, isDurable, isAutoDelete, owner } = queue;
  events.tell("queue.created", {
    name,
    vhost,
    durable: isDurable,
    auto_delete: isAutoDelete,
    arguments: queue.arguments,
    owner_pid: owner === null ? "" : events.pidOf(owner),
    exclusive: owner !== null,
    leader: events.node,
    members: [events.node],
    type: eventType(queue),
  });
}

export function tellQueueDeleted(events: EventSink | undefined, vhost: string, queue: AnyQueue): void {
  events?.tell("queue.deleted", { name: queue.name, vhost, type: eventType(queue) });
}

/**
 * Other policies apply to a queue that has been there. As RabbitMQ does it, what is told is how that came: a policy was set,
 * which is told as JSON, or one was cleared.
 */
export function tellQueuePolicy(events: EventSink | undefined, vhost: string, queue: AnyQueue, set?: Json): void {
  if (events === undefined) return;
  const facts = { name: queue.name, vhost, type: eventType(queue) };
  if (set === undefined) events.tell("queue.policy.cleared", facts);
  else events.tell("queue.policy.updated", { ...set as { readonly [part: string]: Json }, ...facts });
}

export function tellExchangeCreated(events: EventSink | undefined, vhost: string, exchange: Exchange): void {
  const { name, type, isDurable, isAutoDelete, isInternal } = exchange;
  events?.tell("exchange.created", {
    name,
    vhost,
    type,
    durable: isDurable,
    auto_delete: isAutoDelete,
    internal: isInternal,
    arguments: exchange.arguments,
    policy: exchange.effectivePolicy.policy?.name ?? "",
  });
}

export function tellBinding(
  events: EventSink | undefined,
  event: "binding.created" | "binding.deleted",
  vhost: string,
  binding: Binding,
  user?: string,
): void {
  events?.tell(event, {
    source_name: binding.source.name,
    source_kind: "exchange",
    destination_name: binding.destination.name,
    destination_kind: binding.destination.kind,
    routing_key: binding.routingKey,
    arguments: binding.arguments,
    vhost,
  }, user);
}
