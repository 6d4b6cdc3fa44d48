import { notAllowed } from "../../wire/error.ts";
import { EMPTY_TABLE, type FieldTable } from "../../wire/field_table.ts";
import type { Actor } from "../events/actor.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import { Consumer, type Receiver } from "../queue/consumers/consumer.ts";
import type { Fetched } from "../queue/delivery.ts";
import type { Queue } from "../queue/queue.ts";
import { AcknowledgementTimeout } from "./acknowledgement_timeout.ts";
import type { Channel } from "./channel.ts";
import type { ChannelCounts } from "./channel_counts.ts";
import { isReplyName } from "./direct_reply_to.ts";
import type { Outcome } from "./outcome.ts";
import { notifyConsumerCreated, notifyConsumerDeleted } from "./session_events.ts";
import { type DeliverySink, Subscription } from "./subscription.ts";
import type { Settlement, Transaction } from "./transaction.ts";
import { Unacked, type Visit } from "./unacked.ts";
import { Waiting } from "./waiting.ts";

/** A client's request to consume. */
export interface SubscribeRequest {
  /** Empty when the broker makes up the tag. */
  readonly tag: string;
  readonly noAck: boolean;
  readonly exclusive: boolean;
  readonly arguments: FieldTable;
}

/** The subscriptions of a channel, with the ledger of their unacknowledged deliveries. */
export class Subscriptions {
  readonly channel: Channel;
  readonly unacked = new Unacked();
  /** The counts of the channel. */
  readonly counts: ChannelCounts;
  readonly #consumers = new Map<string, Consumer>();
  /** Maximum number of unacknowledged deliveries of each new subscription; 0 is any number. */
  #prefetch = 0;
  /** Maximum number for all subscriptions together; 0 is any number. */
  sharedPrefetch = 0;
  /** Number of unacknowledged deliveries to subscriptions; fetched messages don't count. */
  limitedCount = 0;
  lastDeliveryTag = 0;
  /** Made with the first subscription that acknowledges, which many channels never have. */
  #timeout: AcknowledgementTimeout | undefined;
  #madeVisits: Readonly<Record<Outcome, Visit>> | undefined;
  /** Receives settlements, once the channel is transactional. */
  transaction: Transaction | undefined;

  constructor(channel: Channel) {
    this.channel = channel;
    this.counts = channel.counts;
  }

  get count(): number {
    return this.#consumers.size;
  }
  get consumers(): Iterable<Consumer> {
    return this.#consumers.values();
  }
  get prefetch(): number {
    return this.#prefetch;
  }

  /** Sets a limit (AMQP 0-9-1 §1.8.3.1), with RabbitMQ's meaning of `global` (RabbitMQ: Consumer Prefetch). */
  limit(prefetch: number, isGlobal: boolean): void {
    const isShared = isGlobal && this.channel.session.node.behaviour.hasGlobalQos;
    if (!isShared) this.#prefetch = prefetch;
    // As in RabbitMQ, a limit for new consumers removes the common one, but not the other way round.
    this.sharedPrefetch = isShared ? prefetch : 0;
    this.#resumeAll();
  }

  #resumeAll(): void {
    for (const consumer of this.#consumers.values()) consumer.queue.resume(consumer);
  }

  /**
   * Subscribes to a queue. Returns the tag before anything is delivered; `sinkFor` makes the sink of the deliveries.
   */
  subscribe(
    queue: AnyQueue,
    request: SubscribeRequest,
    sinkFor: (tag: string) => DeliverySink,
    onReady: (tag: string) => void = () => {},
  ): Subscription {
    const { vhost, node } = this.channel.session;
    const tag = request.tag === "" ? `amq.ctag-${node.uniqueName()}` : request.tag;
    if (this.#consumers.has(tag)) throw notAllowed(`attempt to reuse consumer tag '${tag}'`);
    const { consumerMaxPerChannel: max } = node.limits;
    if (this.#consumers.size >= max) throw notAllowed(`reached maximum (${max}) of consumers per channel`);
    const consumption = { ...request, tag, prefetch: this.#prefetch };
    vhost.checkConsumable(queue, consumption, this.sharedPrefetch > 0);
    onReady(tag);
    const sink = sinkFor(tag);
    const { pairs } = this.channel;
    const counted = pairs?.countDeliveries(queue, request.noAck, sink) ?? sink;
    const subscription = new Subscription(this, node.interceptors?.outgoing(counted) ?? counted);
    const consumer = queue.consume(subscription, consumption);
    subscription.consumer = consumer;
    this.#consumers.set(tag, consumer);
    notifyConsumerCreated(this.channel, consumer);
    if (!consumer.noAck) this.#acknowledgementTimeout().added(consumer);
    return subscription;
  }

  /** Ends a subscription, if there is one with this tag. Its deliveries stay unacknowledged. */
  cancel(tag: string): void {
    const consumer = this.#consumers.get(tag);
    if (consumer === undefined) return;
    consumer.queue.serveConsumers();
    this.#end(consumer, this.channel.session.actor);
  }

  #end(consumer: Consumer, actor?: Actor): void {
    this.#remove(consumer, actor);
    this.channel.session.vhost.cancelConsumer(consumer, actor);
  }

  /** Ends the subscriptions to queues that the user may no longer read. */
  checkPermissions(): void {
    for (const consumer of [...this.#consumers.values()]) this.#checkPermission(consumer);
  }

  #checkPermission(consumer: Consumer): void {
    const { permissions, vhost, node } = this.channel.session;
    // A reply queue needs no permission.
    if (consumer.isCancelled || isReplyName(consumer.queue.name)) return;
    try {
      permissions.queue("read", consumer.queue.name);
    } catch (error) {
      if (error instanceof Waiting) {
        error.until.then(() => {
          this.#checkPermission(consumer);
          node.endTurn();
        });
      } else {
        consumer.receiver.queueDeleted(consumer);
        vhost.cancelConsumer(consumer);
      }
    }
  }

  /** Removes a consumer whose queue was deleted (RabbitMQ: Consumer Cancel Notification). */
  queueDeleted(consumer: Consumer): void {
    this.#remove(consumer);
  }

  #remove(consumer: Consumer, actor?: Actor): void {
    this.#consumers.delete(consumer.tag);
    notifyConsumerDeleted(this.channel, consumer, actor);
    if (consumer.unackedCount > 0) this.#acknowledgementTimeout().left(consumer);
  }

  /**
   * Fetches the next message of a queue, which must be in memory (`basic.get`). `deliver` is called with it and its
   * delivery tag; the message is valid until it returns. Returns false when there is none.
   */
  fetch(queue: Queue, noAck: boolean, deliver: (fetched: Fetched, deliveryTag: number) => void): boolean {
    const { session, pairs } = this.channel;
    const { messages, interceptors } = session.node;
    const fetched = queue.fetch(noAck);
    if (fetched === undefined) {
      this.counts.getEmpty++;
      pairs?.fetchedNothing(queue);
      return false;
    }
    const { message, position, isRedelivered, shown } = fetched;
    const deliveryTag = ++this.lastDeliveryTag;
    if (interceptors === undefined) deliver(fetched, deliveryTag);
    else interceptors.outgoingFetched(fetched, (added) => deliver(added, deliveryTag));
    pairs?.fetched(queue, noAck, isRedelivered);
    if (isRedelivered) this.counts.redeliver++;
    if (noAck) this.counts.getNoAck++;
    else {
      this.counts.get++;
      const getter = new Consumer(queue, NOT_A_CONSUMER, GET);
      this.unacked.push(deliveryTag, message, position, getter);
      this.#acknowledgementTimeout().left(getter);
    }
    // A trace comes last, as it may itself be delivered at once, and on this channel.
    const from = { queue: queue.name, isRedelivered };
    session.vhost.tracer?.delivered(message, shown, from, this.channel.traced);
    if (shown !== message) messages.release(shown);
    if (noAck) queue.release(message, position);
    else queue.forget(message, position);
    return true;
  }

  #acknowledgementTimeout(): AcknowledgementTimeout {
    return this.#timeout ??= new AcknowledgementTimeout(this);
  }

  /**
   * Settles or returns a delivery, with `multiple` all up to it. Returns whether the tag is outstanding; if not,
   * nothing happens.
   */
  finish(deliveryTag: number, multiple: boolean, outcome: Outcome): boolean {
    const visit = this.transaction !== undefined
      ? this.#inTransaction(this.transaction, outcome)
      : this.#visits[outcome];
    if (!this.unacked.take(deliveryTag, multiple, visit)) return false;
    if (this.sharedPrefetch > 0) this.#resumeAll();
    return true;
  }

  /** Takes back a fetched message, which is outstanding, as if it had never been fetched. */
  unfetch(queue: Queue, deliveryTag: number, isRedelivered: boolean): void {
    this.unacked.take(deliveryTag, false, (message, position) => {
      this.counts.get--;
      if (isRedelivered) this.counts.redeliver--;
      this.channel.pairs?.unfetched(queue, isRedelivered);
      queue.restore(message, position, isRedelivered);
    });
  }

  /** Makes room for one more delivery to a consumer. */
  #free(consumer: Consumer): void {
    if (consumer.receiver === NOT_A_CONSUMER) return;
    this.limitedCount--;
    consumer.unackedCount--;
    if (this.sharedPrefetch > 0) this.#goLast(consumer);
    else if (!consumer.isWaiting) consumer.queue.resume(consumer);
  }

  /** Moves a consumer behind the others of the common limit, or they might never get a turn. */
  #goLast(consumer: Consumer): void {
    if (this.#consumers.delete(consumer.tag)) this.#consumers.set(consumer.tag, consumer);
  }

  /** What is done with a delivery, by its outcome. Made with the first one, as many channels have none. */
  get #visits(): Readonly<Record<Outcome, Visit>> {
    return this.#madeVisits ??= this.#makeVisits();
  }

  #makeVisits(): Readonly<Record<Outcome, Visit>> {
    const visits = {
      settle: (message, position, consumer) => {
        this.counts.ack++;
        this.#free(consumer);
        consumer.queue.settle(message, position);
      },
      requeue: (message, position, consumer) => {
        this.#returned(consumer);
        consumer.queue.requeue(message, position);
      },
      fail: (message, position, consumer) => {
        this.#returned(consumer);
        consumer.queue.fail(message, position);
      },
      reject: (message, position, consumer) => {
        this.#returned(consumer);
        consumer.queue.reject(message, position);
      },
    } satisfies Record<Outcome, Visit>;
    const { pairs } = this.channel;
    return pairs === undefined ? visits : { ...visits, settle: pairs.countAcknowledgements(visits.settle) };
  }

  #returned(consumer: Consumer): void {
    consumer.returnedCount++;
    this.#free(consumer);
  }

  #inTransaction(transaction: Transaction, outcome: Outcome): Visit {
    return (message, position, consumer, tag) => transaction.settle({ tag, message, position, consumer, outcome });
  }

  /** Does the settlements that a transaction held back. */
  carryOut(settlements: readonly Settlement[]): void {
    for (const { tag, message, position, consumer, outcome } of settlements) {
      this.#visits[outcome](message, position, consumer, tag);
    }
    if (this.sharedPrefetch > 0) this.#resumeAll();
  }

  /** Makes the deliveries in a transaction unacknowledged again. */
  restore(settlements: readonly Settlement[]): void {
    const all = [...settlements];
    this.unacked.take(0, true, (message, position, consumer, tag) => {
      all.push({ tag, message, position, consumer, outcome: "settle" });
    });
    all.sort((a, b) => a.tag - b.tag);
    for (const { tag, message, position, consumer } of all) this.unacked.push(tag, message, position, consumer);
  }

  /** Returns everything unacknowledged to its queue (`basic.recover`). */
  recover(): void {
    this.unacked.take(0, true, this.#visits.requeue);
    if (this.sharedPrefetch > 0) this.#resumeAll();
  }

  /** Ends all subscriptions and returns everything unacknowledged. */
  close(): void {
    // RabbitMQ itself counts as the actor of what ends with a channel.
    for (const consumer of [...this.#consumers.values()]) this.#end(consumer);
    if (this.unacked.count > 0) this.unacked.take(0, true, this.#visits.fail);
    this.#timeout?.end();
  }
}

/** Receiver of fetched messages, which have no consumer. */
const NOT_A_CONSUMER: Receiver = {
  canTake: () => false,
  deliver: () => {},
  deliverFromLog: () => {},
  queueDeleted: () => {},
};
const GET = { tag: "", noAck: false, exclusive: false, prefetch: 0, arguments: EMPTY_TABLE };
