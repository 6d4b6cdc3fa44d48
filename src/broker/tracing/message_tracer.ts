import type { MessageContent } from "../../store/message_content.ts";
import type { Message, Messages } from "../message/messages.ts";
import type { Firehose, TracedDelivery, TracedPeer } from "./firehose.ts";
import type { Spans } from "./spans.ts";

/** Sees each message that is published or delivered in a virtual host, for its firehose and for spans. */
export class MessageTracer {
  readonly #vhost: string;
  readonly #messages: Messages;
  readonly #firehose: Firehose | undefined;
  readonly #spans: Spans | undefined;

  constructor(vhost: string, messages: Messages, firehose: Firehose | undefined, spans: Spans | undefined) {
    this.#vhost = vhost;
    this.#messages = messages;
    this.#firehose = firehose;
    this.#spans = spans;
  }

  /** Notes a message that was published with these routing keys to these queues. */
  published(
    message: Message,
    keys: readonly string[],
    queues: readonly { readonly name: string }[],
    peer: TracedPeer,
  ): void {
    this.#spans?.published(message, queues.length, this.#vhost, peer);
    this.#firehose?.published(this.#messages.locate(message), keys, queues, peer);
  }

  /** Notes a message of a queue that a client has got, as `shown`. */
  delivered(message: Message, shown: Message, from: TracedDelivery, peer: TracedPeer): void {
    this.#spans?.delivered(this.#messages.locate(message), from, this.#vhost, peer);
    this.#firehose?.delivered(this.#messages.locate(shown), from, peer);
  }

  /** Notes a message of a stream that a client has got. */
  deliveredFromLog(message: MessageContent, from: TracedDelivery, peer: TracedPeer): void {
    this.#spans?.delivered(message, from, this.#vhost, peer);
    this.#firehose?.delivered(message, from, peer);
  }
}
