import { accessRefused, internalError, notFound } from "../../wire/error.ts";
import { EMPTY_TABLE, type FieldTable } from "../../wire/field_table.ts";
import { NO_METADATA } from "../../store/topology_record.ts";
import { type Actor, INTERNAL } from "../events/actor.ts";
import type { Binding, Destination } from "../exchange/binding.ts";
import type { Exchange, ExchangeDeclaration } from "../exchange/exchange.ts";
import type { ExchangeCounts } from "../exchange/exchange_counts.ts";
import type { ExchangeHost } from "../exchange/router.ts";
import type { Message, Messages } from "../message/messages.ts";
import { AppliedPolicies, type PoliciesHost } from "../policy/applied_policies.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import type { Consumer, Consumption } from "../queue/consumers/consumer.ts";
import { checkConsumerArguments } from "../queue/consumers/consumer_arguments.ts";
import type { QueueDeclaration, QueueHost, QueueVhost } from "../queue/queue_host.ts";
import type { QueueTypeName } from "../queue/queue_type.ts";
import {
  checkConsumption,
  createQueue,
  type DeletionConditions,
  type TypedDeclaration,
  withDefaultQueueType,
} from "../queue/queue_types.ts";
import type { StatsByType } from "../queue/stats_by_type.ts";
import { forward } from "../routing/publish.ts";
import type { Firehose } from "../tracing/firehose.ts";
import { MessageTracer } from "../tracing/message_tracer.ts";
import type { Tap } from "../tap/tap.ts";
import { addTap, Taps } from "../tap/taps.ts";
import type { Spans } from "../tracing/spans.ts";
import { bind, unbind } from "./binding_commands.ts";
import type { CommandHost } from "./changes.ts";
import {
  checkExchangeDeletion,
  checkExchangeName,
  checkExchangeType,
  declareExchange,
  declareNewExchange,
  deleteExchange,
  removeExchange,
} from "./exchange_commands.ts";
import { checkOwner, ExclusiveQueues } from "./exclusive_queues.ts";
import { IncomingBindings } from "./incoming_bindings.ts";
import { checkNotReserved } from "./names.ts";
import type { QueueChurn } from "./queue_churn.ts";
import { declareQueue, deleteQueue, removeQueue } from "./queue_commands.ts";
import { VirtualHostMetadata } from "./vhost_metadata.ts";
import type { SequenceId } from "../../store/sequence.ts";

/** Is told of deleted queues and exchanges. */
export interface DeletionListener {
  queueDeleted(queue: AnyQueue): void;
  exchangeDeleted(exchange: Exchange): void;
}

/** The parts of the broker that a virtual host uses. */
export interface VirtualHostHost extends QueueHost, PoliciesHost, CommandHost {
  readonly events?: QueueHost["events"];
  /** Returns an unpredictable number: at least 0, and less than 1. */
  random(): number;
  hasVirtualHost(name: string): boolean;
  readonly queueChurn: QueueChurn;
  /** Sum of the counts of deleted exchanges. */
  readonly deletedExchangeCounts: ExchangeCounts;
  /** Counts that end with a queue or an exchange, where they are kept. */
  readonly pairCounts: DeletionListener | undefined;
  /** Makes spans of messages, if anybody wants them. */
  readonly spans: Spans | undefined;
  /** Statistics of deleted queues. */
  readonly deletedQueueStats: StatsByType;
  /** Returns an id for a queue that the store never sees. */
  nextTransientId(): SequenceId;
  /** Throws PRECONDITION_FAILED when no further queue may be created in a virtual host or on the node. */
  checkQueueLimit(vhost: VirtualHost, name: string): void;
  /** Throws PRECONDITION_FAILED when no further exchange may be created on the node. `phrase` names it in errors. */
  checkExchangeLimit(phrase: string): void;
  /** Type of queues that are declared without one, unless the virtual host sets another. */
  readonly defaultQueueType: QueueTypeName;
}

/**
 * A virtual host (RabbitMQ: Virtual Hosts): exchanges, queues and the bindings between them, which only `apply.ts`
 * changes. Commands throw what the client is told: a `ChannelError` with RabbitMQ's code and text. Without an actor,
 * the broker itself is the actor.
 */
export class VirtualHost implements ExchangeHost, QueueVhost {
  readonly name: string;
  readonly host: VirtualHostHost;
  readonly exchanges = new Map<string, Exchange>();
  readonly queues = new Map<string, AnyQueue>();
  /** Queues for direct reply-to by name, which no client can see. */
  readonly replyQueues = new Map<string, AnyQueue>();
  readonly incoming = new IncomingBindings();
  readonly exclusiveQueues = new ExclusiveQueues();
  /** Rises with each change of exchanges, queues, bindings or tracing: a cached route is valid until then. */
  topologyVersion = 0;
  /** Publishes traces while tracing is on; see {@linkcode trace}. */
  firehose: Firehose | undefined;
  /** Sees each message that is published or delivered here; `undefined` while nobody wants to. */
  tracer: MessageTracer | undefined;
  /** True after the virtual host was deleted; its contents are deleted next. */
  isDeleted = false;
  readonly policies: AppliedPolicies;
  readonly metadata: VirtualHostMetadata;

  constructor(name: string, host: VirtualHostHost) {
    this.name = name;
    this.host = host;
    this.policies = new AppliedPolicies(this, host);
    this.metadata = new VirtualHostMetadata({ vhost: name, ...NO_METADATA }, host);
    this.tracer = this.#newTracer();
  }

  /** Turns tracing on, or off with `undefined`. */
  trace(firehose: Firehose | undefined): void {
    this.firehose = firehose;
    this.tracer = this.#newTracer();
    this.topologyVersion++;
  }

  /** Shows what passes an exchange to a tap. Returns a function that ends it. */
  tapExchange(exchange: Exchange, tap: Tap): () => void {
    const remove = addTap(exchange, tap, () => new Taps());
    this.topologyVersion++;
    return () => {
      remove();
      this.topologyVersion++;
    };
  }

  #newTracer(): MessageTracer | undefined {
    const { messages, spans } = this.host;
    if (this.firehose === undefined && spans === undefined) return undefined;
    return new MessageTracer(this.name, messages, this.firehose, spans);
  }

  /** Throws INTERNAL_ERROR when nothing can be declared any more. `phrase` names the thing in errors. */
  checkIsUp(phrase: string): void {
    if (this.isDeleted) throw internalError(`Cannot declare ${phrase}: vhost '${this.name}' is down`);
  }

  // Exchanges

  /** Returns the exchange with a name. Throws NOT_FOUND. */
  exchange(name: string): Exchange {
    const exchange = this.exchanges.get(name);
    if (exchange === undefined) throw notFound(`no ${this.exchangePhrase(name)}`);
    return exchange;
  }

  declareExchange(declaration: ExchangeDeclaration, actor: Actor = INTERNAL): Exchange {
    return declareExchange(this, declaration, actor);
  }

  deleteExchange(name: string, options: { readonly ifUnused?: boolean } = {}, actor: Actor = INTERNAL): void {
    deleteExchange(this, name, options, actor);
  }

  /** Returns a durable exchange of the broker, to which clients can't publish, and declares it if it does not exist. */
  declareSystemExchange(name: string, type: string, actor: Actor = INTERNAL): Exchange {
    const declaration = { name, type, durable: true, autoDelete: false, internal: true, arguments: EMPTY_TABLE };
    return this.exchanges.get(name) ?? declareNewExchange(this, declaration, actor);
  }

  /** Deletes an exchange of the broker with its bindings, if it exists. */
  removeSystemExchange(name: string, actor: Actor = INTERNAL): void {
    const exchange = this.exchanges.get(name);
    if (exchange !== undefined) removeExchange(this, exchange, actor);
  }

  checkExchangeName(name: string): void {
    checkExchangeName(name);
  }

  /** Throws ACCESS_REFUSED for an exchange that no client may delete. */
  checkExchangeDeletion(name: string): void {
    checkExchangeDeletion(this, name);
  }

  checkExchangeType(type: string): void {
    checkExchangeType(type, this.host.behaviour);
  }

  // Queues

  /** Returns the queue with a name. Throws NOT_FOUND, or RESOURCE_LOCKED when the queue belongs to another owner. */
  queue(name: string, owner: object | null): AnyQueue {
    const queue = this.queues.get(name);
    if (queue === undefined) throw notFound(`no ${this.queuePhrase(name)}`);
    checkOwner(queue, owner, this.queuePhrase(name));
    return queue;
  }

  declareQueue(declaration: QueueDeclaration, actor: Actor = INTERNAL): AnyQueue {
    return declareQueue(this, declaration, actor);
  }

  /** Adds the type that the queue will have to a declaration without one. */
  withQueueType<Declared extends TypedDeclaration>(declaration: Declared): Declared {
    return withDefaultQueueType(declaration, this.metadata.defaultQueueType ?? this.host.defaultQueueType);
  }

  /** Throws ACCESS_REFUSED for a name that a client may not declare. */
  checkQueueName(name: string): void {
    checkNotReserved("queue", name);
  }

  deleteQueue(
    name: string,
    owner: object | null,
    conditions: DeletionConditions = {},
    onDelete: (readyCount: number) => void = () => {},
    actor: Actor = INTERNAL,
  ): void {
    deleteQueue(this, name, owner, conditions, onDelete, actor);
  }

  /** Deletes any queue, exclusive ones of other connections and queues for replies included. */
  removeQueue(queue: AnyQueue, actor: Actor = INTERNAL): void {
    if (this.replyQueues.get(queue.name) !== queue) return removeQueue(this, queue, actor);
    this.replyQueues.delete(queue.name);
    this.topologyVersion++;
    queue.delete();
  }

  /** Deletes the exclusive queues of an owner that is gone. */
  removeQueuesOf(owner: object, actor: Actor = INTERNAL): void {
    for (const queue of this.exclusiveQueues.deleteOwner(owner)) removeQueue(this, queue, actor);
  }

  /** Adds a queue for replies, which is deleted with its only consumer. */
  addReplyQueue(name: string, queueArguments: FieldTable): AnyQueue {
    const declaration = { name, durable: false, autoDelete: true, owner: null, arguments: queueArguments };
    const queue = createQueue(this.host.nextTransientId(), declaration, this, this.host);
    this.replyQueues.set(name, queue);
    this.topologyVersion++;
    return queue;
  }

  /**
   * Throws PRECONDITION_FAILED or NOT_IMPLEMENTED for an invalid consumer, and ACCESS_REFUSED when the queue can't take
   * it now. `hasSharedPrefetch` is true when it would share a limit of unacknowledged deliveries with others.
   */
  checkConsumable(queue: AnyQueue, consumption: Consumption, hasSharedPrefetch: boolean): void {
    const phrase = this.queuePhrase(queue.name);
    checkConsumerArguments(consumption.arguments, queue.arguments, phrase);
    if (queue.consumers.isClosedTo(consumption.exclusive)) throw accessRefused(`${phrase} in exclusive use`);
    checkConsumption(queue, consumption, hasSharedPrefetch, phrase);
  }

  /** Cancels a consumer. An auto-delete queue is deleted with its last one (AMQP 0-9-1 §1.7.2.1.1). */
  cancelConsumer(consumer: Consumer, actor: Actor = INTERNAL): void {
    const { queue } = consumer;
    if (queue.isDeleted) return;
    queue.cancel(consumer);
    if (queue.isAutoDelete && queue.consumers.size === 0) this.removeQueue(queue, actor);
  }

  // Bindings

  bind(binding: Binding, actor: Actor = INTERNAL): void {
    bind(this, binding, actor);
  }

  unbind(binding: Binding, actor: Actor = INTERNAL): void {
    unbind(this, binding, actor);
  }

  // What exchanges need

  get messages(): Messages {
    return this.host.messages;
  }

  get timeMs(): number {
    return this.host.timeMs;
  }

  random(): number {
    return this.host.random();
  }

  forward(message: Message, routingKeys: readonly string[], destination: Destination): void {
    forward(this.host, this.exchanges, message, routingKeys, destination);
  }

  /** Names an exchange as RabbitMQ's error texts do. */
  exchangePhrase(name: string): string {
    return `exchange '${name}' in vhost '${this.name}'`;
  }

  /** Names a queue as RabbitMQ's error texts do. */
  queuePhrase(name: string): string {
    return `queue '${name}' in vhost '${this.name}'`;
  }
}
