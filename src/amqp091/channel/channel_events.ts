import type { Consumer } from "../../broker/queue/consumers/consumer.ts";
import type { Session } from "../session.ts";

/** A channel was opened. `channel` is what its events know it by. */
export function tellChannelCreated(
  { node, owner, connectionName, user, vhost }: Session,
  channel: object,
  number: number,
) {
  node.events?.tell("channel.created", {
    pid: node.events.pidOf(channel),
    name: `${connectionName} (${number})`,
    connection: node.events.pidOf(owner),
    number,
    user: user.name,
    vhost: vhost.name,
  });
}

export function tellChannelClosed({ node, user }: Session, channel: object, consumerCount: number): void {
  node.events?.tell("channel.closed", { pid: node.events.pidOf(channel), consumer_count: consumerCount }, user.name);
}

export function tellConsumerCreated({ node, vhost }: Session, channel: object, consumer: Consumer): void {
  node.events?.tell("consumer.created", {
    consumer_tag: consumer.tag,
    exclusive: consumer.isExclusive,
    ack_required: !consumer.noAck,
    channel: node.events.pidOf(channel),
    queue: consumer.queue.name,
    vhost: vhost.name,
    prefetch_count: consumer.prefetch,
    arguments: consumer.arguments,
  });
}

export function tellConsumerDeleted({ node, vhost }: Session, channel: object, consumer: Consumer): void {
  node.events?.tell("consumer.deleted", {
    consumer_tag: consumer.tag,
    channel: node.events.pidOf(channel),
    queue: consumer.queue.name,
    vhost: vhost.name,
  });
}
