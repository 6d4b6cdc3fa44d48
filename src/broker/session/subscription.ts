import { type Message, type Messages, NO_MESSAGE } from "../message/messages.ts";
import type { MessageContent } from "../../store/message_content.ts";
import type { Consumer, Receiver } from "../queue/consumers/consumer.ts";
import type { VirtualHost } from "../topology/vhost.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** Receives a subscription's deliveries, and writes them in its protocol. */
export interface DeliverySink {
  /**
   * Returns whether the client reads fast enough for one more delivery. If not, {@linkcode Subscription.resume} is
   * called once it does.
   */
  hasRoom(subscription: Subscription): boolean;
  /** Writes a message, which is valid until the end of the call. */
  deliver(deliveryTag: number, message: Message, isRedelivered: boolean): void;
  /** Writes a message of a stream, which is valid until the end of the call. */
  deliverFromStream(deliveryTag: number, message: MessageContent, offset: number): void;
  /** Reports that the queue was deleted, and the subscription with it. */
  cancelled(): void;
}

/** One consumer of a channel, which numbers its deliveries, enforces limits and notes what is unacknowledged. */
export class Subscription implements Receiver {
  readonly #subscriptions: Subscriptions;
  readonly #sink: DeliverySink;
  readonly #messages: Messages;
  readonly #vhost: VirtualHost;
  /** Set right after the subscription is made. */
  consumer!: Consumer;

  constructor(subscriptions: Subscriptions, sink: DeliverySink) {
    const { node, vhost } = subscriptions.channel.session;
    this.#subscriptions = subscriptions;
    this.#sink = sink;
    this.#messages = node.messages;
    this.#vhost = vhost;
  }

  /** The channel that it belongs to. */
  get channel(): Subscriptions["channel"] {
    return this.#subscriptions.channel;
  }

  /** Continues when the client may be able to take a delivery again. */
  resume(): void {
    this.consumer.queue.resume(this.consumer);
  }

  canTake(consumer: Consumer): boolean {
    if (!consumer.noAck && consumer.prefetch !== 0 && consumer.unackedCount >= consumer.prefetch) return false;
    // Deliveries without acknowledgement don't count for the limit, but wait while it is reached.
    const { sharedPrefetch, limitedCount } = this.#subscriptions;
    if (sharedPrefetch !== 0 && limitedCount >= sharedPrefetch) return false;
    return this.#sink.hasRoom(this);
  }

  deliver(consumer: Consumer, message: Message, position: number, isRedelivered: boolean, shown: Message): void {
    const subscriptions = this.#subscriptions;
    const { counts } = subscriptions;
    const deliveryTag = ++subscriptions.lastDeliveryTag;
    this.#sink.deliver(deliveryTag, shown, isRedelivered);
    if (isRedelivered) counts.redeliver++;
    if (consumer.noAck) counts.deliverNoAck++;
    else {
      counts.deliver++;
      consumer.unackedCount++;
      subscriptions.limitedCount++;
      subscriptions.unacked.push(deliveryTag, message, position, consumer);
    }
    // A trace comes last, as it may itself be delivered at once, and on this channel.
    if (this.#vhost.tracer !== undefined) {
      const from = { queue: consumer.queue.name, isRedelivered };
      this.#vhost.tracer.delivered(message, shown, from, subscriptions.channel.traced);
    }
    if (consumer.noAck) consumer.queue.release(message, position);
  }

  deliverFromLog(consumer: Consumer, message: MessageContent, offset: number): void {
    const subscriptions = this.#subscriptions;
    const deliveryTag = ++subscriptions.lastDeliveryTag;
    this.#sink.deliverFromStream(deliveryTag, message, offset);
    subscriptions.counts.deliver++;
    consumer.unackedCount++;
    subscriptions.limitedCount++;
    subscriptions.unacked.push(deliveryTag, NO_MESSAGE, offset, consumer);
    if (this.#vhost.tracer !== undefined) {
      const from = { queue: consumer.queue.name, isRedelivered: false, streamOffset: offset };
      this.#vhost.tracer.deliveredFromLog(message, from, subscriptions.channel.traced);
    }
  }

  queueDeleted(consumer: Consumer): void {
    this.#subscriptions.queueDeleted(consumer);
    this.#sink.cancelled();
  }
}
