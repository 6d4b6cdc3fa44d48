import { readAddress } from "../wire/address.ts";
import { fieldTable, type PlainTable } from "../wire/field_table.ts";
import { type BasicProperties, PropertiesView } from "../wire/properties.ts";
import { createMessage } from "../broker/message/create_message.ts";
import { CONSTRAINED, enqueue, needsOf } from "../broker/routing/enqueue.ts";
import { type Message, NOT_HELD } from "../broker/message/messages.ts";
import type { Node } from "../broker/node/node.ts";
import type { Consumer, Receiver } from "../broker/queue/consumers/consumer.ts";
import type { AnyQueue } from "../broker/queue/any_queue.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import type { MessageContent } from "../store/store.ts";

/** A message to be published. */
export interface OutgoingMessage {
  /** Text is sent as UTF-8. */
  readonly body: Uint8Array | string;
  readonly properties?: BasicProperties;
}

export interface ConsumeOptions {
  /** How many deliveries may be unacknowledged at once; 0 is any number. Default: 100. */
  readonly prefetch?: number;
  /** Deliveries count as acknowledged when they are sent. Default: false. */
  readonly noAck?: boolean;
  /** Such as `x-stream-offset`. Default: none. */
  readonly arguments?: PlainTable;
}

const DEFAULT_PREFETCH = 100;
/** Deliveries that wait in a stream for its reader. */
const STREAM_DELIVERIES = 16;

/** A queue, for the program that the broker is part of. */
export class EmbeddedQueue {
  readonly #node: Node;
  readonly #vhost: VirtualHost;
  readonly #queue: AnyQueue;

  constructor(node: Node, vhost: VirtualHost, queue: AnyQueue) {
    this.#node = node;
    this.#vhost = vhost;
    this.#queue = queue;
  }

  get name(): string {
    return this.#queue.name;
  }
  /** Messages that wait for a consumer. */
  get messageCount(): number {
    return this.#queue.readyCount;
  }
  get consumerCount(): number {
    return this.#queue.consumers.size;
  }

  /**
   * A stream whose messages go into the queue. A write is done when the queue has the message, and the store, where it is
   * persistent and the queue durable. It waits while memory or disk are low. It fails when the queue is full and refuses
   * the message.
   */
  publisher(): WritableStream<OutgoingMessage> {
    return new WritableStream({
      write: async (message) => {
        while (this.#node.blockedReason !== undefined) await this.#node.whenUnblocked();
        if (this.#queue.isDeleted) throw new Error(`Queue "${this.name}" has been deleted`);
        const { store } = this.#node;
        const before = store.enqueued;
        const queues = [this.#queue];
        const isTaken = enqueue(this.#node, this.#createMessage(message), queues, needsOf(queues) | CONSTRAINED);
        const isSafe = store.enqueued === before || store.durable >= store.enqueued;
        const durable = isSafe ? undefined : new Promise<void>((resolve) => {
          this.#node.whenDurable(store.enqueued, resolve);
        });
        this.#node.endTurn();
        await durable;
        if (!isTaken) throw new Error(`Queue "${this.name}" is full and refused the message`);
      },
    });
  }

  #createMessage({ body, properties = {} }: OutgoingMessage): Message {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    return createMessage(this.#node.messages, { exchange: "", routingKey: this.name }, properties, bytes);
  }

  /**
   * A stream of the queue's messages. Its reader sets the pace. Cancelling it (or leaving a `for await`) ends the
   * consumer, and what is not acknowledged goes back to the queue. Throws `ChannelError` 403 when somebody has the queue
   * for themselves, and 406 or `ConnectionError` 540 for options that a queue of its type does not have.
   */
  consume(options: ConsumeOptions = {}): ReadableStream<Delivery> {
    const consumption = {
      tag: "stream",
      noAck: options.noAck ?? false,
      exclusive: false,
      prefetch: options.prefetch ?? DEFAULT_PREFETCH,
      arguments: fieldTable(options.arguments ?? {}),
    };
    this.#vhost.checkConsumable(this.#queue, consumption, false);
    const receiver = new StreamReceiver(this.#node);
    let consumer: Consumer;
    return new ReadableStream<Delivery>({
      start: (controller) => {
        receiver.controller = controller;
        consumer = this.#queue.consume(receiver, consumption);
      },
      pull: () => {
        this.#queue.resume(consumer);
        this.#node.endTurn();
      },
      cancel: () => {
        this.#vhost.cancelConsumer(consumer);
        receiver.failAll();
        this.#node.endTurn();
      },
    }, { highWaterMark: STREAM_DELIVERIES });
  }
}

/** A message that was delivered to a stream. */
export class Delivery {
  readonly body: Uint8Array;
  readonly properties: BasicProperties;
  readonly exchange: string;
  readonly routingKey: string;
  readonly redelivered: boolean;
  /** Where it is in a stream; `undefined` for one of another queue. */
  readonly offset: number | undefined;
  readonly #finish: (delivery: Delivery, outcome: Outcome) => void;

  constructor(
    content: MessageContent,
    redelivered: boolean,
    offset: number | undefined,
    finish: (delivery: Delivery, outcome: Outcome) => void,
  ) {
    const { bytes, addressBytes, headerBytes, bodyBytes } = content;
    const header = content.offset + addressBytes;
    this.body = bytes.slice(header + headerBytes, header + headerBytes + bodyBytes);
    this.properties = new PropertiesView(bytes, header, headerBytes).toObject();
    ({ exchange: this.exchange, routingKey: this.routingKey } = readAddress(bytes, content.offset));
    this.redelivered = redelivered;
    this.offset = offset;
    this.#finish = finish;
  }

  /** The message is done with. A second call does nothing. */
  ack(): void {
    this.#finish(this, "settle");
  }

  /** Gives the message back to its queue, or with `requeue: false` has it dead-lettered, or dropped. A second call does nothing. */
  nack({ requeue = true }: { readonly requeue?: boolean } = {}): void {
    this.#finish(this, requeue ? "requeue" : "reject");
  }
}

type Outcome = "settle" | "requeue" | "fail" | "reject";

interface Outstanding {
  readonly consumer: Consumer;
  readonly message: Message;
  readonly position: number;
}

/** Puts deliveries into a stream, no more than its reader takes. */
class StreamReceiver implements Receiver {
  controller!: ReadableStreamDefaultController<Delivery>;
  readonly #node: Node;
  readonly #outstanding = new Map<Delivery, Outstanding>();

  constructor(node: Node) {
    this.#node = node;
  }

  canTake(consumer: Consumer): boolean {
    if ((this.controller.desiredSize ?? 0) <= 0) return false;
    return consumer.noAck || consumer.prefetch === 0 || consumer.unackedCount < consumer.prefetch;
  }

  deliver(consumer: Consumer, message: Message, position: number, isRedelivered: boolean, shown: Message): void {
    const content = this.#node.messages.locate(shown);
    const delivery = new Delivery(content, isRedelivered, undefined, this.#finishInTurn);
    if (consumer.noAck) {
      consumer.queue.settle(message, position);
    } else {
      consumer.unackedCount++;
      this.#outstanding.set(delivery, { consumer, message, position });
    }
    this.controller.enqueue(delivery);
  }

  deliverFromLog(consumer: Consumer, message: MessageContent, offset: number): void {
    const delivery = new Delivery(message, false, offset, this.#finishInTurn);
    consumer.unackedCount++;
    this.#outstanding.set(delivery, { consumer, message: NOT_HELD, position: offset });
    this.controller.enqueue(delivery);
  }

  readonly #finishInTurn = (delivery: Delivery, outcome: Outcome): void => {
    this.#finish(delivery, outcome);
    this.#node.endTurn();
  };

  #finish(delivery: Delivery, outcome: Outcome): void {
    const outstanding = this.#outstanding.get(delivery);
    if (outstanding === undefined) return;
    this.#outstanding.delete(delivery);
    const { consumer, message, position } = outstanding;
    consumer.unackedCount--;
    consumer.queue[outcome](message, position);
    consumer.queue.resume(consumer);
  }

  failAll(): void {
    for (const delivery of [...this.#outstanding.keys()]) this.#finish(delivery, "fail");
  }

  queueDeleted(): void {
    this.controller.close();
  }
}
