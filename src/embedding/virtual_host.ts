import { fieldTable, type PlainTable } from "../wire/field_table.ts";
import { Firehose } from "../broker/tracing/firehose.ts";
import type { Node } from "../broker/node/node.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import type { Session } from "../broker/session/session.ts";
import { openEmbedded } from "./embedded_session.ts";
import { type AddressedMessage, EmbeddedPublisher, type PublishOutcome } from "./publisher.ts";
import { EmbeddedQueue } from "./queue.ts";

/** How a queue is declared, with AMQP's meanings. */
export interface QueueOptions {
  /** Default: true. */
  readonly durable?: boolean;
  /** Deleted with its last consumer. Default: false. */
  readonly autoDelete?: boolean;
  /** Such as `x-max-priority`. Default: none. */
  readonly arguments?: PlainTable;
}

/** A virtual host, for the program that the broker is part of. */
export class EmbeddedVirtualHost {
  readonly #node: Node;
  readonly #vhost: VirtualHost;
  readonly #session: Session;
  readonly #publisher: EmbeddedPublisher;

  constructor(node: Node, vhost: VirtualHost) {
    this.#node = node;
    this.#vhost = vhost;
    this.#session = openEmbedded(node, vhost);
    this.#publisher = new EmbeddedPublisher(this.#session);
  }

  /**
   * Publishes a message to any exchange. Resolves when it is known what became of it: `confirmed`, `returned` for a
   * mandatory message that had no route, or `refused` by a queue that is full. Waits while memory or disk are low. Rejects
   * with `ChannelError`: 404 where there is no such exchange, 403 for one that takes nothing from publishers, 406 for
   * properties that don't hold.
   */
  publish(message: AddressedMessage): Promise<PublishOutcome> {
    return this.#publisher.publish(message);
  }

  /**
   * Whether a copy of each message that a client publishes or is delivered goes to the exchange `amq.rabbitmq.trace`
   * (RabbitMQ: Firehose Tracer), with the routing key `publish.<exchange>` or `deliver.<queue>`. It costs a lot, and is
   * off again when the broker starts. Default: false.
   */
  get tracing(): boolean {
    return this.#vhost.firehose !== undefined;
  }
  set tracing(isOn: boolean) {
    if (isOn !== this.tracing) this.#vhost.trace(isOn ? new Firehose(this.#node, this.#vhost) : undefined);
  }

  /**
   * A queue, which is declared if it is not there.
   * Throws `ChannelError` 406 when there is one of that name that was declared in another way, 403 for a reserved name.
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
