import type { Node } from "../../broker/node/node.ts";
import type { ChannelCounts } from "../../broker/session/channel_counts.ts";
import type { QueueStats } from "../../broker/queue/queue_counts.ts";
import { counter, gauge, type Metric, type MetricHead } from "./metric.ts";

/** The publishers and consumers of a protocol at the moment of a scrape. */
export interface ProtocolSource {
  /** Counts of all channels, closed ones included. */
  readonly counts: ChannelCounts;
  readonly routedCount: number;
  readonly publisherCount: number;
  readonly consumerCount: number;
}

/** The protocol of all connections. What is counted by queue includes programs that embed the broker. */
export const PROTOCOL = "amqp091";

/** Adds up the counts of a protocol, in steps. */
export function* protocolSource(node: Node): Generator<undefined, ProtocolSource> {
  let [publisherCount, consumerCount] = [0, 0];
  for (const { channels } of node.sessions) {
    for (const { counts, subscriptions } of channels) {
      if (counts.publish > 0) publisherCount++;
      consumerCount += subscriptions.count;
    }
    yield;
  }
  let routedCount = node.deletedExchangeCounts.publishOut;
  for (const { exchanges } of node.vhosts.values()) {
    for (const { counts } of exchanges.values()) {
      routedCount += counts.publishOut;
      yield;
    }
  }
  return { counts: node.sessions.totals.counts, routedCount, publisherCount, consumerCount };
}

/** Metrics of a protocol (RabbitMQ: `rabbit_global_counters`). */
export const PROTOCOL_METRICS: readonly Metric<ProtocolSource>[] = [
  counter(
    "global_messages_received_total",
    "Total number of messages received from publishers",
    ({ counts }) => counts.publish,
  ),
  counter(
    "global_messages_received_confirm_total",
    "Total number of messages received from publishers expecting confirmations",
    ({ counts }) => counts.publishConfirm,
  ),
  counter(
    "global_messages_routed_total",
    "Total number of messages routed to queues or streams",
    ({ routedCount }) => routedCount,
  ),
  counter(
    "global_messages_unroutable_dropped_total",
    "Total number of messages published as non-mandatory into an exchange and dropped as unroutable",
    ({ counts }) => counts.dropUnroutable,
  ),
  counter(
    "global_messages_unroutable_returned_total",
    "Total number of messages published as mandatory into an exchange and returned to the publisher as unroutable",
    ({ counts }) => counts.returnUnroutable,
  ),
  counter(
    "global_messages_confirmed_total",
    "Total number of messages confirmed to publishers",
    ({ counts }) => counts.confirm,
  ),
  gauge("global_publishers", "Current number of publishers", ({ publisherCount }) => publisherCount),
  gauge("global_consumers", "Current number of consumers", ({ consumerCount }) => consumerCount),
];

/** Totals that RabbitMQ adds up from counts by queue and exchange, which are not always kept here. */
export const ROUTED_METRICS: readonly Metric<ProtocolSource>[] = [
  counter(
    "queue_messages_published_total",
    "Total number of messages published into a queue through an exchange on a channel",
    ({ routedCount }) => routedCount,
  ),
  counter(
    "queue_exchange_messages_published_total",
    "Total number of messages published into a queue through an exchange",
    ({ routedCount }) => routedCount,
  ),
];

/** Histogram of the sizes of published messages. */
export const MESSAGE_SIZE: MetricHead = {
  name: "message_size_bytes",
  type: "histogram",
  help: "Size of messages received from publishers",
};

/** Metrics of a protocol and a queue type. Sums include deleted queues. */
export const PROTOCOL_QUEUE_TYPE_METRICS: readonly Metric<QueueStats>[] = [
  counter(
    "global_messages_delivered_total",
    "Total number of messages delivered to consumers",
    ({ deliver, deliverNoAck, get, getNoAck }) => deliver + deliverNoAck + get + getNoAck,
  ),
  counter(
    "global_messages_delivered_consume_manual_ack_total",
    "Total number of messages delivered to consumers using basic.consume with manual acknowledgment",
    ({ deliver }) => deliver,
  ),
  counter(
    "global_messages_delivered_consume_auto_ack_total",
    "Total number of messages delivered to consumers using basic.consume with automatic acknowledgment",
    ({ deliverNoAck }) => deliverNoAck,
  ),
  counter(
    "global_messages_delivered_get_manual_ack_total",
    "Total number of messages delivered to consumers using basic.get with manual acknowledgment",
    ({ get }) => get,
  ),
  counter(
    "global_messages_delivered_get_auto_ack_total",
    "Total number of messages delivered to consumers using basic.get with automatic acknowledgment",
    ({ getNoAck }) => getNoAck,
  ),
  counter(
    "global_messages_get_empty_total",
    "Total number of times basic.get operations fetched no message",
    ({ getEmpty }) => getEmpty,
  ),
  counter(
    "global_messages_redelivered_total",
    "Total number of messages redelivered to consumers",
    ({ redeliver }) => redeliver,
  ),
  counter(
    "global_messages_acknowledged_total",
    "Total number of messages acknowledged by consumers",
    ({ ack }) => ack,
  ),
];
