import { readAddress } from "../wire/address.ts";
import { type BasicProperties, PropertiesView } from "../wire/properties.ts";
import type { Outcome } from "../broker/session/outcome.ts";
import type { MessageContent } from "../store/message_content.ts";

/** A message that a consumer has received. */
export class Delivery {
  readonly body: Uint8Array;
  readonly properties: BasicProperties;
  readonly exchange: string;
  readonly routingKey: string;
  readonly redelivered: boolean;
  /** Offset of the message in a stream; `undefined` for one of another queue. */
  readonly offset: number | undefined;
  readonly #finish: (outcome: Outcome) => void;

  constructor(
    content: MessageContent,
    redelivered: boolean,
    offset: number | undefined,
    finish: (outcome: Outcome) => void,
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

  /** Acknowledges the message. A second call does nothing. */
  ack(): void {
    this.#finish("settle");
  }

  /** Returns the message to its queue, or with `requeue: false` dead-letters or drops it. A second call does nothing. */
  nack({ requeue = true }: { readonly requeue?: boolean } = {}): void {
    this.#finish(requeue ? "requeue" : "reject");
  }
}
