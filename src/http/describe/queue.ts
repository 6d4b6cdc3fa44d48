import type { Node } from "../../broker/node/node.ts";
import type { AnyQueue } from "../../broker/queue/any_queue.ts";
import { Queue } from "../../broker/queue/queue.ts";
import { queueTypeName } from "../../broker/queue/queue_type.ts";
import { peerHostOf } from "../../broker/session/origin_fields.ts";
import { Session } from "../../broker/session/session.ts";
import { UnackedTotals } from "../../broker/session/unacked_totals.ts";
import { ARRIVALS, DELIVERIES, MESSAGES } from "../statistics/counters.ts";
import {
  addCounters,
  countersText,
  type Described,
  messageStats,
  messageStatsText,
  type Observed,
} from "../statistics/describe_counters.ts";
import { tableValue } from "../table_value.ts";
import { describeConsumer } from "./consumer.ts";
import { deliveriesOfQueue, incomingOfQueue } from "./pairs.ts";
import type { View } from "./view.ts";

/** A queue in its virtual host. */
export interface ListedQueue {
  readonly queue: AnyQueue;
  readonly vhost: string;
}

/** Totals of unacknowledged messages by queue. */
export type UnackedByQueue = ReadonlyMap<AnyQueue, UnackedTotals>;

const NONE_UNACKED = new UnackedTotals();

/** Returns what a queue is: all that does not need statistics. */
export function describeQueueOnly({ queue, vhost }: ListedQueue, node: Node): Described {
  const type = queueTypeName(queue.arguments);
  const { policy, operatorPolicy, definition } = queue.effectivePolicy;
  const described: Described = {
    name: queue.name,
    vhost,
    type,
    durable: queue.isDurable,
    auto_delete: queue.isAutoDelete,
    exclusive: queue.owner !== null,
    internal: false,
    internal_owner: false,
    arguments: tableValue(queue.arguments),
    node: node.name,
    state: "running",
    policy: policy?.name ?? null,
    operator_policy: operatorPolicy?.name ?? null,
    effective_policy_definition: definition,
  };
  if (queue.owner instanceof Session) {
    const { origin } = queue.owner;
    const { name, peer } = origin;
    described.owner_pid_details = { name, peer_host: peerHostOf(origin) ?? null, peer_port: peer?.port ?? null };
  }
  if (type !== "classic") {
    described.leader = node.name;
    described.members = [node.name];
    described.online = [node.name];
  }
  if (type === "quorum") described.delivery_limit = queue.settings.deliveryLimit ?? "unlimited";
  return described;
}

/** Counters of a queue's messages, which come last in its description. */
const STATS = [ARRIVALS, DELIVERIES];

/** Returns a queue as RabbitMQ lists it. */
export function describeQueue(listed: ListedQueue, view: View, unacked: UnackedByQueue): Described {
  const observed = view.queue(listed.queue);
  const described = describeQueueOnly(listed, view.node);
  readPresent(listed.queue, { view, unacked, observed }, (name, value) => described[name] = value);
  addCounters(described, observed, MESSAGES, view.ranges);
  const stats = messageStats(observed, STATS, view);
  if (stats !== undefined) described.message_stats = stats;
  return described;
}

/**
 * Returns the JSON text of {@linkcode describeQueue}. A list of thousands of queues is made much faster without an object
 * for what changes.
 */
export function queueText(listed: ListedQueue, view: View, unacked: UnackedByQueue): string {
  const observed = view.queue(listed.queue);
  let text = JSON.stringify(describeQueueOnly(listed, view.node)).slice(0, -1);
  readPresent(listed.queue, { view, unacked, observed }, (name, value) => {
    text += `,"${name}":${typeof value === "number" ? value : JSON.stringify(value)}`;
  });
  return `${text}${countersText(observed, MESSAGES, view.ranges)}${messageStatsText(observed, STATS, view)}}`;
}

/** What a request sees of a queue at present. */
interface Present {
  readonly view: View;
  readonly unacked: UnackedByQueue;
  readonly observed: Observed<AnyQueue>;
}

/** Takes a member of a queue's description. */
type TakeMember = (name: string, value: unknown) => void;

/** Reads what changes of a queue, but for its counters. */
function readPresent(queue: AnyQueue, { view, unacked, observed }: Present, take: TakeMember): void {
  const { consumers } = queue;
  take("consumers", consumers.size);
  if (queue.isStream) {
    take("memory", queue.totals.readyInMemory.bytes);
    take("readers", { [view.node.name]: consumers.size });
  } else {
    take("consumer_capacity", consumers.capacity);
    take("consumer_utilisation", consumers.capacity);
    take("single_active_consumer_tag", consumers.singleActive?.tag ?? null);
    readTotals(queue, unacked.get(queue) ?? NONE_UNACKED, take);
  }
  if (queueTypeName(queue.arguments) === "classic") {
    take("head_message_timestamp", headTimestamp(queue));
    take("exclusive_consumer_tag", exclusiveConsumerTag(queue));
    take("storage_version", 2);
    const since = view.idleSince(observed);
    if (since !== undefined) take("idle_since", since);
  }
}

/** Returns a queue with its consumers, channels and exchanges, as RabbitMQ shows a single one, in short steps. */
export function* describeQueueInDetail(
  listed: ListedQueue,
  view: View,
  unacked: UnackedByQueue,
): Generator<void, Described> {
  const { queue, vhost } = listed;
  return {
    ...describeQueue(listed, view, unacked),
    consumer_details: Array.from(queue.consumers, (consumer) => describeConsumer(consumer, vhost, view.node)),
    deliveries: yield* deliveriesOfQueue(queue, view),
    incoming: yield* incomingOfQueue(queue, vhost, view),
  };
}

/** Returns the timestamp of the message at the head of a queue, in seconds; `null` where it has none. */
function headTimestamp(queue: AnyQueue): number | null {
  const timestamp = queue instanceof Queue ? queue.headTimestamp : undefined;
  return timestamp === undefined ? null : Number(timestamp);
}

const exclusiveConsumerTag = ({ consumers }: AnyQueue): string | null => {
  for (const consumer of consumers) if (consumer.isExclusive) return consumer.tag;
  return null;
};

/** Reads numbers and bytes of messages, and how many of them are in memory and in the store. */
function readTotals(queue: AnyQueue, unacked: UnackedTotals, take: TakeMember): void {
  const { ready, readyInMemory } = queue.totals;
  const { all, inMemory } = unacked;
  take("memory", readyInMemory.bytes + inMemory.bytes);
  take("messages_ram", readyInMemory.count + inMemory.count);
  take("messages_ready_ram", readyInMemory.count);
  take("messages_unacknowledged_ram", inMemory.count);
  take("messages_persistent", ready.persistentCount + all.persistentCount);
  take("messages_paged_out", ready.count - readyInMemory.count + all.count - inMemory.count);
  take("message_bytes", ready.bytes + all.bytes);
  take("message_bytes_ready", ready.bytes);
  take("message_bytes_unacknowledged", all.bytes);
  take("message_bytes_ram", readyInMemory.bytes + inMemory.bytes);
  take("message_bytes_persistent", ready.persistentBytes + all.persistentBytes);
  take("message_bytes_paged_out", ready.bytes - readyInMemory.bytes + all.bytes - inMemory.bytes);
}
