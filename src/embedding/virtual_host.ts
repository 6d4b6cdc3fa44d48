import { fieldTable, type PlainTable } from "../wire/field_table.ts";
import { Firehose } from "../broker/tracing/firehose.ts";
import type { Node } from "../broker/node/node.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import type { Session } from "../broker/session/session.ts";
import { openEmbedded } from "./embedded_session.ts";
import { type AddressedMessage, AwaitedPublisher, type PublishOutcome } from "../broker/session/awaited_publisher.ts";
import { EmbeddedQueue } from "./queue.ts";

/** Options of a queue's declaration, with AMQP's meanings. */
export interface QueueOptions {
  /** Default: true. */
  readonly durable?: boolean;
  /** True for a queue that is deleted with its last consumer. Default: false. */
  readonly autoDelete?: boolean;
  /** For example `x-max-priority`. Default: none. */
  readonly arguments?: PlainTable;
}

/** A virtual host, for the program that embeds the broker. */
export class EmbeddedVirtualHost {
  readonly #node: Node;
  readonly #vhost: VirtualHost;
  readonly #session: Session;
  readonly #publisher: AwaitedPublisher;

  constructor(node: Node, vhost: VirtualHost) {
    this.#node = node;
    this.#vhost = vhost;
    this.#session = openEmbedded(node, vhost);
    this.#publisher = new AwaitedPublisher(this.#session);
  }

  /**
   * Publishes a message to any exchange. Resolves with the result: `confirmed`, `returned` for a mandatory message
   * without a route, or `refused` by a full queue. Waits while memory or disk are low. Rejects with `ChannelError`: 404
   * when the exchange does not exist, 403 when it takes nothing from publishers, 406 for wrong properties.
   */
  publish(message: AddressedMessage): Promise<PublishOutcome> {
    return this.#publisher.publish(message);
  }

  /**
   * True while a copy of each message that a client publishes or receives goes to the exchange `amq.rabbitmq.trace`
   * (RabbitMQ: Firehose Tracer), with the routing key `publish.<exchange>` or `deliver.<queue>`. It costs a lot, and is
   * off after a restart. Default: false.
   */
  get tracing(): boolean {
    return this.#vhost.firehose !== undefined;
  }
  set tracing(isOn: boolean) {
    if (isOn !== this.tracing) this.#vhost.trace(isOn ? new Firehose(this.#node, this.#vhost) : undefined);
  }

  /**
   * Returns a queue, and declares it if it does not exist. Throws `ChannelError` 406 when there is a queue of that name
   * with other properties, 403 for a reserved name.
   */
  queue(name: string, options: QueueOptions = {}): EmbeddedQueue {
    const existing = this.#vhost.queues.get(name);
    if (existing === undefined) this.#vhost.checkQueueName(name);
    const queue = existing !== undefined && Object.keys(options).length === 0 ? existing : this.#vhost.declareQueue({
      name,
      durable: options.durable ?? true,
      autoDelete: options.autoDelete ?? false,
      owner: null,
      arguments: fieldTable(options.arguments ?? {}),
    });
    this.#node.endTurn();
    return new EmbeddedQueue(this.#session, queue);
  }
}
