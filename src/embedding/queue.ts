import { fieldTable, type PlainTable } from "../wire/field_table.ts";
import type { AnyQueue } from "../broker/queue/any_queue.ts";
import { bindQueue, deleteQueue, purgeQueue, unbindQueue } from "../broker/session/queue_operations.ts";
import type { OutgoingMessage } from "../broker/session/outgoing_message.ts";
import type { BatchOutcome, PublishReceipt } from "../broker/session/publish_receipt.ts";
import { type Destination, destinationOf } from "../broker/session/message_sender.ts";
import { notFound } from "../wire/error.ts";
import { CallbackConsumer, type OnDeliveries } from "./callback_consumer.ts";
import type { ConsumeOptions } from "./consume_options.ts";
import type { Delivery } from "./delivery.ts";
import type { DeliveryBatch } from "./delivery_batch.ts";
import { DeliveryBuffer } from "./delivery_buffer.ts";
import { DeliveryStream } from "./delivery_stream.ts";
import type { EmbeddedExchange } from "./exchange.ts";
import { fetchOne } from "./fetch_one.ts";
import type { Program } from "./program.ts";
import { type PublishedChunk, type PublisherOptions, publisherStream } from "./publisher_stream.ts";

/** A queue, for the program that embeds the broker. */
export class EmbeddedQueue {
  readonly #program: Program;
  readonly #queue: AnyQueue;
  readonly #to: Destination;

  /** Made by the broker only. */
  constructor(program: Program, queue: AnyQueue) {
    this.#program = program;
    this.#queue = queue;
    this.#to = destinationOf("", queue.name, true);
  }

  /** Name of the queue. */
  get name(): string {
    return this.#queue.name;
  }
  /** Number of messages that wait for a consumer. */
  get messageCount(): number {
    return this.#queue.readyCount;
  }
  /** Number of messages that were delivered and not settled. */
  get unackedCount(): number {
    return this.#queue.unackedCount;
  }
  /** Number of consumers. */
  get consumerCount(): number {
    return this.#queue.consumers.size;
  }
  /** True when the queue has been deleted. Then everything but these fields throws or rejects. */
  get isDeleted(): boolean {
    return this.#queue.isDeleted;
  }

  /**
   * Publishes a message, or a body without properties, into the queue. Without an `await` it costs no promise. While memory or
   * disk are low the message waits, and `signal` takes it back then. Throws `ChannelError` 404 when the queue has been
   * deleted, 406 for wrong properties; `RangeError` for a text of over 255 bytes; `ConnectionError` 320 when the broker is
   * closed, 506 when 10,000 messages or 16 MiB wait.
   *
   * ```ts
   * import { Broker } from "haremq";
   *
   * await using broker = new Broker();
   * const orders = broker.vhost("/").queue("orders");
   * for (let i = 1; i < 1000; i++) orders.publish(`order ${i}`);
   * console.log(await orders.publish("order 1000")); // "confirmed", and so are all before it
   * ```
   */
  publish(
    message: OutgoingMessage | Uint8Array | string,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): PublishReceipt {
    this.#checkExists();
    return this.#program.publisher.publish(message, this.#to, signal);
  }

  /** Publishes messages in their order, as {@linkcode publish} does; those before one that is refused are published. */
  publishBatch(messages: readonly (OutgoingMessage | Uint8Array | string)[]): PublishReceipt<BatchOutcome> {
    this.#checkExists();
    return this.#program.publisher.publishBatch(messages, this.#to);
  }

  /**
   * Returns a stream whose messages, or arrays of them, go into the queue. A write is done when the queue has the message
   * (and the store, where it is persistent and the queue durable), or as `unconfirmed` says. It waits while memory or disk are
   * low, and while consumers are far behind. It fails when the queue is full and refuses the message, and when it has been
   * deleted.
   */
  publisher(
    options: PublisherOptions = {},
    strategy?: QueuingStrategy<PublishedChunk<OutgoingMessage>>,
  ): WritableStream<PublishedChunk<OutgoingMessage>> {
    const to = destinationOf("", this.name, true, options.properties && { ...options.properties });
    return publisherStream<OutgoingMessage>(
      this.#program,
      to,
      options,
      strategy,
      `queue '${this.name}'`,
      () => this.#checkExists(),
    );
  }

  /**
   * Returns a stream of the queue's messages. Its reader sets the pace: no more messages leave the queue than its buffer has
   * room for, by default 256 of 1 MiB together, or what `strategy` says. Throws `ChannelError` 403 when another consumer is
   * exclusive, 404 when the queue has been deleted, and 406 or `ConnectionError` 540 for options that the queue's type does not
   * have.
   */
  consume(options: ConsumeOptions = {}, strategy?: QueuingStrategy<Delivery>): DeliveryStream<Delivery> {
    const buffer = this.#open(options, strategy);
    return new DeliveryStream({ buffer, turns: this.#program.turns, take: () => buffer.take() });
  }

  /** Returns a stream of batches: all messages that have come when the reader asks. Otherwise as {@linkcode consume}. */
  consumeBatches(options: ConsumeOptions = {}, strategy?: QueuingStrategy<Delivery>): DeliveryStream<DeliveryBatch> {
    const buffer = this.#open(options, strategy);
    return new DeliveryStream({ buffer, turns: this.#program.turns, take: () => buffer.takeAll() });
  }

  /**
   * Gives the queue's messages to a function, in batches. The next call comes when the promise that it returns is fulfilled.
   * When it throws, the consumer ends, and what is not settled goes back to the queue. Otherwise as {@linkcode consume}.
   */
  subscribe(
    onDeliveries: OnDeliveries,
    options: ConsumeOptions = {},
    strategy?: QueuingStrategy<Delivery>,
  ): CallbackConsumer {
    return new CallbackConsumer(this.#open(options, strategy), this.#program.turns, onDeliveries);
  }

  #open(options: ConsumeOptions, strategy: QueuingStrategy<Delivery> | undefined): DeliveryBuffer {
    this.#checkExists();
    const buffer = new DeliveryBuffer(this.#program, strategy);
    buffer.open(this.#queue, options);
    return buffer;
  }

  #checkExists(): void {
    if (this.#queue.isDeleted) throw notFound(`no ${this.#program.session.vhost.queuePhrase(this.name)}`);
  }

  /**
   * Takes the next message out of the queue; resolves with `undefined` when there is none. It must be settled, unless `noAck` is
   * true. For many messages, {@linkcode consume} costs less. Rejects with `ConnectionError` 540 for a stream.
   */
  get({ noAck = false }: { readonly noAck?: boolean } = {}): Promise<Delivery | undefined> {
    return fetchOne(this.#program, this.name, noAck);
  }

  /** Binds the queue to an exchange. Throws `ChannelError` 404 when that does not exist, 403 for the default exchange. */
  bind(exchange: EmbeddedExchange | string, routingKey = "", bindingArguments: PlainTable = {}): this {
    this.#program.command((session) => bindQueue(session, this.#binding(exchange, routingKey, bindingArguments)));
    return this;
  }

  /** Removes a binding. Succeeds when it does not exist. */
  unbind(exchange: EmbeddedExchange | string, routingKey = "", bindingArguments: PlainTable = {}): this {
    this.#program.command((session) => unbindQueue(session, this.#binding(exchange, routingKey, bindingArguments)));
    return this;
  }

  #binding(exchange: EmbeddedExchange | string, routingKey: string, bindingArguments: PlainTable) {
    return {
      exchange: typeof exchange === "string" ? exchange : exchange.name,
      queue: this.name,
      routingKey,
      arguments: fieldTable(bindingArguments),
    };
  }

  /** Drops all messages that wait for a consumer, and returns their number. Throws `ConnectionError` 540 for a stream. */
  purge(): number {
    return this.#program.command((session) => purgeQueue(session, this.name));
  }

  /**
   * Deletes the queue, and returns the number of messages that waited in it. Succeeds when it does not exist. Throws
   * `ChannelError` 406 when it is in use or not empty, and must not be.
   */
  delete(
    { ifUnused = false, ifEmpty = false }: { readonly ifUnused?: boolean; readonly ifEmpty?: boolean } = {},
  ): number {
    let messageCount = 0;
    this.#program.command((session) =>
      deleteQueue(session, this.name, { ifUnused, ifEmpty }, (readyCount) => messageCount = readyCount)
    );
    return messageCount;
  }
}
