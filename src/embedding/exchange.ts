import { fieldTable, type PlainTable } from "../wire/field_table.ts";
import { bindExchange, deleteExchange, unbindExchange } from "../broker/session/exchange_operations.ts";
import type { AddressedMessage } from "../broker/session/outgoing_message.ts";
import type { BatchOutcome, PublishReceipt } from "../broker/session/publish_receipt.ts";
import { type Destination, destinationOf } from "../broker/session/message_sender.ts";
import type { Program } from "./program.ts";
import { type PublishedChunk, type PublisherOptions, publisherStream } from "./publisher_stream.ts";

/** Options of an exchange's declaration, with AMQP's meanings. */
export interface ExchangeOptions {
  /** `direct`, `fanout`, `topic`, `headers`, or another type that the broker has. Default: `direct`. */
  readonly type?: string;
  /** Default: true. */
  readonly durable?: boolean;
  /** True for an exchange that is deleted with its last binding. Default: false. */
  readonly autoDelete?: boolean;
  /** True for one that takes messages from other exchanges only. Default: false. */
  readonly internal?: boolean;
  /** True for one that delays messages by their `delayMs`. Default: false. */
  readonly delayed?: boolean;
  /** Name of the exchange that gets messages without a route (RabbitMQ: Alternate Exchanges). Default: none. */
  readonly alternate?: string;
  /** Further arguments. Default: none. */
  readonly arguments?: PlainTable;
  /** True to check that it exists, and change nothing. Default: false. */
  readonly passive?: boolean;
}

/** A message to an exchange. */
export type ExchangeMessage = Omit<AddressedMessage, "exchange">;

/** Returns the arguments of an exchange. */
export function exchangeArguments({ delayed, alternate, arguments: given }: ExchangeOptions): PlainTable {
  return {
    ...given,
    ...delayed !== undefined && { "x-delayed-exchange": delayed },
    ...alternate !== undefined && { "alternate-exchange": alternate },
  };
}

/** An exchange, for the program that embeds the broker. */
export class EmbeddedExchange {
  readonly #program: Program;
  readonly #to: Destination;
  /** Name of the exchange; empty for the default one. */
  readonly name: string;

  /** Made by the broker only. */
  constructor(program: Program, name: string) {
    this.#program = program;
    this.#to = destinationOf(name, "");
    this.name = name;
  }

  /**
   * Publishes a message, or a body without routing key and properties. Without an `await` it costs no promise. While memory
   * or disk are low the message waits, and `signal` takes it back then. Throws `ChannelError`: 404 when the exchange has been
   * deleted, 403 when it is internal, 406 for wrong properties; `RangeError` for a text of over 255 bytes; `ConnectionError`
   * 320 when the broker is closed, 506 when 10,000 messages or 16 MiB wait.
   */
  publish(
    message: ExchangeMessage | Uint8Array | string,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): PublishReceipt {
    return this.#program.publisher.publish(message, this.#to, signal);
  }

  /** Publishes messages in their order, as {@linkcode publish} does; those before one that is refused are published. */
  publishBatch(messages: readonly (ExchangeMessage | Uint8Array | string)[]): PublishReceipt<BatchOutcome> {
    return this.#program.publisher.publishBatch(messages, this.#to);
  }

  /**
   * Returns a stream whose messages, or arrays of them, go to the exchange. It fails when a mandatory message has no route,
   * or a queue refuses one.
   */
  publisher(
    options: PublisherOptions & Pick<ExchangeMessage, "routingKey" | "mandatory"> = {},
    strategy?: QueuingStrategy<PublishedChunk<ExchangeMessage>>,
  ): WritableStream<PublishedChunk<ExchangeMessage>> {
    const { routingKey = "", mandatory = false, properties } = options;
    const to = destinationOf(this.name, routingKey, mandatory, properties && { ...properties });
    return publisherStream<ExchangeMessage>(this.#program, to, options, strategy, `exchange '${this.name}'`);
  }

  /** Binds this exchange to another one, so that it gets messages from there. Throws `ChannelError` 404 or 403. */
  bind(source: EmbeddedExchange | string, routingKey = "", bindingArguments: PlainTable = {}): this {
    this.#program.command((session) => bindExchange(session, this.#binding(source, routingKey, bindingArguments)));
    return this;
  }

  /** Removes a binding. Succeeds when it does not exist. */
  unbind(source: EmbeddedExchange | string, routingKey = "", bindingArguments: PlainTable = {}): this {
    this.#program.command((session) => unbindExchange(session, this.#binding(source, routingKey, bindingArguments)));
    return this;
  }

  #binding(source: EmbeddedExchange | string, routingKey: string, bindingArguments: PlainTable) {
    return {
      source: typeof source === "string" ? source : source.name,
      destination: this.name,
      routingKey,
      arguments: fieldTable(bindingArguments),
    };
  }

  /** Deletes the exchange with its bindings. Succeeds when it does not exist. Throws `ChannelError` 406 when it is in use. */
  delete({ ifUnused = false }: { readonly ifUnused?: boolean } = {}): void {
    this.#program.command((session) => deleteExchange(session, this.name, ifUnused));
  }
}
