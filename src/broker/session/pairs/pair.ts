import type { Exchange } from "../../exchange/exchange.ts";
import type { AnyQueue } from "../../queue/any_queue.ts";
import type { Channel } from "../channel.ts";

/** Counts of the messages that a channel publishes to an exchange (RabbitMQ: `channel_exchange_metrics`). */
export class ChannelExchangeCounts {
  readonly channel: Channel;
  readonly exchange: Exchange;
  publish = 0;
  confirm = 0;
  returnUnroutable = 0;
  dropUnroutable = 0;
  /** Counts of those that are routed to each queue. */
  readonly routed = new Map<AnyQueue, ChannelQueueExchangeCounts>();

  constructor(channel: Channel, exchange: Exchange) {
    this.channel = channel;
    this.exchange = exchange;
  }
}

/** Counts of the messages that a channel receives from a queue (RabbitMQ: `channel_queue_metrics`). */
export class ChannelQueueCounts {
  readonly channel: Channel;
  readonly queue: AnyQueue;
  get = 0;
  getNoAck = 0;
  deliver = 0;
  deliverNoAck = 0;
  redeliver = 0;
  ack = 0;
  getEmpty = 0;

  constructor(channel: Channel, queue: AnyQueue) {
    this.channel = channel;
    this.queue = queue;
  }
}

/** Counts of the messages that an exchange routes to a queue, from all channels (RabbitMQ: `queue_exchange_metrics`). */
export class QueueExchangeCounts {
  readonly vhost: string;
  readonly queue: AnyQueue;
  readonly exchange: Exchange;
  /** Number of messages, those of closed channels included. */
  publish = 0;
  /** The channels that have published some of them. */
  readonly publishers = new Set<ChannelExchangeCounts>();

  constructor(vhost: string, queue: AnyQueue, exchange: Exchange) {
    this.vhost = vhost;
    this.queue = queue;
    this.exchange = exchange;
  }
}

/** Count of the messages of one channel among those (RabbitMQ: `channel_queue_exchange_metrics`). */
export class ChannelQueueExchangeCounts {
  readonly total: QueueExchangeCounts;
  publish = 0;

  constructor(total: QueueExchangeCounts) {
    this.total = total;
  }
}
