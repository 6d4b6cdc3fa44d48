import { FRAME_END, FRAME_METHOD } from "../../amqp/frame.ts";
import type { Node } from "../../broker/node.ts";
import type { Output } from "../output.ts";

/**
 * Publisher confirms of a channel (RabbitMQ: Consumer Acknowledgements and Publisher Confirms): publishes are numbered
 * from 1, and confirmed in order, all of a turn with one `basic.ack`, once every durable queue's copy is safe.
 */
export class Confirms {
  readonly #node: Node;
  readonly #output: Output;
  readonly #channel: number;
  #publishedTag = 0;
  /** Up to here the acknowledgement is written or waits for the store. */
  #promisedTag = 0;
  #confirmedTag = 0;
  #isClosed = false;

  constructor(node: Node, output: Output, channel: number) {
    this.#node = node;
    this.#output = output;
    this.#channel = channel;
  }

  /** Counts a publish. Returns whether it is the first since the last {@linkcode confirm}. */
  published(): boolean {
    return ++this.#publishedTag === this.#promisedTag + 1;
  }

  /** Confirms what has been published, at once or as soon as the store has it. */
  confirm(): void {
    const { store } = this.#node;
    const tag = this.#publishedTag;
    this.#promisedTag = tag;
    if (store.durable >= store.enqueued) this.#ack(tag);
    else this.#node.whenDurable(store.enqueued, () => this.#ack(tag));
  }

  /** Confirms nothing more: the channel is gone. */
  close(): void {
    this.#isClosed = true;
  }

  #ack(tag: number): void {
    // A later turn may have found the store up to date before it said so.
    if (this.#isClosed || tag <= this.#confirmedTag) return;
    const isMultiple = tag - this.#confirmedTag > 1;
    this.#confirmedTag = tag;
    let at = this.#output.reserve(21);
    const bytes = this.#output.bytes;
    const high = Math.floor(tag / 0x100000000);
    bytes[at++] = FRAME_METHOD;
    bytes[at++] = this.#channel >> 8;
    bytes[at++] = this.#channel;
    bytes[at++] = 0;
    bytes[at++] = 0;
    bytes[at++] = 0;
    bytes[at++] = 13;
    bytes[at++] = 0;
    bytes[at++] = 60;
    bytes[at++] = 0;
    bytes[at++] = 80;
    bytes[at++] = high >>> 24;
    bytes[at++] = high >> 16;
    bytes[at++] = high >> 8;
    bytes[at++] = high;
    bytes[at++] = tag >>> 24;
    bytes[at++] = tag >> 16;
    bytes[at++] = tag >> 8;
    bytes[at++] = tag;
    bytes[at++] = isMultiple ? 1 : 0;
    bytes[at++] = FRAME_END;
    this.#output.length = at;
  }
}
