import type { Node } from "../../broker/node/node.ts";
import { peerHostOf } from "../../broker/session/origin_fields.ts";
import type { Channel } from "../../broker/session/channel.ts";
import { channelName } from "../../broker/session/channel_name.ts";
import { DELIVERIES, PUBLISHES } from "../statistics/counters.ts";
import { type Described, messageStats } from "../statistics/describe_counters.ts";
import { describeConsumer } from "./consumer.ts";
import { deliveriesOfChannel, publishesOfChannel } from "./pairs.ts";
import type { View } from "./view.ts";

/** Returns what a channel is: all that does not need statistics. */
export function describeChannelOnly(channel: Channel, node: Node): Described {
  const { session: { origin, user, vhost }, number } = channel;
  return {
    name: channelName(channel),
    number,
    node: node.name,
    vhost: vhost.name,
    user: user.name,
    user_who_performed_action: user.name,
    connection_details: {
      name: origin.name,
      peer_host: peerHostOf(origin) ?? null,
      peer_port: origin.peer?.port ?? null,
    },
  };
}

/** Returns a channel as RabbitMQ lists it. */
export function describeChannel(channel: Channel, view: View): Described {
  const { publisher, subscriptions, transaction } = channel;
  const observed = view.channel(channel);
  const described: Described = {
    ...describeChannelOnly(channel, view.node),
    state: "running",
    confirm: publisher.confirms !== undefined,
    transactional: transaction !== undefined,
    consumer_count: subscriptions.count,
    messages_unacknowledged: subscriptions.unacked.count,
    messages_unconfirmed: publisher.confirms?.unconfirmedCount ?? 0,
    messages_uncommitted: transaction?.publishCount ?? 0,
    acks_uncommitted: transaction?.settlementCount ?? 0,
    prefetch_count: subscriptions.prefetch,
    global_prefetch_count: subscriptions.sharedPrefetch,
    pending_raft_commands: 0,
  };
  const stats = messageStats(observed, [PUBLISHES, DELIVERIES], view);
  if (stats !== undefined) described.message_stats = stats;
  const since = view.idleSince(observed);
  if (since !== undefined) described.idle_since = since;
  return described;
}

/** Returns a channel with its consumers, exchanges and queues, as RabbitMQ shows a single one, in short steps. */
export function* describeChannelInDetail(channel: Channel, view: View): Generator<void, Described> {
  const { name } = channel.session.vhost;
  const { consumers } = channel.subscriptions;
  return {
    ...describeChannel(channel, view),
    consumer_details: Array.from(consumers, (consumer) => describeConsumer(consumer, name, view.node)),
    publishes: yield* publishesOfChannel(channel, view),
    deliveries: yield* deliveriesOfChannel(channel, view),
  };
}
