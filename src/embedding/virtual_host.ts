import { fieldTable, type PlainTable } from "../wire/field_table.ts";
import { Firehose } from "../broker/tracing/firehose.ts";
import { checkExchange, declareExchange } from "../broker/session/exchange_operations.ts";
import type { AddressedMessage } from "../broker/session/outgoing_message.ts";
import type { BatchOutcome, PublishReceipt } from "../broker/session/publish_receipt.ts";
import { checkQueue, declareQueue, serverNamed } from "../broker/session/queue_operations.ts";
import { destinationOf } from "../broker/session/message_sender.ts";
import { connectionForced } from "../wire/error.ts";
import type { Delivery } from "./delivery.ts";
import { EmbeddedExchange, exchangeArguments, type ExchangeOptions } from "./exchange.ts";
import type { Program } from "./program.ts";
import { EmbeddedQueue } from "./queue.ts";
import { type EmbeddedTransaction, runTransaction } from "./transaction.ts";

/** Options of a queue's declaration, with AMQP's meanings. */
export interface QueueOptions {
  /** Default: true. */
  readonly durable?: boolean;
  /** True for a queue that is deleted with its last consumer. Default: false. */
  readonly autoDelete?: boolean;
  /** True for a queue of the program alone, which is deleted when the program closes the virtual host. Default: false. */
  readonly exclusive?: boolean;
  /** For example `x-max-priority`. Default: none. */
  readonly arguments?: PlainTable;
  /** True to check that it exists, and change nothing. Default: false. */
  readonly passive?: boolean;
}

const ANYWHERE = destinationOf("", "");
const DEFAULT_TIMEOUT_MS = 30_000;

/** A virtual host, for the program that embeds the broker. Declarations take effect at once. */
export class EmbeddedVirtualHost implements Disposable {
  readonly #program: Program;

  /** Made by the broker only. */
  constructor(program: Program) {
    this.#program = program;
  }

  /** Name of the virtual host. */
  get name(): string {
    return this.#program.session.vhost.name;
  }

  /**
   * Returns a queue, and declares it if it does not exist. An empty name has the broker make one up. Without options an
   * existing queue is returned as it is. Throws `ChannelError` 406 when there is a queue of that name with other properties,
   * 403 for a reserved name, 404 when it must exist and does not, 405 when it is another's exclusive queue.
   */
  queue(name = "", options: QueueOptions = {}): EmbeddedQueue {
    const program = this.#program;
    const queue = program.command((session) => {
      const exists = session.vhost.queues.has(name);
      if (options.passive || (exists && Object.keys(options).length === 0)) return checkQueue(session, name);
      return declareQueue(session, {
        name: name === "" ? serverNamed(session) : name,
        isServerNamed: name === "",
        durable: options.durable ?? true,
        autoDelete: options.autoDelete ?? false,
        exclusive: options.exclusive ?? false,
        arguments: fieldTable(options.arguments ?? {}),
      });
    });
    return new EmbeddedQueue(program, queue);
  }

  /**
   * Returns an exchange, and declares it if it does not exist. Without options an existing exchange is returned as it is.
   * Throws `ChannelError` 406 for an unknown type, and when there is an exchange of that name with other properties, 403 for a
   * reserved name, 404 when it must exist and does not.
   */
  exchange(name: string, options: ExchangeOptions = {}): EmbeddedExchange {
    const program = this.#program;
    program.command((session) => {
      const exists = session.vhost.exchanges.has(name);
      if (options.passive || (exists && Object.keys(options).length === 0)) {
        return name === "" ? undefined : checkExchange(session, name);
      }
      return declareExchange(session, {
        name,
        type: options.type ?? "direct",
        durable: options.durable ?? true,
        autoDelete: options.autoDelete ?? false,
        internal: options.internal ?? false,
        arguments: fieldTable(exchangeArguments(options)),
      });
    });
    return new EmbeddedExchange(program, name);
  }

  /** Returns whether there is a queue with a name. */
  hasQueue(name: string): boolean {
    return this.#program.session.vhost.queues.has(name);
  }

  /** Returns whether there is an exchange with a name. */
  hasExchange(name: string): boolean {
    return this.#program.session.vhost.exchanges.has(name);
  }

  /**
   * Publishes a message to any exchange. Without an `await` it costs no promise. The outcome is `confirmed`, `returned` for a
   * mandatory message without a route, or `refused` by a full queue. While memory or disk are low the message waits, and
   * `signal` takes it back then. Throws `ChannelError`: 404 when the exchange does not exist, 403 when it takes nothing from
   * publishers, 406 for wrong properties; `RangeError` for a text of over 255 bytes; `ConnectionError` 320 when the broker is
   * closed, 506 when 10,000 messages or 16 MiB wait.
   */
  publish(message: AddressedMessage, { signal }: { readonly signal?: AbortSignal } = {}): PublishReceipt {
    return this.#program.publisher.publish(message, ANYWHERE, signal);
  }

  /** Publishes messages in their order, as {@linkcode publish} does; those before one that is refused are published. */
  publishBatch(messages: readonly AddressedMessage[]): PublishReceipt<BatchOutcome> {
    return this.#program.publisher.publishBatch(messages, ANYWHERE);
  }

  /**
   * Publishes a request, and resolves with the reply (RabbitMQ: Direct Reply-to). Rejects with `ChannelError` 312 when no queue
   * takes it, `ConnectionError` 506 when a queue refuses it or 10,000 requests wait, with the signal's reason, and with a
   * `TimeoutError` after `timeoutMs`. Default: 30 seconds.
   */
  request(
    message: AddressedMessage,
    { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {},
  ): Promise<Delivery> {
    return this.#program.requests.request(message, timeoutMs, signal);
  }

  /**
   * Runs a function whose publishes take effect together when it returns, and not at all when it throws. Resolves when they
   * are safe. Rejects with what it throws, and with `ConnectionError` 506 when a queue refused one of the messages.
   */
  transaction(publishAll: (transaction: EmbeddedTransaction) => void | Promise<void>): Promise<void> {
    return runTransaction(this.#program, publishAll);
  }

  /** Resolves when everything declared and deleted until now is safe in the store. */
  safe(): Promise<void> {
    return this.#program.node.safe();
  }

  /**
   * True while a copy of each message that a client publishes or receives goes to the exchange `amq.rabbitmq.trace`
   * (RabbitMQ: Firehose Tracer), with the routing key `publish.<exchange>` or `deliver.<queue>`. It costs a lot, and is
   * off after a restart. Default: false.
   */
  get tracing(): boolean {
    return this.#program.session.vhost.firehose !== undefined;
  }
  set tracing(isOn: boolean) {
    const { node, session: { vhost } } = this.#program;
    if (isOn !== this.tracing) vhost.trace(isOn ? new Firehose(node, vhost) : undefined);
  }

  /**
   * Ends the program's consumers, requests and publishers in this virtual host, and deletes its exclusive queues.
   * `Broker.vhost` then returns it anew.
   */
  close(): void {
    this.#program.close(connectionForced(`the program has closed virtual host '${this.name}'`));
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.close();
  }
}
