import type { Exchange } from "../../exchange/exchange.ts";
import type { Target } from "../../message/target.ts";
import type { AnyQueue } from "../../queue/any_queue.ts";
import type { Channel } from "../channel.ts";
import type { ConfirmSink } from "../confirms.ts";
import { isReplyName } from "../direct_reply_to.ts";
import type { DeliverySink } from "../subscription.ts";
import type { Visit } from "../unacked.ts";
import { CountedConfirms } from "./counted_confirms.ts";
import { CountedDeliveries } from "./counted_deliveries.ts";
import { ChannelExchangeCounts, ChannelQueueCounts, type ChannelQueueExchangeCounts } from "./pair.ts";
import type { PairCounts } from "./pair_counts.ts";

/** The pairs of a channel with exchanges and queues. As in RabbitMQ, queues for direct reply-to are in none. */
export class ChannelPairs {
  readonly #all: PairCounts;
  readonly #channel: Channel;
  readonly #publishes = new Map<Exchange, ChannelExchangeCounts>();
  readonly #deliveries = new Map<AnyQueue, ChannelQueueCounts>();
  /** Number of pairs, those of exchange and queue included. */
  #size = 0;
  #confirms: CountedConfirms | undefined;
  #isClosed = false;

  /** Called by {@linkcode PairCounts.openChannel} only. */
  constructor(all: PairCounts, channel: Channel) {
    this.#all = all;
    this.#channel = channel;
  }

  /** Exchanges that the channel publishes to. */
  get publishes(): Iterable<ChannelExchangeCounts> {
    return this.#publishes.values();
  }

  /** Queues that the channel receives from. */
  get deliveries(): Iterable<ChannelQueueCounts> {
    return this.#deliveries.values();
  }

  /** Returns a sink that counts the confirms of all publishes from now on, and passes them on. */
  countConfirms(sink: ConfirmSink): ConfirmSink {
    return this.#confirms = new CountedConfirms(sink);
  }

  /** Returns a sink that counts the deliveries from a queue, and passes them on. */
  countDeliveries(queue: AnyQueue, noAck: boolean, sink: DeliverySink): DeliverySink {
    return isReplyName(queue.name) ? sink : new CountedDeliveries(this, queue, noAck, sink);
  }

  /** Counts a publish. */
  published(exchange: Exchange, targets: readonly Target[]): void {
    const counts = this.#publishes.get(exchange) ?? this.#addPublishes(exchange);
    this.#confirms?.published(counts);
    if (counts === undefined) return;
    counts.publish++;
    for (const target of targets) {
      if (!isQueue(target)) continue;
      const routed = counts.routed.get(target) ?? this.#addRoute(counts, target);
      if (routed === undefined) continue;
      routed.publish++;
      routed.total.publish++;
    }
  }

  /** Counts a publish that had no targets. */
  unroutable(exchange: Exchange | undefined, isReturned: boolean): void {
    const counts = exchange && this.#publishes.get(exchange);
    if (counts === undefined) return;
    if (isReturned) counts.returnUnroutable++;
    else counts.dropUnroutable++;
  }

  /** Returns the counts of a queue for a delivery or a fetch; `undefined` when there is no room for them. */
  deliveriesOf(queue: AnyQueue): ChannelQueueCounts | undefined {
    return this.#deliveries.get(queue) ?? this.#addDeliveries(queue);
  }

  /** Counts a fetched message. */
  fetched(queue: AnyQueue, noAck: boolean, isRedelivered: boolean): void {
    const counts = this.deliveriesOf(queue);
    if (counts === undefined) return;
    if (isRedelivered) counts.redeliver++;
    if (noAck) counts.getNoAck++;
    else counts.get++;
  }

  /** Counts a fetch that found no message. */
  fetchedNothing(queue: AnyQueue): void {
    const counts = this.deliveriesOf(queue);
    if (counts !== undefined) counts.getEmpty++;
  }

  /** Takes back the count of a fetched message. */
  unfetched(queue: AnyQueue, isRedelivered: boolean): void {
    const counts = this.#deliveries.get(queue);
    if (counts === undefined) return;
    counts.get--;
    if (isRedelivered) counts.redeliver--;
  }

  /** Returns a function that counts the acknowledgement of a delivery before it calls another one. */
  countAcknowledgements(settle: Visit): Visit {
    return (message, position, consumer, tag) => {
      const counts = this.#deliveries.get(consumer.queue);
      if (counts !== undefined) counts.ack++;
      settle(message, position, consumer, tag);
    };
  }

  #addPublishes(exchange: Exchange): ChannelExchangeCounts | undefined {
    if (this.#isClosed) return undefined;
    const counts = new ChannelExchangeCounts(this.#channel, exchange);
    if (!this.#all.addPublisher(counts, this.#size)) return undefined;
    this.#size++;
    this.#publishes.set(exchange, counts);
    return counts;
  }

  #addDeliveries(queue: AnyQueue): ChannelQueueCounts | undefined {
    if (this.#isClosed || queue.isDeleted) return undefined;
    const counts = new ChannelQueueCounts(this.#channel, queue);
    if (!this.#all.addReceiver(counts, this.#size)) return undefined;
    this.#size++;
    this.#deliveries.set(queue, counts);
    return counts;
  }

  #addRoute(counts: ChannelExchangeCounts, queue: AnyQueue): ChannelQueueExchangeCounts | undefined {
    const routed = this.#all.addRoute(counts, queue, this.#size);
    if (routed !== undefined) this.#size++;
    return routed;
  }

  /** Called when a queue is deleted that the channel has received from. */
  forgetQueue(queue: AnyQueue): void {
    this.#deliveries.delete(queue);
    this.#size--;
  }

  /** Called when an exchange is deleted that the channel has published to, after its routes were forgotten. */
  forgetExchange(exchange: Exchange): void {
    this.#publishes.delete(exchange);
    this.#size--;
  }

  /** Called when a queue or an exchange is deleted over which the channel's messages went. */
  forgetRoute(publisher: ChannelExchangeCounts, queue: AnyQueue): void {
    publisher.routed.delete(queue);
    this.#size--;
  }

  /** Forgets all pairs, as the channel is closed. */
  close(): void {
    this.#isClosed = true;
    for (const counts of this.#publishes.values()) this.#all.removePublisher(counts);
    for (const counts of this.#deliveries.values()) this.#all.removeReceiver(counts);
    this.#publishes.clear();
    this.#deliveries.clear();
  }
}

/** Returns whether a target is a queue that clients know by its name. */
const isQueue = (target: Target): target is AnyQueue => target.kind === "queue" && !isReplyName(target.name);
