import { notAllowed, preconditionFailed } from "../../wire/error.ts";
import { EMPTY_TABLE, type FieldTable } from "../../wire/field_table.ts";
import { type Message, type Messages, NOT_HELD } from "../../broker/message/messages.ts";
import { Consumer, type Receiver } from "../../broker/queue/consumers/consumer.ts";
import { INTERNAL_USER } from "../../broker/events/events.ts";
import type { AnyQueue } from "../../broker/queue/any_queue.ts";
import type { VirtualHost } from "../../broker/topology/vhost.ts";
import type { MessageContent } from "../../store/store.ts";
import type { Output } from "../output.ts";
import { type Session, tracedPeer } from "../session.ts";
import { AcknowledgementTimeout } from "./acknowledgement_timeout.ts";
import { tellConsumerCreated, tellConsumerDeleted } from "./channel_events.ts";
import { DeliveryPrefix, writeDelivery } from "./content.ts";
import { writeLogDelivery } from "./log_delivery.ts";
import type { Settlement, Transaction } from "./transaction.ts";
import { Unacked, type Visit } from "./unacked.ts";

/**
 * What is to become of deliveries: forget them, give them back to their queue, the same because the consumer has failed
 * with them, or have them dead-lettered.
 */
export type Outcome = "settle" | "requeue" | "fail" | "reject";

/** What `basic.consume` asks for. */
export interface ConsumeRequest {
  /** Empty for one that the server makes up. */
  readonly tag: string;
  readonly noAck: boolean;
  readonly exclusive: boolean;
  readonly arguments: FieldTable;
}

/** The consuming half of a channel: its consumers, their deliveries, and what is unacknowledged of them. */
export class Consuming {
  readonly session: Session;
  readonly channel: number;
  readonly unacked = new Unacked();
  readonly #consumers = new Map<string, Consumer>();
  /** `basic.qos` for consumers to come. */
  #consumerPrefetch = 0;
  /** `basic.qos` with `global`: for all consumers together. 0 is any number. */
  channelPrefetch = 0;
  /** Unacknowledged deliveries of consumers; those of `basic.get` don't count for the prefetch. */
  limitedCount = 0;
  lastDeliveryTag = 0;
  /** Made with the first consumer that acknowledges: many channels never have one. */
  #timeout: AcknowledgementTimeout | undefined;
  /** Takes settlements, once `tx.select` was received. */
  transaction: Transaction | undefined;

  constructor(session: Session, channel: number) {
    this.session = session;
    this.channel = channel;
  }

  /** AMQP 0-9-1 §1.8.3.1, with RabbitMQ's meaning of `global` (RabbitMQ: Consumer Prefetch). */
  limit(prefetch: number, isGlobal: boolean): void {
    if (!isGlobal) this.#consumerPrefetch = prefetch;
    // As with RabbitMQ a limit for consumers to come lifts the one for all together, which in turn leaves that one alone.
    this.channelPrefetch = isGlobal ? prefetch : 0;
    this.#resumeAll();
  }

  #resumeAll(): void {
    for (const consumer of this.#consumers.values()) consumer.queue.resume(consumer);
  }

  get consumers(): Iterable<Consumer> {
    return this.#consumers.values();
  }

  nextDeliveryTag(): number {
    return ++this.lastDeliveryTag;
  }

  /** Adds a consumer. `onReady` is called with its tag before anything is delivered to it. */
  consume(queue: AnyQueue, request: ConsumeRequest, onReady: (tag: string) => void): void {
    const { vhost, node, uniqueName } = this.session;
    const tag = request.tag === "" ? `amq.ctag-${uniqueName()}` : request.tag;
    if (this.#consumers.has(tag)) throw notAllowed(`attempt to reuse consumer tag '${tag}'`);
    const { consumerMaxPerChannel: max } = node.limits;
    if (this.#consumers.size >= max) throw notAllowed(`reached maximum (${max}) of consumers per channel`);
    const consumption = { ...request, tag, prefetch: this.#consumerPrefetch };
    vhost.checkConsumable(queue, consumption, this.channelPrefetch > 0);
    onReady(tag);
    const consumer = queue.consume(new ChannelReceiver(this, tag), consumption);
    this.#consumers.set(tag, consumer);
    tellConsumerCreated(this.session, this, consumer);
    if (!consumer.noAck) this.#acknowledgementTimeout().added(consumer);
  }

  /** Ends a consumer; an unknown tag is fine. Its deliveries stay unacknowledged. */
  cancel(tag: string): void {
    const consumer = this.#consumers.get(tag);
    if (consumer === undefined) return;
    consumer.queue.serveConsumers();
    this.#end(consumer);
  }

  #end(consumer: Consumer): void {
    this.#remove(consumer);
    this.session.vhost.cancelConsumer(consumer);
  }

  /** A queue has gone, and this consumer with it (RabbitMQ: Consumer Cancel Notification). */
  queueDeleted(consumer: Consumer): void {
    this.#remove(consumer);
    if (!this.session.wantsCancelNotify) return;
    const { output, codec } = this.session;
    output.method(codec, this.channel, { name: "basic.cancel", consumerTag: consumer.tag, nowait: true });
  }

  #remove(consumer: Consumer): void {
    this.#consumers.delete(consumer.tag);
    tellConsumerDeleted(this.session, this, consumer);
    if (consumer.unackedCount > 0) this.#acknowledgementTimeout().left(consumer);
  }

  /** Notes that a message was given to `basic.get`. */
  got(queue: AnyQueue, message: Message, position: number, deliveryTag: number): void {
    const getter = new Consumer(queue, NOT_A_CONSUMER, GET);
    this.unacked.push(deliveryTag, message, position, getter);
    this.#acknowledgementTimeout().left(getter);
  }

  #acknowledgementTimeout(): AcknowledgementTimeout {
    return this.#timeout ??= new AcknowledgementTimeout(this);
  }

  /**
   * `basic.ack`, `basic.nack` and `basic.reject`: settles or returns a delivery, with `multiple` all up to it.
   * Throws PRECONDITION_FAILED for a tag that is not outstanding.
   */
  finish(deliveryTag: number, multiple: boolean, outcome: Outcome): void {
    const visit = this.transaction !== undefined
      ? this.#inTransaction(this.transaction, outcome)
      : this.#visits[outcome];
    if (!this.unacked.take(deliveryTag, multiple, visit)) {
      throw preconditionFailed(`unknown delivery tag ${deliveryTag}`);
    }
    if (this.channelPrefetch > 0) this.#resumeAll();
  }

  readonly #settle = (message: Message, position: number, consumer: Consumer): void => {
    this.#free(consumer);
    consumer.queue.settle(message, position);
  };

  readonly #requeue = (message: Message, position: number, consumer: Consumer): void => {
    this.#free(consumer);
    consumer.queue.requeue(message, position);
  };

  /** A consumer may have one more delivery. */
  #free(consumer: Consumer): void {
    if (consumer.receiver === NOT_A_CONSUMER) return;
    this.limitedCount--;
    consumer.unackedCount--;
    if (this.channelPrefetch > 0) this.#goLast(consumer);
    else if (!consumer.isWaiting) consumer.queue.resume(consumer);
  }

  /** With a limit for all together, whose turn it was comes behind the others, or these might never have one. */
  #goLast(consumer: Consumer): void {
    if (this.#consumers.delete(consumer.tag)) this.#consumers.set(consumer.tag, consumer);
  }

  readonly #reject = (message: Message, position: number, consumer: Consumer): void => {
    this.#free(consumer);
    consumer.queue.reject(message, position);
  };

  readonly #fail = (message: Message, position: number, consumer: Consumer): void => {
    this.#free(consumer);
    consumer.queue.fail(message, position);
  };

  readonly #visits = { settle: this.#settle, requeue: this.#requeue, fail: this.#fail, reject: this.#reject };

  #inTransaction(transaction: Transaction, outcome: Outcome): Visit {
    return (message, position, consumer, tag) => transaction.settle({ tag, message, position, consumer, outcome });
  }

  /** Carries out what a transaction held back. */
  carryOut(settlements: readonly Settlement[]): void {
    for (const { message, position, consumer, outcome } of settlements) {
      this.#visits[outcome](message, position, consumer);
    }
    if (this.channelPrefetch > 0) this.#resumeAll();
  }

  /** Makes deliveries unacknowledged again that a transaction held. */
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
    this.unacked.take(0, true, this.#requeue);
    if (this.channelPrefetch > 0) this.#resumeAll();
  }

  get consumerCount(): number {
    return this.#consumers.size;
  }

  /** Ends all consumers and returns everything unacknowledged. */
  close(): void {
    const { node } = this.session;
    const { actingUser } = node;
    // RabbitMQ puts down to itself what goes with a channel.
    node.actingUser = INTERNAL_USER;
    for (const consumer of [...this.#consumers.values()]) this.#end(consumer);
    node.actingUser = actingUser;
    if (this.transaction !== undefined) {
      this.restore(this.transaction.rollback((message) => this.session.node.messages.release(message)));
    }
    this.unacked.take(0, true, this.#fail);
    this.#timeout?.end();
  }
}

/** Stands in for the consumer of a message that was fetched with `basic.get`. */
const NOT_A_CONSUMER: Receiver = {
  canTake: () => false,
  deliver: () => {},
  deliverFromLog: () => {},
  queueDeleted: () => {},
};
const GET = { tag: "", noAck: false, exclusive: false, prefetch: 0, arguments: EMPTY_TABLE };

/** Writes the deliveries to one of a channel's consumers. */
class ChannelReceiver implements Receiver {
  readonly #consuming: Consuming;
  readonly #output: Output;
  readonly #messages: Messages;
  readonly #frameMax: number;
  readonly #prefix: DeliveryPrefix;
  readonly #vhost: VirtualHost;

  constructor(consuming: Consuming, tag: string) {
    this.#consuming = consuming;
    const { node, output, frameMax, vhost } = consuming.session;
    this.#vhost = vhost;
    this.#output = output;
    this.#messages = node.messages;
    this.#frameMax = frameMax;
    this.#prefix = new DeliveryPrefix(consuming.channel, tag);
  }

  canTake(consumer: Consumer): boolean {
    if (!consumer.noAck && consumer.prefetch !== 0 && consumer.unackedCount >= consumer.prefetch) return false;
    // What needs no acknowledgement doesn't count, but waits while there are too many that do.
    const { channelPrefetch, limitedCount } = this.#consuming;
    if (channelPrefetch !== 0 && limitedCount >= channelPrefetch) return false;
    if (!this.#output.isFull) return true;
    this.#output.stall(consumer);
    return false;
  }

  deliver(consumer: Consumer, message: Message, position: number, isRedelivered: boolean, shown: Message): void {
    const consuming = this.#consuming;
    const deliveryTag = consuming.nextDeliveryTag();
    writeDelivery(this.#output, this.#prefix, deliveryTag, isRedelivered, this.#messages, shown, this.#frameMax);
    if (!consumer.noAck) {
      consumer.unackedCount++;
      consuming.limitedCount++;
      consuming.unacked.push(deliveryTag, message, position, consumer);
    }
    // Only now, for a trace may itself be delivered at once, and on this channel.
    const { firehose } = this.#vhost;
    if (firehose !== undefined) {
      const from = { queue: consumer.queue.name, isRedelivered };
      const peer = tracedPeer(consuming.session, consuming.channel);
      firehose.delivered(this.#messages.locate(shown), from, peer);
    }
    if (consumer.noAck) consumer.queue.settle(message, position);
  }

  deliverFromLog(consumer: Consumer, message: MessageContent, offset: number): void {
    const consuming = this.#consuming;
    const deliveryTag = consuming.nextDeliveryTag();
    writeLogDelivery(this.#output, this.#prefix, deliveryTag, message, offset, this.#frameMax);
    consumer.unackedCount++;
    consuming.limitedCount++;
    consuming.unacked.push(deliveryTag, NOT_HELD, offset, consumer);
    const { firehose } = this.#vhost;
    if (firehose !== undefined) {
      const from = { queue: consumer.queue.name, isRedelivered: false, streamOffset: offset };
      firehose.delivered(message, from, tracedPeer(consuming.session, consuming.channel));
    }
  }

  queueDeleted(consumer: Consumer): void {
    this.#consuming.queueDeleted(consumer);
  }
}
