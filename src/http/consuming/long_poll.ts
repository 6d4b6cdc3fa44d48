import type { Channel } from "../../broker/session/channel.ts";
import { whenKnown } from "../../broker/session/fetch_many.ts";
import { findQueue } from "../../broker/session/queue_operations.ts";
import type { DeliverySink } from "../../broker/session/subscription.ts";
import type { Message } from "../../broker/message/messages.ts";
import type { MessageContent } from "../../store/message_content.ts";
import type { FieldTable } from "../../wire/field_table.ts";
import { messageJson, type MessageState, type PayloadForm } from "../message_json.ts";

/** Size of the deliveries above which a request takes no more. In bytes. */
const BYTES_MAX = 16 * 1024 * 1024;

/** A request for messages. */
export interface PollRequest {
  readonly queue: string;
  /** Maximum number of messages. */
  readonly count: number;
  readonly noAck: boolean;
  readonly arguments: FieldTable;
  /** Time to wait for the first message. In milliseconds. */
  readonly timeoutMs: number;
  readonly form: PayloadForm;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

/** A message with its tag on the channel. */
export interface Polled {
  readonly deliveryTag: number;
  readonly json: object;
}

/**
 * Consumes what a queue has, and waits for the first message if it has none. The consumer ends with the answer; what it
 * has received stays unacknowledged on the channel.
 */
export class LongPoll implements DeliverySink {
  readonly #channel: Channel;
  readonly #request: PollRequest;
  readonly #polled: Polled[] = [];
  #bytes = 0;
  #isEnded = false;
  #wake = () => {};

  constructor(channel: Channel, request: PollRequest) {
    this.#channel = channel;
    this.#request = request;
  }

  async run(): Promise<Polled[]> {
    const { subscriptions, session } = this.#channel;
    const { queue: name, count, noAck, arguments: consumerArguments } = this.#request;
    const queue = await whenKnown(() => findQueue(session, name, "read"));
    subscriptions.limit(count, false);
    const request = { tag: "", noAck, exclusive: false, arguments: consumerArguments };
    const { consumer } = subscriptions.subscribe(queue, request, () => this);
    try {
      session.node.endTurn();
      if (this.#polled.length === 0) await this.#first();
      return this.#polled;
    } finally {
      this.#isEnded = true;
      subscriptions.cancel(consumer.tag);
      session.node.endTurn();
    }
  }

  /** Resolves with the first message, when the time is over, or when the client is gone. */
  #first(): Promise<void> {
    const { timeoutMs, signal } = this.#request;
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        signal.removeEventListener("abort", end);
        resolve();
      };
      const cancel = this.#channel.session.node.clock.after(timeoutMs, end);
      signal.addEventListener("abort", end);
      this.#wake = end;
      if (this.#isEnded || signal.aborted) end();
    });
  }

  hasRoom(): boolean {
    return !this.#isEnded && this.#polled.length < this.#request.count && this.#bytes < BYTES_MAX;
  }

  deliver(deliveryTag: number, message: Message, isRedelivered: boolean): void {
    this.#add(deliveryTag, this.#channel.session.node.messages.locate(message), { redelivered: isRedelivered });
  }

  deliverFromStream(deliveryTag: number, message: MessageContent, offset: number): void {
    this.#add(deliveryTag, message, { redelivered: false, offset });
  }

  #add(deliveryTag: number, content: MessageContent, state: MessageState): void {
    this.#polled.push({ deliveryTag, json: messageJson(content, state, this.#request.form) });
    this.#bytes += content.headerBytes + content.bodyBytes;
    this.#wake();
  }

  /** The queue was deleted. */
  cancelled(): void {
    this.#isEnded = true;
    this.#wake();
  }
}
