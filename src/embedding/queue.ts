import { fieldTable, type PlainTable } from "../wire/field_table.ts";
import type { Message, Messages } from "../broker/message/messages.ts";
import type { AnyQueue } from "../broker/queue/any_queue.ts";
import type { Channel } from "../broker/session/channel.ts";
import type { Outcome } from "../broker/session/outcome.ts";
import type { Session } from "../broker/session/session.ts";
import type { DeliverySink, Subscription } from "../broker/session/subscription.ts";
import type { MessageContent } from "../store/message_content.ts";
import { Delivery } from "./delivery.ts";
import { openChannel } from "./embedded_session.ts";
import { AwaitedPublisher, type OutgoingMessage } from "../broker/session/awaited_publisher.ts";

export interface ConsumeOptions {
  /** Maximum number of unacknowledged deliveries; 0 is any number. Default: 100. */
  readonly prefetch?: number;
  /** True for deliveries that count as acknowledged when they are sent. Default: false. */
  readonly noAck?: boolean;
  /** For example `x-stream-offset`. Default: none. */
  readonly arguments?: PlainTable;
}

const DEFAULT_PREFETCH = 100;
/** Maximum number of deliveries that wait in a stream for its reader. */
const STREAM_DELIVERIES = 16;
const CONSUMER_TAG = "stream";

/** A queue, for the program that embeds the broker. */
export class EmbeddedQueue {
  readonly #session: Session;
  readonly #queue: AnyQueue;

  constructor(session: Session, queue: AnyQueue) {
    this.#session = session;
    this.#queue = queue;
  }

  get name(): string {
    return this.#queue.name;
  }
  /** Number of messages that wait for a consumer. */
  get messageCount(): number {
    return this.#queue.readyCount;
  }
  get consumerCount(): number {
    return this.#queue.consumers.size;
  }

  /**
   * Returns a stream whose messages go into the queue. A write is done when the queue has the message (and the store,
   * where it is persistent and the queue durable). It waits while memory or disk are low. It fails when the queue is
   * full and refuses the message, and when the queue has been deleted.
   */
  publisher(): WritableStream<OutgoingMessage> {
    const publisher = new AwaitedPublisher(this.#session);
    const deleted = () => new Error(`Queue "${this.name}" has been deleted`);
    return new WritableStream({
      write: async (message) => {
        if (this.#queue.isDeleted) throw deleted();
        const { body, properties } = message;
        const outcome = await publisher.publish({ body, properties, routingKey: this.name, mandatory: true });
        if (outcome === "returned") throw deleted();
        if (outcome === "refused") throw new Error(`Queue "${this.name}" is full and refused the message`);
      },
      close: () => publisher.close(),
      abort: () => publisher.close(),
    });
  }

  /**
   * Returns a stream of the queue's messages. Its reader sets the pace. Cancelling it (or leaving a `for await`) ends
   * the consumer, and unacknowledged messages go back to the queue. Throws `ChannelError` 403 when another consumer is
   * exclusive, and 406 or `ConnectionError` 540 for options that the queue's type does not have.
   */
  consume(options: ConsumeOptions = {}): ReadableStream<Delivery> {
    const { node } = this.#session;
    const reader = new StreamReader(this.#session);
    try {
      return reader.open(this.#queue, options);
    } catch (error) {
      reader.close();
      throw error;
    } finally {
      node.endTurn();
    }
  }
}

/** Puts deliveries into a stream, as fast as its reader takes them. */
class StreamReader implements DeliverySink {
  readonly #session: Session;
  readonly #messages: Messages;
  readonly #channel: Channel;
  #controller!: ReadableStreamDefaultController<Delivery>;

  constructor(session: Session) {
    this.#session = session;
    this.#messages = session.node.messages;
    this.#channel = openChannel(session, {
      failed: (error) => {
        this.#controller.error(error);
        this.close();
      },
    });
  }

  open(queue: AnyQueue, options: ConsumeOptions): ReadableStream<Delivery> {
    const { subscriptions } = this.#channel;
    const { node } = this.#session;
    const stream = new ReadableStream<Delivery>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => {
        subscription.resume();
        node.endTurn();
      },
      cancel: () => {
        this.close();
        node.endTurn();
      },
    }, { highWaterMark: STREAM_DELIVERIES });
    subscriptions.limit(options.prefetch ?? DEFAULT_PREFETCH, false);
    const subscription: Subscription = subscriptions.subscribe(queue, {
      tag: CONSUMER_TAG,
      noAck: options.noAck ?? false,
      exclusive: false,
      arguments: fieldTable(options.arguments ?? {}),
    }, () => this);
    return stream;
  }

  hasRoom(): boolean {
    return (this.#controller.desiredSize ?? 0) > 0;
  }

  deliver(deliveryTag: number, message: Message, isRedelivered: boolean): void {
    this.#put(deliveryTag, this.#messages.locate(message), isRedelivered, undefined);
  }

  deliverFromStream(deliveryTag: number, message: MessageContent, offset: number): void {
    this.#put(deliveryTag, message, false, offset);
  }

  #put(tag: number, content: MessageContent, isRedelivered: boolean, offset: number | undefined): void {
    this.#controller.enqueue(new Delivery(content, isRedelivered, offset, (outcome) => this.#finish(tag, outcome)));
  }

  /** Settles a delivery, unless that has been done before. */
  #finish(deliveryTag: number, outcome: Outcome): void {
    this.#channel.subscriptions.finish(deliveryTag, false, outcome);
    this.#session.node.endTurn();
  }

  cancelled(): void {
    this.#controller.close();
  }

  close(): void {
    this.#channel.close();
  }
}
