import { readAddress } from "../wire/address.ts";
import { type PlainTable, plainTable } from "../wire/field_table.ts";
import { type BasicProperties, PropertiesView } from "../wire/properties.ts";
import type { Outcome } from "../broker/session/outcome.ts";
import type { OutgoingMessage } from "../broker/session/outgoing_message.ts";
import type { PublishReceipt } from "../broker/session/publish_receipt.ts";

/** Settles deliveries, and answers them. */
export interface DeliverySource {
  /** Settles a delivery, unless that has been done before. */
  settle(deliveryTag: number, outcome: Outcome): void;
  /** Publishes a reply. */
  reply(to: BasicProperties, message: OutgoingMessage | Uint8Array | string): PublishReceipt;
}

/** Where a message lies, as the broker's `MessageContent` says it. */
export interface ContentPlace {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly addressBytes: number;
  readonly headerBytes: number;
  readonly bodyBytes: number;
  /** A view of the same memory as `bytes`, where there is one. */
  readonly view?: DataView;
}

/** Largest text that a loop decodes faster than a `TextDecoder`. In bytes. */
const LOOP_TEXT_MAX = 24;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** A message that a consumer has received. What is in it is decoded when it is read. */
export class Delivery {
  readonly #source: DeliverySource;
  readonly #tag: number;
  /** Address, content header and body, from `#start` on. The array begins where its buffer does, and may be shared. */
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #start: number;
  readonly #headerStart: number;
  readonly #bodyStart: number;
  readonly #end: number;
  #body: Uint8Array<ArrayBuffer> | undefined;
  /** True when the message was delivered before. */
  readonly redelivered: boolean;
  /** Offset of the message in a stream; `undefined` for one of another queue. */
  readonly offset: number | undefined;

  /** Made by the broker only. */
  constructor(
    source: DeliverySource,
    tag: number,
    bytes: Uint8Array<ArrayBuffer>,
    start: number,
    place: ContentPlace,
    redelivered: boolean,
    offset: number | undefined,
  ) {
    this.#source = source;
    this.#tag = tag;
    this.#bytes = bytes;
    this.#start = start;
    this.#headerStart = start + place.addressBytes;
    this.#bodyStart = this.#headerStart + place.headerBytes;
    this.#end = this.#bodyStart + place.bodyBytes;
    this.redelivered = redelivered;
    this.offset = offset;
  }

  /**
   * The body: the same array each time, and the reader's own. It is a view: its `buffer` has other deliveries too, up to
   * 16 KiB together, and stays in memory with it. To keep a small body for long, keep `body.slice()`.
   */
  get body(): Uint8Array<ArrayBuffer> {
    return this.#body ??= new Uint8Array(this.#bytes.buffer, this.#bodyStart, this.#end - this.#bodyStart);
  }

  /** Size of the body, in bytes. */
  get bodyBytes(): number {
    return this.#end - this.#bodyStart;
  }

  /** Decodes the body as UTF-8. Malformed bytes become U+FFFD. */
  text(): string {
    const bytes = this.#bytes;
    const [start, end] = [this.#bodyStart, this.#end];
    if (end - start > LOOP_TEXT_MAX) return utf8.decode(bytes.subarray(start, end));
    let text = "";
    for (let i = start; i < end; i++) {
      if (bytes[i] > 0x7f) return utf8.decode(bytes.subarray(start, end));
      text += String.fromCharCode(bytes[i]);
    }
    return text;
  }

  /** Parses the body as JSON. Throws `SyntaxError` when it is not JSON. */
  json<Value = unknown>(): Value {
    return JSON.parse(this.text());
  }

  /** The content properties. */
  get properties(): BasicProperties {
    return new PropertiesView(this.#bytes, this.#headerStart, this.#bodyStart - this.#headerStart).toObject();
  }

  /** The headers as plain values; empty when there are none. */
  get headers(): PlainTable {
    const { headers } = new PropertiesView(this.#bytes, this.#headerStart, this.#bodyStart - this.#headerStart);
    return plainTable(headers ?? new Map());
  }

  /** The exchange that the message was published to; empty for the default one. */
  get exchange(): string {
    return readAddress(this.#bytes, this.#start).exchange;
  }

  /** The routing key that the message was published with. */
  get routingKey(): string {
    return readAddress(this.#bytes, this.#start).routingKey;
  }

  /** Acknowledges the message. It has an effect only once, and none for a consumer without acknowledgements. */
  ack(): void {
    this.#source.settle(this.#tag, "settle");
  }

  /** Returns the message to its queue; with `requeue: false` it is dead-lettered or dropped. A second call does nothing. */
  nack({ requeue = true }: { readonly requeue?: boolean } = {}): void {
    this.#source.settle(this.#tag, requeue ? "requeue" : "reject");
  }

  /** Dead-letters the message, or drops it where its queue has no dead letter exchange. A second call does nothing. */
  reject(): void {
    this.#source.settle(this.#tag, "reject");
  }

  /**
   * Publishes a reply to the queue in `reply-to`, with the same correlation id. Throws `ChannelError` 406 when the message
   * asks for no reply. The outcome is `returned` when the requester is gone.
   */
  reply(message: OutgoingMessage | Uint8Array | string): PublishReceipt {
    return this.#source.reply(this.properties, message);
  }

  /** Delivery tag, which is unique among the deliveries of one consumer. */
  get deliveryTag(): number {
    return this.#tag;
  }
}
