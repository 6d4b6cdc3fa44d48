import type { Node } from "../../broker/node/node.ts";
import type { Consumer, ConsumerChannel } from "../../broker/queue/consumers/consumer.ts";
import { peerHostOf } from "../../broker/session/origin_fields.ts";
import { channelName } from "../../broker/session/channel_name.ts";
import { tableValue } from "../table_value.ts";

/** Returns a consumer as RabbitMQ lists it. */
export function describeConsumer(consumer: Consumer, vhost: string, node: Node): object {
  const { queue, arguments: args, noAck, isActive, activityStatus, tag, isExclusive, prefetch } = consumer;
  const timeout = consumer.timeoutMs ?? queue.settings.consumerTimeoutMs ?? node.sessionOptions.consumerTimeoutMs;
  return {
    arguments: tableValue(args),
    ack_required: !noAck,
    active: isActive,
    activity_status: activityStatus,
    channel_details: describeChannelOf(consumer, node),
    consumer_tag: tag,
    consumer_timeout: timeout,
    exclusive: isExclusive,
    prefetch_count: prefetch,
    queue: { name: queue.name, vhost },
  };
}

/** Returns the channel of a consumer; an empty object for a consumer of the program that embeds the broker. */
const describeChannelOf = ({ receiver: { channel } }: Consumer, node: Node): object =>
  channel === undefined ? {} : describeChannelDetails(channel, node);

/** Returns a channel as RabbitMQ shows it in descriptions of other objects (`channel_details`). */
export function describeChannelDetails(channel: ConsumerChannel, node: Node): object {
  const { number, session: { user, origin } } = channel;
  return {
    connection_name: origin.name,
    name: channelName(channel),
    node: node.name,
    number,
    peer_host: peerHostOf(origin) ?? null,
    peer_port: origin.peer?.port ?? null,
    user: user.name,
  };
}
