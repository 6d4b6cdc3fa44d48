import type { Actor } from "../events/actor.ts";
import type { EventSink } from "../events/events.ts";
import type { Consumer } from "../queue/consumers/consumer.ts";
import type { Channel } from "./channel.ts";
import { channelName } from "./channel_name.ts";

/** Returns the sink for events of a channel; `undefined` for a channel of the program that embeds the broker. */
const eventsOf = ({ session: { node, isInternal } }: Channel): EventSink | undefined =>
  isInternal ? undefined : node.events;

/** Reports that a channel was opened. */
export function notifyChannelCreated(channel: Channel): void {
  const { origin, user, vhost } = channel.session;
  const events = eventsOf(channel);
  events?.notify("channel.created", {
    pid: events.pidOf(channel),
    name: channelName(channel),
    connection: events.pidOf(origin),
    number: channel.number,
    user: user.name,
    vhost: vhost.name,
  }, user.name);
}

export function notifyChannelClosed(channel: Channel, consumerCount: number): void {
  const { user } = channel.session;
  const events = eventsOf(channel);
  events?.notify("channel.closed", { pid: events.pidOf(channel), consumer_count: consumerCount }, user.name);
}

export function notifyConsumerCreated(channel: Channel, consumer: Consumer): void {
  const { vhost, user } = channel.session;
  const events = eventsOf(channel);
  events?.notify("consumer.created", {
    consumer_tag: consumer.tag,
    exclusive: consumer.isExclusive,
    ack_required: !consumer.noAck,
    channel: events.pidOf(channel),
    queue: consumer.queue.name,
    vhost: vhost.name,
    prefetch_count: consumer.prefetch,
    arguments: consumer.arguments,
  }, user.name);
}

/** Reports that a consumer was cancelled by `actor`; by default by the broker itself, as when its queue is deleted. */
export function notifyConsumerDeleted(channel: Channel, consumer: Consumer, actor?: Actor): void {
  const { vhost } = channel.session;
  const events = eventsOf(channel);
  events?.notify("consumer.deleted", {
    consumer_tag: consumer.tag,
    channel: events.pidOf(channel),
    queue: consumer.queue.name,
    vhost: vhost.name,
  }, actor?.user);
}
