import type { PairCounts } from "../../broker/session/pairs/pair_counts.ts";
import type {
  ChannelExchangeCounts,
  ChannelQueueCounts,
  QueueExchangeCounts,
} from "../../broker/session/pairs/pair.ts";
import type { History } from "./history.ts";
import {
  newValues,
  readChannelExchangeCounters,
  readChannelQueueCounters,
  readQueueExchangeCounters,
} from "./read_counters.ts";

/** The histories of all kinds of pairs. */
interface PairHistories {
  readonly channelExchanges: History<ChannelExchangeCounts>;
  readonly channelQueues: History<ChannelQueueCounts>;
  readonly queueExchanges: History<QueueExchangeCounts>;
}

/** Samples of the counters of pairs of channel, exchange and queue (`management.rates_mode = detailed`). */
export class PairStatistics implements PairHistories {
  /** The pairs. */
  readonly counts: PairCounts;
  readonly channelExchanges: History<ChannelExchangeCounts>;
  readonly channelQueues: History<ChannelQueueCounts>;
  readonly queueExchanges: History<QueueExchangeCounts>;

  constructor(counts: PairCounts, { channelExchanges, channelQueues, queueExchanges }: PairHistories) {
    this.counts = counts;
    this.channelExchanges = channelExchanges;
    this.channelQueues = channelQueues;
    this.queueExchanges = queueExchanges;
  }

  /** Takes a sample of all pairs, in short steps, and forgets those that are gone. */
  *sample(): Generator<void> {
    const channelExchangeValues = newValues("channelExchange");
    const channelQueueValues = newValues("channelQueue");
    const queueExchangeValues = newValues("queueExchange");
    yield* this.counts.visit({
      channelExchange: (pair) => {
        readChannelExchangeCounters(pair, channelExchangeValues);
        this.channelExchanges.sample(pair, channelExchangeValues);
      },
      channelQueue: (pair) => {
        readChannelQueueCounters(pair, channelQueueValues);
        this.channelQueues.sample(pair, channelQueueValues);
      },
      queueExchange: (pair) => {
        readQueueExchangeCounters(pair, queueExchangeValues);
        this.queueExchanges.sample(pair, queueExchangeValues);
      },
    });
    yield* this.channelExchanges.forgetOthers();
    yield* this.channelQueues.forgetOthers();
    yield* this.queueExchanges.forgetOthers();
  }

  /** Forgets all samples, in short steps. */
  *forgetAll(): Generator<void> {
    yield* this.channelExchanges.forgetAll();
    yield* this.channelQueues.forgetAll();
    yield* this.queueExchanges.forgetAll();
  }
}
