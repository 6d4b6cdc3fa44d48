import { EMPTY_TABLE } from "../../wire/field_table.ts";
import type { RecordOf, RecordTypeName, TopologyRecord } from "../../store/topology_record.ts";
import { Binding, bindingIdentity } from "../exchange/binding.ts";
import { DefaultRouter } from "../exchange/default.ts";
import { delaysMessages } from "../exchange/delayed_message.ts";
import { DelayedMessages } from "../exchange/delayed/delayed_messages.ts";
import { Exchange, type ExchangeDeclaration } from "../exchange/exchange.ts";
import { PREDECLARED } from "../exchange/predeclared.ts";
import type { Router } from "../exchange/router.ts";
import { createQueue } from "../queue/queue_types.ts";
import type { Topology } from "./topology.ts";
import { VirtualHost } from "./vhost.ts";

type Apply<Type extends RecordTypeName> = (topology: Topology, record: RecordOf<Type>) => void;

const nothing = () => {};

/** Returns the fields of a record, without its type. */
function contentOf<Content extends object>({ type: _, ...content }: Content & { readonly type: string }) {
  return content;
}

/** The effect of each type of record. A record changes nothing when something that it refers to does not exist. */
const APPLY: { readonly [Type in RecordTypeName]: Apply<Type> } = {
  "default_data.inserted": (topology) => {
    topology.hasDefaultData = true;
  },
  "ids.reserved": nothing,
  "vhost.put": (topology, record) => {
    const vhost = topology.vhosts.get(record.vhost) ?? addVirtualHost(topology, record.vhost);
    vhost.metadata.record = contentOf(record);
  },
  "vhost.deleted": (topology, record) => {
    const vhost = topology.vhosts.get(record.vhost);
    if (vhost === undefined) return;
    topology.vhosts.delete(record.vhost);
    topology.deleting.set(record.vhost, vhost);
    vhost.isDeleted = true;
    for (const listener of topology.listeners) listener.vhostDeleted(vhost);
  },
  "user.put": (topology, record) => topology.users.put(contentOf(record)),
  "user.deleted": (topology, { user }) => {
    if (!topology.users.delete(user)) return;
    for (const listener of topology.listeners) listener.userDeleted(user);
  },
  "permission.put": (topology, record) => topology.users.putPermission(contentOf(record)),
  "permission.cleared": (topology, key) => topology.users.clearPermission(key),
  "topic_permission.put": (topology, record) => topology.users.putTopicPermission(contentOf(record)),
  "topic_permission.cleared": (topology, key) => topology.users.clearTopicPermission(key),
  "parameter.set": (topology, record) => topology.applyParameter(record, record.value),
  "parameter.cleared": (topology, key) => topology.applyParameter(key, undefined),
  "exchange.declared": (topology, record) => {
    const vhost = topology.vhosts.get(record.vhost);
    if (vhost === undefined || vhost.exchanges.has(record.exchange)) return;
    const { exchange: name, exchangeType: type, transient, ...declared } = record;
    addExchange(topology, vhost, { ...declared, name, type, durable: !transient });
  },
  "exchange.deleted": (topology, record) => {
    const vhost = topology.vhostOf(record);
    const exchange = vhost?.exchanges.get(record.exchange);
    if (vhost === undefined || exchange === undefined) return;
    vhost.exchanges.delete(exchange.name);
    vhost.topologyVersion++;
    topology.exchangeCount--;
    topology.host.deletedExchangeCounts.add(exchange.counts);
    topology.host.pairCounts?.exchangeDeleted(exchange);
    exchange.delayed?.delete();
    exchange.router.seen?.delete();
    for (const binding of exchange.bindings.values()) vhost.incoming.delete(binding);
    exchange.bindings.clear();
    exchange.router.close?.();
  },
  "queue.declared": (topology, record) => {
    const vhost = topology.vhosts.get(record.vhost);
    if (vhost === undefined || vhost.queues.has(record.queue)) return;
    const { queue: name, queueId, autoDelete, owner = null, transient, declaredBy } = record;
    const declaration = { name, durable: !transient, autoDelete, owner, arguments: record.arguments, declaredBy };
    const queue = createQueue(queueId, declaration, vhost, vhost.host);
    vhost.queues.set(name, queue);
    vhost.policies.applyTo(queue);
    queue.touch();
    vhost.topologyVersion++;
    topology.queueCount++;
    vhost.exclusiveQueues.add(queue);
  },
  "queue.deleted": (topology, record) => {
    const vhost = topology.vhostOf(record);
    const queue = vhost?.queues.get(record.queue);
    if (vhost === undefined || queue?.id !== record.queueId) return;
    vhost.queues.delete(queue.name);
    vhost.topologyVersion++;
    topology.queueCount--;
    topology.host.queueChurn.queueDeleted++;
    topology.host.deletedQueueStats.addQueue(queue);
    topology.host.pairCounts?.queueDeleted(queue);
    vhost.exclusiveQueues.delete(queue);
    queue.delete();
  },
  "binding.added": (topology, { vhost: vhostName, binding: record }) => {
    const vhost = topology.vhosts.get(vhostName);
    const source = vhost?.exchanges.get(record.source);
    const { destination: name, destinationType } = record;
    const destination = destinationType === "queue" ? vhost?.queues.get(name) : vhost?.exchanges.get(name);
    if (vhost === undefined || source === undefined || destination === undefined) return;
    const binding = new Binding(source, destination, record.routingKey, record.arguments);
    if (source.bindings.has(binding.identity)) return;
    source.bindings.set(binding.identity, binding);
    source.router.add(binding);
    vhost.incoming.add(binding);
    vhost.topologyVersion++;
  },
  "binding.removed": (topology, record) => {
    const vhost = topology.vhostOf(record);
    const source = vhost?.exchanges.get(record.binding.source);
    const identity = bindingIdentity(record.binding);
    const binding = source?.bindings.get(identity);
    if (vhost === undefined || source === undefined || binding === undefined) return;
    source.bindings.delete(identity);
    source.router.remove(binding);
    vhost.incoming.delete(binding);
    vhost.topologyVersion++;
  },
  // Queues and exchanges keep the sequences of messages themselves: see `recovered_sequences.ts`.
  "backing_queue.added": nothing,
  "sequence.added": nothing,
  "sequence.removed": nothing,
};

/** Applies a record, and does nothing else. */
export function apply(topology: Topology, record: TopologyRecord): void {
  (APPLY[record.type] as Apply<RecordTypeName>)(topology, record);
}

function addVirtualHost(topology: Topology, name: string): VirtualHost {
  const vhost = new VirtualHost(name, topology.host);
  topology.vhosts.set(name, vhost);
  for (const [exchange, type, internal] of PREDECLARED) {
    const declaration = { name: exchange, type, durable: true, autoDelete: false, internal, arguments: EMPTY_TABLE };
    const router = exchange === "" ? new DefaultRouter(vhost.queues, vhost.replyQueues) : undefined;
    addExchange(topology, vhost, declaration, router);
  }
  return vhost;
}

function addExchange(topology: Topology, vhost: VirtualHost, declaration: ExchangeDeclaration, router?: Router): void {
  const exchange = new Exchange(declaration, vhost, router);
  const { host } = vhost;
  if (delaysMessages(declaration)) exchange.delayed = new DelayedMessages(exchange, vhost, host);
  if (exchange.isDurable) exchange.router.seen?.keepFor({ exchange: exchange.name, vhost: vhost.name }, host);
  vhost.exchanges.set(exchange.name, exchange);
  vhost.policies.applyTo(exchange);
  vhost.topologyVersion++;
  topology.exchangeCount++;
}
