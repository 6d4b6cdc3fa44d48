import { channelName } from "../../broker/session/channel_name.ts";
import type { PairCounts, PairVisitor } from "../../broker/session/pairs/pair_counts.ts";
import type {
  ChannelExchangeCounts,
  ChannelQueueCounts,
  QueueExchangeCounts,
} from "../../broker/session/pairs/pair.ts";
import { CHANNEL_EXCHANGE_METRICS, CHANNEL_QUEUE_METRICS } from "./channel_metrics.ts";
import type { Selection } from "./gather.ts";
import { labels } from "./labels.ts";
import { counter, type MetricGroup } from "./metric.ts";
import type { MetricsWriter, Writing } from "./writer.ts";

/** A pair at the moment of a scrape. */
interface PairRow<Counts> {
  readonly labels: string;
  readonly counts: Counts;
}

/** What is published to a queue by an exchange. */
interface Routed {
  readonly publish: number;
}

const CHANNEL_QUEUE_EXCHANGE_METRICS: MetricGroup<Routed> = {
  family: "channel_queue_exchange_metrics",
  metrics: [
    counter(
      "queue_messages_published_total",
      "Total number of messages published into a queue through an exchange on a channel",
      ({ publish }) => publish,
    ),
  ],
};

const QUEUE_EXCHANGE_METRICS: MetricGroup<Routed> = {
  family: "queue_exchange_metrics",
  metrics: [
    counter(
      "queue_exchange_messages_published_total",
      "Total number of messages published into a queue through an exchange",
      ({ publish }) => publish,
    ),
  ],
};

/** Notes a pair that is written, with its labels. */
type Add<Counts> = (counts: Counts, labels: Readonly<Record<string, string>>) => void;

const ofExchange = ({ channel, exchange }: ChannelExchangeCounts) => ({
  channel: channelName(channel),
  vhost: channel.session.vhost.name,
  exchange: exchange.name,
});

const ofQueue = ({ channel, queue }: ChannelQueueCounts) => ({
  channel: channelName(channel),
  vhost: channel.session.vhost.name,
  queue: queue.name,
});

/** Adds the queues that an exchange routes a channel's messages to. */
function addRouted({ channel, exchange, routed }: ChannelExchangeCounts, add: Add<Routed>): void {
  const { name: vhost } = channel.session.vhost;
  for (const [queue, counts] of routed) {
    add(counts, {
      channel: channelName(channel),
      queue_vhost: vhost,
      queue: queue.name,
      exchange_vhost: vhost,
      exchange: exchange.name,
    });
  }
}

const isSelected = ({ vhost, queue }: QueueExchangeCounts, { vhosts, isQueueMeant }: Selection): boolean =>
  vhosts?.has(vhost) !== false && isQueueMeant?.(queue.name) !== false;

/**
 * Writes the counters of pairs. As in RabbitMQ, virtual hosts and names of queues select among those of queue and
 * exchange only.
 */
export function* writePairs(
  writer: MetricsWriter,
  pairs: PairCounts,
  selection: Selection,
  isMeant: (family: string) => boolean,
): Writing {
  function* write<Counts>(group: MetricGroup<Counts>, visitor: (add: Add<Counts>) => Partial<PairVisitor>): Writing {
    if (!isMeant(group.family)) return;
    const rows: PairRow<Counts>[] = [];
    yield* pairs.visit(visitor((counts, named) => rows.push({ counts, labels: labels(named) })));
    const metrics = group.metrics.map(({ value, ...head }) => ({
      ...head,
      value: ({ counts }: PairRow<Counts>) => value(counts),
    }));
    yield* writer.each(metrics, rows);
  }
  yield* write(CHANNEL_EXCHANGE_METRICS, (add) => ({ channelExchange: (pair) => add(pair, ofExchange(pair)) }));
  yield* write(CHANNEL_QUEUE_METRICS, (add) => ({ channelQueue: (pair) => add(pair, ofQueue(pair)) }));
  yield* write(CHANNEL_QUEUE_EXCHANGE_METRICS, (add) => ({ channelExchange: (pair) => addRouted(pair, add) }));
  yield* write(QUEUE_EXCHANGE_METRICS, (add) => ({
    queueExchange(pair) {
      const { vhost, exchange, queue } = pair;
      if (isSelected(pair, selection)) add(pair, { vhost, exchange: exchange.name, queue: queue.name });
    },
  }));
}
