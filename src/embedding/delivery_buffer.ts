import { fieldTable } from "../wire/field_table.ts";
import type { BasicProperties } from "../wire/properties.ts";
import type { Message, Messages } from "../broker/message/messages.ts";
import type { AnyQueue } from "../broker/queue/any_queue.ts";
import type { Channel } from "../broker/session/channel.ts";
import type { Outcome } from "../broker/session/outcome.ts";
import type { OutgoingMessage } from "../broker/session/outgoing_message.ts";
import type { PublishReceipt } from "../broker/session/publish_receipt.ts";
import type { DeliverySink, Subscription } from "../broker/session/subscription.ts";
import type { CallTurns } from "../broker/turn/call_turns.ts";
import type { MessageContent } from "../store/message_content.ts";
import { type ConsumeOptions, consumerArguments } from "./consume_options.ts";
import { ContentCopies } from "./content_copies.ts";
import { Delivery, type DeliverySource } from "./delivery.ts";
import { type BatchSource, DeliveryBatch } from "./delivery_batch.ts";
import type { Program } from "./program.ts";

/** Default of {@linkcode ConsumeOptions.prefetch}. */
const DEFAULT_PREFETCH = 1000;
/** Number of deliveries that wait for the program, and the size of their content in bytes, above which it gets no more. */
const BUFFERED_MAX = 256;
const BUFFERED_MAX_BYTES = 1024 * 1024;

/** Gets told once about each change of a buffer that it has asked for. */
type Wake = () => void;

/**
 * The deliveries of one consumer that wait for the program to take them. They are few, so that the rest stays in the queue for
 * others; and the program's demand decides about them: see {@linkcode BUFFERED_MAX}, or a strategy of its own.
 */
export class DeliveryBuffer implements DeliverySink, DeliverySource, BatchSource {
  readonly #program: Program;
  readonly #turns: CallTurns;
  readonly #messages: Messages;
  readonly #channel: Channel;
  readonly #copies = new ContentCopies();
  readonly #strategy: QueuingStrategy<Delivery> | undefined;
  readonly #highWaterMark: number;
  #subscription: Subscription | undefined;
  /** Deliveries that wait, from {@linkcode #next} on. */
  #deliveries: Delivery[] = [];
  #next = 0;
  /** Sum of their sizes: in bytes, or as the strategy says. */
  #size = 0;
  /** True when the queue waits for room here. */
  #isStalled = false;
  #wake: Wake | undefined;
  /** True when no further deliveries come. */
  hasEnded = false;
  /** The reason why the consumer has failed. */
  failure: Error | undefined;
  /** True when its signal has ended it. */
  isAborted = false;
  readonly #onEnd: Wake[] = [];

  constructor(program: Program, strategy?: QueuingStrategy<Delivery>) {
    this.#program = program;
    this.#turns = program.turns;
    this.#messages = program.session.node.messages;
    this.#strategy = strategy;
    this.#highWaterMark = strategy?.highWaterMark ?? BUFFERED_MAX;
    this.#channel = program.openChannel({ failed: (error) => this.#fail(error) });
  }

  /** Begins to consume. Throws the errors of `basic.consume`. */
  open(queue: AnyQueue, options: ConsumeOptions): void {
    const { subscriptions } = this.#channel;
    const { signal } = options;
    try {
      signal?.throwIfAborted();
      subscriptions.limit(options.prefetch ?? DEFAULT_PREFETCH, false);
      this.#subscription = subscriptions.subscribe(queue, {
        tag: options.consumerTag ?? "",
        noAck: options.noAck ?? false,
        exclusive: options.exclusive ?? false,
        arguments: fieldTable(consumerArguments(options)),
      }, () => this);
      this.#program.consumers.add(this);
      this.#turns.now();
    } catch (error) {
      this.close();
      throw error;
    }
    if (signal === undefined) return;
    const abort = () => {
      this.isAborted = true;
      this.#fail(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    this.#onEnd.push(() => signal.removeEventListener("abort", abort));
  }

  get consumerTag(): string {
    return this.#subscription!.consumer.tag;
  }

  // What the broker delivers

  hasRoom(): boolean {
    if (this.hasEnded) return false;
    const count = this.#count;
    const isBelow = this.#strategy?.size !== undefined
      ? this.#size < this.#highWaterMark
      : count < this.#highWaterMark && this.#size < BUFFERED_MAX_BYTES;
    // With a high water mark of 0, the program gets what it is waiting for.
    if (isBelow || (count === 0 && this.#wake !== undefined)) return true;
    this.#isStalled = true;
    return false;
  }

  get #count(): number {
    return this.#deliveries.length - this.#next;
  }

  deliver(deliveryTag: number, message: Message, isRedelivered: boolean): void {
    this.#add(deliveryTag, this.#messages.locate(message), isRedelivered, undefined);
  }

  deliverFromStream(deliveryTag: number, message: MessageContent, offset: number): void {
    this.#add(deliveryTag, message, false, offset);
  }

  #add(tag: number, content: MessageContent, isRedelivered: boolean, offset: number | undefined): void {
    const copies = this.#copies;
    const start = copies.add(content);
    const delivery = new Delivery(this, tag, copies.bytes, start, content, isRedelivered, offset);
    this.#size += this.#sizeOf(delivery);
    this.#deliveries.push(delivery);
    if (this.#wake !== undefined) this.#wakeUp();
  }

  #sizeOf(delivery: Delivery): number {
    return this.#strategy?.size === undefined ? delivery.bodyBytes : this.#strategy.size(delivery);
  }

  /** What has come can still be taken, though settling it has no effect any more. */
  cancelled(): void {
    this.#end();
    queueMicrotask(() => this.#program.closeChannel(this.#channel));
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  // What the program takes

  /** Takes the next delivery; `undefined` when none has come. */
  take(): Delivery | undefined {
    if (this.#next === this.#deliveries.length && !this.#refill()) return undefined;
    const delivery = this.#deliveries[this.#next++];
    this.#size -= this.#sizeOf(delivery);
    return delivery;
  }

  /** Takes all deliveries that have come; `undefined` when none has. */
  takeAll(): DeliveryBatch | undefined {
    if (this.#next === this.#deliveries.length && !this.#refill()) return undefined;
    const deliveries = this.#next === 0 ? this.#deliveries : this.#deliveries.slice(this.#next);
    this.#deliveries = [];
    this.#next = this.#size = 0;
    return new DeliveryBatch(this, deliveries);
  }

  /** Lets the queue deliver more, now that everything is taken. Returns whether something has come. */
  #refill(): boolean {
    this.#deliveries.length = this.#next = this.#size = 0;
    if (this.hasEnded) return false;
    this.#resume();
    this.#turns.now();
    return this.#deliveries.length > 0;
  }

  #resume(): void {
    if (!this.#isStalled) return;
    this.#isStalled = false;
    this.#subscription?.resume();
  }

  /** Calls back once when there is a delivery, or none will come. There is one such call at a time. */
  whenChanged(wake: Wake): void {
    this.#wake = wake;
    if (this.hasEnded || this.#count > 0) return this.#wakeUp();
    if (this.#highWaterMark > 0) return;
    this.#resume();
    this.#turns.now();
  }

  /** Calls back when no further deliveries come. */
  whenEnded(callback: Wake): void {
    if (this.hasEnded) callback();
    else this.#onEnd.push(callback);
  }

  // What the program answers

  settle(deliveryTag: number, outcome: Outcome): void {
    if (this.#channel.subscriptions.finish(deliveryTag, false, outcome)) this.#settled();
  }

  settleAll(deliveries: readonly Delivery[], outcome: Outcome): void {
    const { subscriptions } = this.#channel;
    const first = deliveries[0].deliveryTag;
    const last = deliveries[deliveries.length - 1].deliveryTag;
    // When nothing earlier is outstanding, one call settles all.
    const isOldest = subscriptions.unacked.firstTag >= first;
    if (!isOldest || !subscriptions.finish(last, true, outcome)) {
      for (const { deliveryTag } of deliveries) subscriptions.finish(deliveryTag, false, outcome);
    }
    this.#settled();
  }

  #settled(): void {
    // The program may be waiting for what the queue delivers instead.
    if (this.#wake !== undefined) this.#turns.soon();
    else this.#turns.later();
  }

  reply(to: BasicProperties, message: OutgoingMessage | Uint8Array | string): PublishReceipt {
    return this.#program.reply(to, message);
  }

  // The end

  #fail(error: Error): void {
    if (!this.hasEnded) this.failure = error;
    this.close();
  }

  #end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.#program.consumers.delete(this);
    this.#wakeUp();
    for (const callback of this.#onEnd.splice(0)) callback();
  }

  /** Ends the consumer. Deliveries that are not settled go back to their queue. */
  close(): void {
    this.#deliveries = [];
    this.#next = this.#size = 0;
    this.#program.closeChannel(this.#channel);
    this.#end();
    this.#turns.soon();
  }
}
