import type { Exchange } from "../../broker/exchange/exchange.ts";
import type { AnyQueue } from "../../broker/queue/any_queue.ts";
import type { Channel } from "../../broker/session/channel.ts";
import type {
  ChannelExchangeCounts,
  ChannelQueueCounts,
  QueueExchangeCounts,
} from "../../broker/session/pairs/pair.ts";
import { ARRIVALS, type CounterGroup, DELIVERIES, LAYOUTS, PUBLISHES } from "../statistics/counters.ts";
import { type Described, messageStats } from "../statistics/describe_counters.ts";
import type { History } from "../statistics/history.ts";
import type { PairStatistics } from "../statistics/pair_statistics.ts";
import {
  type CounterValues,
  newValues,
  readChannelExchangeCounters,
  readChannelQueueCounters,
  readQueueExchangeCounters,
} from "../statistics/read_counters.ts";
import { describeChannelDetails } from "./consumer.ts";
import type { View } from "./view.ts";

/** A list of pairs, made in steps of one pair each. */
type Steps = Generator<void, Described[]>;

/** The way in which pairs of a kind are described. */
interface Kind<Pair extends object> {
  readonly layout: "channelExchange" | "channelQueue" | "queueExchange";
  readonly group: CounterGroup;
  read(pair: Pair, values: CounterValues): void;
  historyOf(statistics: PairStatistics): History<Pair>;
}

const CHANNEL_EXCHANGE: Kind<ChannelExchangeCounts> = {
  layout: "channelExchange",
  group: PUBLISHES,
  read: readChannelExchangeCounters,
  historyOf: ({ channelExchanges }) => channelExchanges,
};
const CHANNEL_QUEUE: Kind<ChannelQueueCounts> = {
  layout: "channelQueue",
  group: DELIVERIES,
  read: readChannelQueueCounters,
  historyOf: ({ channelQueues }) => channelQueues,
};
const QUEUE_EXCHANGE: Kind<QueueExchangeCounts> = {
  layout: "queueExchange",
  group: ARRIVALS,
  read: readQueueExchangeCounters,
  historyOf: ({ queueExchanges }) => queueExchanges,
};

/** Describes the pairs of an object: their other end, as `describeOther` has it, and their `stats`. */
function* describePairs<Pair extends object>(
  kind: Kind<Pair>,
  view: View,
  pairsOf: (statistics: PairStatistics) => Iterable<Pair>,
  describeOther: (pair: Pair) => Described | undefined,
): Steps {
  const { pairs: statistics } = view.statistics;
  if (statistics === undefined) return [];
  const layout = LAYOUTS[kind.layout];
  const history = kind.historyOf(statistics);
  const values = newValues(kind.layout);
  const described: Described[] = [];
  for (const pair of pairsOf(statistics)) {
    const other = describeOther(pair);
    if (other !== undefined) {
      kind.read(pair, values);
      const stats = messageStats({ layout, history, keys: [pair], values }, [kind.group], view) ?? {};
      described.push({ stats, ...other });
    }
    yield;
  }
  return described;
}

/** Returns the channel of a pair; `undefined` for one of the program that embeds the broker, which no list has. */
const channelOf = ({ channel }: { readonly channel: Channel }, { node }: View): Described | undefined =>
  channel.session.isInternal ? undefined : { channel_details: describeChannelDetails(channel, node) };

/** Returns the channels that receive a queue's messages. */
export const deliveriesOfQueue = (queue: AnyQueue, view: View): Steps =>
  describePairs(CHANNEL_QUEUE, view, ({ counts }) => counts.receiversOf(queue), (pair) => channelOf(pair, view));

/** Returns the exchanges that route to a queue. */
export const incomingOfQueue = (queue: AnyQueue, vhost: string, view: View): Steps =>
  describePairs(QUEUE_EXCHANGE, view, ({ counts }) => counts.sourcesOf(queue), ({ exchange: { name } }) => ({
    exchange: { name, vhost },
  }));

/** Returns the channels that publish to an exchange. */
export const incomingOfExchange = (exchange: Exchange, view: View): Steps =>
  describePairs(CHANNEL_EXCHANGE, view, ({ counts }) => counts.publishersOf(exchange), (pair) => channelOf(pair, view));

/** Returns the queues that an exchange routes to. */
export const outgoingOfExchange = (exchange: Exchange, vhost: string, view: View): Steps =>
  describePairs(QUEUE_EXCHANGE, view, ({ counts }) => counts.destinationsOf(exchange), ({ queue: { name } }) => ({
    queue: { name, vhost },
  }));

/** Returns the exchanges that a channel publishes to. */
export const publishesOfChannel = ({ pairs, session: { vhost } }: Channel, view: View): Steps =>
  describePairs(CHANNEL_EXCHANGE, view, () => pairs?.publishes ?? [], ({ exchange: { name } }) => ({
    exchange: { name, vhost: vhost.name },
  }));

/** Returns the queues that a channel receives from. */
export const deliveriesOfChannel = ({ pairs, session: { vhost } }: Channel, view: View): Steps =>
  describePairs(CHANNEL_QUEUE, view, () => pairs?.deliveries ?? [], ({ queue: { name } }) => ({
    queue: { name, vhost: vhost.name },
  }));
