import type { Channel } from "../../broker/session/channel.ts";
import { channelName } from "../../broker/session/channel_name.ts";
import type { ChannelCounts } from "../../broker/session/channel_counts.ts";
import { labels } from "./labels.ts";
import { counter, gauge, type MetricGroup } from "./metric.ts";

/** A channel at the moment of a scrape. */
export interface ChannelRow {
  readonly labels: string;
  readonly channel: Channel;
}

/** Returns the row of a channel, whose name stands for RabbitMQ's process. */
export const channelRow = (channel: Channel): ChannelRow => ({
  labels: labels({ channel: channelName(channel) }),
  channel,
});

/** State of channels (RabbitMQ: `channel_metrics`). */
export const CHANNEL_METRICS: MetricGroup<ChannelRow> = {
  family: "channel_metrics",
  metrics: [
    gauge("channel_consumers", "Consumers on a channel", ({ channel }) => channel.subscriptions.count),
    gauge(
      "channel_messages_unacked",
      "Delivered but not yet acknowledged messages",
      ({ channel }) => channel.subscriptions.unacked.count,
    ),
    gauge(
      "channel_messages_unconfirmed",
      "Published but not yet confirmed messages",
      ({ channel }) => channel.publisher.confirms?.unconfirmedCount ?? 0,
    ),
    gauge(
      "channel_messages_uncommitted",
      "Messages received in a transaction but not yet committed",
      ({ channel }) => channel.transaction?.publishCount ?? 0,
    ),
    gauge(
      "channel_acks_uncommitted",
      "Message acknowledgements in a transaction not yet committed",
      ({ channel }) => channel.transaction?.settlementCount ?? 0,
    ),
    gauge(
      "consumer_prefetch",
      "Limit of unacknowledged messages for each consumer",
      ({ channel }) => channel.subscriptions.prefetch,
    ),
    gauge(
      "channel_prefetch",
      "Deprecated and will be removed in a future version",
      ({ channel }) => channel.subscriptions.sharedPrefetch,
    ),
  ],
};

/** Counts of publishes: of a channel, all channels, or a pair of channel and exchange. */
type PublishCounts = Pick<ChannelCounts, "publish" | "confirm" | "returnUnroutable" | "dropUnroutable">;

/** Counts of deliveries: of a channel, all channels, or a pair of channel and queue. */
type DeliveryCounts = Pick<
  ChannelCounts,
  "get" | "getNoAck" | "deliver" | "deliverNoAck" | "redeliver" | "ack" | "getEmpty"
>;

/** Counters of publishes. Totals over all channels include closed ones, so that they never fall. */
export const CHANNEL_EXCHANGE_METRICS: MetricGroup<PublishCounts> = {
  family: "channel_exchange_metrics",
  metrics: [
    counter(
      "channel_messages_published_total",
      "Total number of messages published into an exchange on a channel",
      (counts) => counts.publish,
    ),
    counter(
      "channel_messages_confirmed_total",
      "Total number of messages published into an exchange and confirmed on the channel",
      (counts) => counts.confirm,
    ),
    counter(
      "channel_messages_unroutable_returned_total",
      "Total number of messages published as mandatory into an exchange and returned to the publisher as unroutable",
      (counts) => counts.returnUnroutable,
    ),
    counter(
      "channel_messages_unroutable_dropped_total",
      "Total number of messages published as non-mandatory into an exchange and dropped as unroutable",
      (counts) => counts.dropUnroutable,
    ),
  ],
};

/** Counters of deliveries. Totals over all channels include closed ones, so that they never fall. */
export const CHANNEL_QUEUE_METRICS: MetricGroup<DeliveryCounts> = {
  family: "channel_queue_metrics",
  metrics: [
    counter(
      "channel_get_ack_total",
      "Total number of messages fetched with basic.get in manual acknowledgement mode",
      (counts) => counts.get,
    ),
    counter(
      "channel_get_total",
      "Total number of messages fetched with basic.get in automatic acknowledgement mode",
      (counts) => counts.getNoAck,
    ),
    counter(
      "channel_messages_delivered_ack_total",
      "Total number of messages delivered to consumers in manual acknowledgement mode",
      (counts) => counts.deliver,
    ),
    counter(
      "channel_messages_delivered_total",
      "Total number of messages delivered to consumers in automatic acknowledgement mode",
      (counts) => counts.deliverNoAck,
    ),
    counter(
      "channel_messages_redelivered_total",
      "Total number of messages redelivered to consumers",
      (counts) => counts.redeliver,
    ),
    counter(
      "channel_messages_acked_total",
      "Total number of messages acknowledged by consumers",
      (counts) => counts.ack,
    ),
    counter(
      "channel_get_empty_total",
      "Total number of times basic.get operations fetched no message",
      (counts) => counts.getEmpty,
    ),
  ],
};
