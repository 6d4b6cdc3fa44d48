import type { VirtualHostRecord } from "../../store/topology_record.ts";
import type { EventSink } from "../events/events.ts";
import type { Binding } from "../exchange/binding.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { eventType } from "../policy/policy_events.ts";
import type { AnyQueue } from "../queue/any_queue.ts";

export function notifyQueueCreated(events: EventSink | undefined, vhost: string, queue: AnyQueue, user: string): void {
  if (events === undefined) return;
  const { name, isDurable, isAutoDelete, owner } = queue;
  events.notify("queue.created", {
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
  }, user);
}

export function notifyQueueDeleted(events: EventSink, vhost: string, queue: AnyQueue, user: string): void {
  events.notify("queue.deleted", { name: queue.name, vhost, type: eventType(queue) }, user);
}

export function notifyExchangeCreated(
  events: EventSink | undefined,
  vhost: string,
  exchange: Exchange,
  user: string,
): void {
  const { name, type, isDurable, isAutoDelete, isInternal } = exchange;
  events?.notify("exchange.created", {
    name,
    vhost,
    type,
    durable: isDurable,
    auto_delete: isAutoDelete,
    internal: isInternal,
    arguments: exchange.arguments,
    policy: exchange.effectivePolicy.policy?.name ?? "",
  }, user);
}

export function notifyExchangeDeleted(events: EventSink, vhost: string, exchange: Exchange, user: string): void {
  events.notify("exchange.deleted", { name: exchange.name, vhost }, user);
}

export function notifyBinding(
  events: EventSink | undefined,
  event: "binding.created" | "binding.deleted",
  vhost: string,
  binding: Binding,
  user: string,
): void {
  events?.notify(event, {
    source_name: binding.source.name,
    source_kind: "exchange",
    destination_name: binding.destination.name,
    destination_kind: binding.destination.kind,
    routing_key: binding.routingKey,
    arguments: binding.arguments,
    vhost,
  }, user);
}

/** `defaultQueueType` is that of the node. */
export function notifyVirtualHost(
  events: EventSink | undefined,
  event: "vhost.created" | "vhost.updated",
  record: VirtualHostRecord,
  defaultQueueType: string,
  user: string,
): void {
  events?.notify(event, {
    name: record.vhost,
    description: record.description,
    tags: record.tags,
    default_queue_type: record.defaultQueueType || defaultQueueType,
    protected_from_deletion: record.protectedFromDeletion,
    tracing: false,
    cluster_state: { [events.node]: "running" },
  }, user);
}
