import { FRAME_END, FRAME_METHOD } from "../frame.ts";
import type { Node } from "../../broker/node/node.ts";
import type { Output } from "../output.ts";

const BASIC_ACK = 80;
const BASIC_NACK = 120;

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

  /**
   * Counts a publish. One that a queue refused is told so at once: a later acknowledgement of more than one may count it
   * again, as RabbitMQ's do. Returns whether it is the first since the last {@linkcode confirm}.
   */
  published(isTaken: boolean): boolean {
    const isFirst = ++this.#publishedTag === this.#promisedTag + 1;
    if (!isTaken) this.#write(BASIC_NACK, this.#publishedTag, false);
    return isFirst;
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
    this.#write(BASIC_ACK, tag, isMultiple);
  }

  #write(methodId: number, tag: number, isMultiple: boolean): void {
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
    bytes[at++] = methodId;
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
