import type { Exchange } from "../../exchange/exchange.ts";
import type { AnyQueue } from "../../queue/any_queue.ts";
import type { Channel } from "../channel.ts";
import { ChannelPairs } from "./channel_pairs.ts";
import {
  type ChannelExchangeCounts,
  type ChannelQueueCounts,
  ChannelQueueExchangeCounts,
  QueueExchangeCounts,
} from "./pair.ts";

/** Limits of the numbers of pairs that are counted. */
export interface PairLimits {
  /** Maximum number of a channel's pairs. */
  readonly perChannel: number;
  /** Maximum number of all pairs. */
  readonly total: number;
}

/** A pair takes less than 1 KB, with its rates. */
const LIMITS: PairLimits = { perChannel: 2000, total: 100_000 };

/** The pairs of a queue or an exchange. */
class Pairs<WithChannel, Other> {
  readonly channels = new Set<WithChannel>();
  readonly others = new Map<Other, QueueExchangeCounts>();
}

/**
 * Counts by pairs of channel, exchange and queue, for `management.rates_mode = detailed`. A pair is counted until one of
 * its ends is gone. Beyond the limits, further pairs are not counted.
 */
export class PairCounts {
  readonly limits: PairLimits;
  readonly #report: (line: string) => void;
  #size = 0;
  #hasReported = false;
  readonly #ofQueues = new Map<AnyQueue, Pairs<ChannelQueueCounts, Exchange>>();
  readonly #ofExchanges = new Map<Exchange, Pairs<ChannelExchangeCounts, AnyQueue>>();

  /** `report` is told once when pairs are left out. */
  constructor(report: (line: string) => void, limits: PairLimits = LIMITS) {
    this.#report = report;
    this.limits = limits;
  }

  /** Number of pairs. */
  get size(): number {
    return this.#size;
  }

  /** Returns the pairs of a new channel. */
  openChannel(channel: Channel): ChannelPairs {
    return new ChannelPairs(this, channel);
  }

  /** Counts a new pair. Returns false when there is no room for it; `inChannel` is the number of its channel's pairs. */
  #take(inChannel: number): boolean {
    const { perChannel, total } = this.limits;
    if (inChannel < perChannel && this.#size < total) {
      this.#size++;
      return true;
    }
    if (!this.#hasReported) {
      this.#hasReported = true;
      const limit = inChannel < perChannel ? `${total} pairs` : `${perChannel} pairs of a channel`;
      this.#report(`the limit of ${limit} is reached: management.rates_mode = detailed counts no further ones`);
    }
    return false;
  }

  /** Adds a pair of a channel that has `inChannel` others. Returns false when there is no room for it. */
  addPublisher(pair: ChannelExchangeCounts, inChannel: number): boolean {
    if (!this.#take(inChannel)) return false;
    pairsOf(this.#ofExchanges, pair.exchange).channels.add(pair);
    return true;
  }

  /** Adds a pair of a channel that has `inChannel` others. Returns false when there is no room for it. */
  addReceiver(pair: ChannelQueueCounts, inChannel: number): boolean {
    if (!this.#take(inChannel)) return false;
    pairsOf(this.#ofQueues, pair.queue).channels.add(pair);
    return true;
  }

  /** Adds a queue to which a channel's messages are routed. Returns `undefined` when there is no room for it. */
  addRoute(
    publisher: ChannelExchangeCounts,
    queue: AnyQueue,
    inChannel: number,
  ): ChannelQueueExchangeCounts | undefined {
    const { exchange, channel } = publisher;
    if (!this.#take(inChannel)) return undefined;
    let total = this.#ofQueues.get(queue)?.others.get(exchange);
    if (total === undefined) {
      if (!this.#take(0)) {
        this.#size--;
        return undefined;
      }
      total = new QueueExchangeCounts(channel.session.vhost.name, queue, exchange);
      pairsOf(this.#ofQueues, queue).others.set(exchange, total);
      pairsOf(this.#ofExchanges, exchange).others.set(queue, total);
    }
    total.publishers.add(publisher);
    const counts = new ChannelQueueExchangeCounts(total);
    publisher.routed.set(queue, counts);
    return counts;
  }

  /** Forgets a pair whose channel is closed. */
  removePublisher(pair: ChannelExchangeCounts): void {
    for (const { total } of pair.routed.values()) total.publishers.delete(pair);
    this.#size -= 1 + pair.routed.size;
    this.#ofExchanges.get(pair.exchange)?.channels.delete(pair);
    removeIfEmpty(this.#ofExchanges, pair.exchange);
  }

  /** Forgets a pair whose channel is closed. */
  removeReceiver(pair: ChannelQueueCounts): void {
    this.#size--;
    this.#ofQueues.get(pair.queue)?.channels.delete(pair);
    removeIfEmpty(this.#ofQueues, pair.queue);
  }

  /** Forgets the pairs of a queue. */
  queueDeleted(queue: AnyQueue): void {
    const pairs = this.#ofQueues.get(queue);
    if (pairs === undefined) return;
    this.#ofQueues.delete(queue);
    this.#size -= pairs.channels.size + pairs.others.size;
    for (const { channel } of pairs.channels) channel.pairs!.forgetQueue(queue);
    for (const [exchange, { publishers }] of pairs.others) {
      this.#forgetRoute(publishers, queue);
      this.#ofExchanges.get(exchange)?.others.delete(queue);
      removeIfEmpty(this.#ofExchanges, exchange);
    }
  }

  /** Forgets the pairs of an exchange. */
  exchangeDeleted(exchange: Exchange): void {
    const pairs = this.#ofExchanges.get(exchange);
    if (pairs === undefined) return;
    this.#ofExchanges.delete(exchange);
    this.#size -= pairs.channels.size + pairs.others.size;
    for (const [queue, { publishers }] of pairs.others) {
      this.#forgetRoute(publishers, queue);
      this.#ofQueues.get(queue)?.others.delete(exchange);
      removeIfEmpty(this.#ofQueues, queue);
    }
    for (const { channel } of pairs.channels) channel.pairs!.forgetExchange(exchange);
  }

  #forgetRoute(publishers: ReadonlySet<ChannelExchangeCounts>, queue: AnyQueue): void {
    this.#size -= publishers.size;
    for (const publisher of publishers) publisher.channel.pairs!.forgetRoute(publisher, queue);
  }

  /** Returns the channels that receive from a queue. */
  receiversOf(queue: AnyQueue): Iterable<ChannelQueueCounts> {
    return this.#ofQueues.get(queue)?.channels ?? [];
  }

  /** Returns the exchanges that route to a queue. */
  sourcesOf(queue: AnyQueue): Iterable<QueueExchangeCounts> {
    return this.#ofQueues.get(queue)?.others.values() ?? [];
  }

  /** Returns the channels that publish to an exchange. */
  publishersOf(exchange: Exchange): Iterable<ChannelExchangeCounts> {
    return this.#ofExchanges.get(exchange)?.channels ?? [];
  }

  /** Returns the queues that an exchange routes to. */
  destinationsOf(exchange: Exchange): Iterable<QueueExchangeCounts> {
    return this.#ofExchanges.get(exchange)?.others.values() ?? [];
  }

  /** Calls a visitor for all pairs, one in a step. Pairs may come and go meanwhile. */
  *visit(visitor: Partial<PairVisitor>): Generator<undefined, void> {
    for (const { channels, others } of this.#ofExchanges.values()) {
      for (const pair of channels) {
        if (!pair.channel.session.isInternal) visitor.channelExchange?.(pair);
        yield;
      }
      for (const pair of others.values()) {
        visitor.queueExchange?.(pair);
        yield;
      }
    }
    for (const { channels } of this.#ofQueues.values()) {
      for (const pair of channels) {
        if (!pair.channel.session.isInternal) visitor.channelQueue?.(pair);
        yield;
      }
    }
  }
}

/** Called for each pair; for those with channels only if these are listed, and not of the program that embeds the broker. */
export interface PairVisitor {
  channelExchange(pair: ChannelExchangeCounts): void;
  channelQueue(pair: ChannelQueueCounts): void;
  queueExchange(pair: QueueExchangeCounts): void;
}

function pairsOf<Key, WithChannel, Other>(all: Map<Key, Pairs<WithChannel, Other>>, key: Key) {
  let pairs = all.get(key);
  if (pairs === undefined) all.set(key, pairs = new Pairs());
  return pairs;
}

function removeIfEmpty<Key, WithChannel, Other>(all: Map<Key, Pairs<WithChannel, Other>>, key: Key): void {
  const pairs = all.get(key);
  if (pairs?.channels.size === 0 && pairs.others.size === 0) all.delete(key);
}
