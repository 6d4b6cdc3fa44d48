import type { MessageContent } from "../../../store/message_content.ts";
import type { Message } from "../../message/messages.ts";
import type { AnyQueue } from "../../queue/any_queue.ts";
import type { DeliverySink, Subscription } from "../subscription.ts";
import type { ChannelPairs } from "./channel_pairs.ts";

/** Counts the deliveries of a subscription by its queue, and passes them on. */
export class CountedDeliveries implements DeliverySink {
  readonly #pairs: ChannelPairs;
  readonly #queue: AnyQueue;
  readonly #noAck: boolean;
  readonly #sink: DeliverySink;

  constructor(pairs: ChannelPairs, queue: AnyQueue, noAck: boolean, sink: DeliverySink) {
    this.#pairs = pairs;
    this.#queue = queue;
    this.#noAck = noAck;
    this.#sink = sink;
  }

  hasRoom(subscription: Subscription): boolean {
    return this.#sink.hasRoom(subscription);
  }

  deliver(deliveryTag: number, message: Message, isRedelivered: boolean): void {
    this.#sink.deliver(deliveryTag, message, isRedelivered);
    this.#count(isRedelivered);
  }

  deliverFromStream(deliveryTag: number, message: MessageContent, offset: number): void {
    this.#sink.deliverFromStream(deliveryTag, message, offset);
    this.#count(false);
  }

  #count(isRedelivered: boolean): void {
    const counts = this.#pairs.deliveriesOf(this.#queue);
    if (counts === undefined) return;
    if (isRedelivered) counts.redeliver++;
    if (this.#noAck) counts.deliverNoAck++;
    else counts.deliver++;
  }

  cancelled(): void {
    this.#sink.cancelled();
  }
}
