import { ChannelError, resourceError } from "../wire/error.ts";
import { EMPTY_TABLE } from "../wire/field_table.ts";
import type { MessageContent } from "../store/message_content.ts";
import type { Channel } from "../broker/session/channel.ts";
import { declareReplyQueue, REPLY_TO } from "../broker/session/direct_reply_to.ts";
import type { Message } from "../broker/message/messages.ts";
import type { AddressedMessage } from "../broker/session/outgoing_message.ts";
import { destinationOf } from "../broker/session/message_sender.ts";
import type { DeliverySink } from "../broker/session/subscription.ts";
import type { BasicProperties } from "../wire/properties.ts";
import { ContentCopies } from "./content_copies.ts";
import { Delivery, type DeliverySource } from "./delivery.ts";
import type { Program } from "./program.ts";

/** Maximum number of requests that wait for their replies. */
const WAITING_MAX = 10_000;

/** The two ends of a request's promise. */
interface Waiter {
  readonly resolve: (reply: Delivery) => void;
  readonly reject: (error: unknown) => void;
}

/** Requests of the program and their replies (RabbitMQ: Direct Reply-to). */
export class Requests implements DeliverySink {
  readonly #program: Program;
  readonly #channel: Channel;
  readonly #replyTo: string;
  readonly #copies = new ContentCopies();
  readonly #waiting = new Map<string, Waiter>();
  readonly #replySource: DeliverySource;
  #lastId = 0;

  constructor(program: Program) {
    this.#program = program;
    this.#replySource = { settle: () => {}, reply: (to, message) => program.reply(to, message) };
    this.#channel = program.openChannel({ failed: (error) => this.close(error) });
    const queue = this.#channel.publisher.replyQueue = declareReplyQueue(program.session);
    this.#replyTo = queue.name;
    const request = { tag: REPLY_TO, noAck: true, exclusive: false, arguments: EMPTY_TABLE };
    this.#channel.subscriptions.subscribe(queue, request, () => this);
  }

  /** Publishes a request, and resolves with its reply. */
  async request(message: AddressedMessage, timeoutMs: number, signal?: AbortSignal): Promise<Delivery> {
    signal?.throwIfAborted();
    if (this.#waiting.size >= WAITING_MAX) throw resourceError(`${WAITING_MAX} requests wait for their replies`);
    const id = String(++this.#lastId);
    const properties: BasicProperties = { ...message.properties, correlationId: id, replyTo: this.#replyTo };
    const to = destinationOf(message.exchange ?? "", message.routingKey ?? "", true);
    let abort = () => {};
    let cancelTimer = () => {};
    try {
      return await new Promise<Delivery>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        abort = () => reject(signal!.reason);
        signal?.addEventListener("abort", abort);
        const timedOut = () => reject(new DOMException(`no reply came within ${timeoutMs} ms`, "TimeoutError"));
        if (timeoutMs < Infinity) cancelTimer = this.#program.node.clock.after(timeoutMs, timedOut);
        const receipt = this.#program.publisher.publish({ ...message, properties }, to, signal);
        receipt.then((outcome) => {
          if (outcome === "returned") reject(new ChannelError("noRoute", "no queue takes the request"));
          if (outcome === "refused") reject(resourceError("a queue refused the request"));
        }, reject);
      });
    } finally {
      cancelTimer();
      signal?.removeEventListener("abort", abort);
      this.#waiting.delete(id);
    }
  }

  /** Replies that nobody waits for any more are dropped, so there is always room. */
  hasRoom(): boolean {
    return true;
  }

  deliver(deliveryTag: number, message: Message): void {
    this.#take(deliveryTag, this.#program.node.messages.locate(message));
  }

  deliverFromStream(deliveryTag: number, message: MessageContent): void {
    this.#take(deliveryTag, message);
  }

  #take(tag: number, content: MessageContent): void {
    const start = this.#copies.add(content);
    const reply = new Delivery(this.#replySource, tag, this.#copies.bytes, start, content, false, undefined);
    const { correlationId } = reply.properties;
    if (correlationId !== undefined) this.#waiting.get(correlationId)?.resolve(reply);
  }

  cancelled(): void {}

  /** Fails all requests that wait. */
  close(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#channel.close();
  }
}
