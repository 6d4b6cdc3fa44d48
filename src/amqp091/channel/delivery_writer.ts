import type { Message, Messages } from "../../broker/message/messages.ts";
import type { DeliverySink, Subscription } from "../../broker/session/subscription.ts";
import type { MessageContent } from "../../store/message_content.ts";
import type { OpenConnection } from "../open_connection.ts";
import type { Output } from "../output.ts";
import { DeliveryPrefix, writeDelivery } from "./content.ts";
import { writeStreamDelivery } from "./stream_delivery.ts";

/** Writes the deliveries to one of a channel's consumers. */
export class DeliveryWriter implements DeliverySink {
  readonly #connection: OpenConnection;
  readonly #output: Output;
  readonly #messages: Messages;
  readonly #frameMax: number;
  readonly #channel: number;
  readonly #consumerTag: string;
  readonly #prefix: DeliveryPrefix;

  constructor(connection: OpenConnection, channel: number, consumerTag: string) {
    this.#connection = connection;
    this.#output = connection.output;
    this.#messages = connection.session.node.messages;
    this.#frameMax = connection.frameMax;
    this.#channel = channel;
    this.#consumerTag = consumerTag;
    this.#prefix = new DeliveryPrefix(channel, consumerTag);
  }

  hasRoom(subscription: Subscription): boolean {
    if (!this.#output.isFull) return true;
    this.#output.stall(subscription);
    return false;
  }

  deliver(deliveryTag: number, message: Message, isRedelivered: boolean): void {
    writeDelivery(this.#output, this.#prefix, deliveryTag, isRedelivered, this.#messages, message, this.#frameMax);
  }

  deliverFromStream(deliveryTag: number, message: MessageContent, offset: number): void {
    writeStreamDelivery(this.#output, this.#prefix, deliveryTag, message, offset, this.#frameMax);
  }

  /** RabbitMQ: Consumer Cancel Notification. */
  cancelled(): void {
    if (!this.#connection.wantsCancelNotify) return;
    const method = { name: "basic.cancel", consumerTag: this.#consumerTag, nowait: true } as const;
    this.#output.method(this.#connection.codec, this.#channel, method);
  }
}
