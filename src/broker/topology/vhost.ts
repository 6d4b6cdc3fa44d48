import { accessRefused, notFound, preconditionFailed } from "../../wire/error.ts";
import { EMPTY_TABLE, type FieldTable } from "../../wire/field_table.ts";
import type { TopologyRecord } from "../../store/topology_record.ts";
import { DelayedMessages } from "../exchange/delayed/delayed_messages.ts";
import { Binding, bindingIdentity, type Destination } from "./binding.ts";
import { checkArgumentEquivalence, checkEquivalence } from "./equivalence.ts";
import { checkAlternateExchange } from "../exchange/alternate_exchange.ts";
import { DefaultRouter } from "../exchange/default.ts";
import { type Firehose, TRACE_EXCHANGE } from "../tracing/firehose.ts";
import { INTERNAL_USER } from "../events/events.ts";
import { checkOwner, ExclusiveQueues, locked } from "./exclusive_queues.ts";
import { Exchange, EXCHANGE_TYPES, type ExchangeDeclaration } from "../exchange/exchange.ts";
import { delaysMessages } from "../exchange/delayed_message.ts";
import type { ExchangeHost, Router } from "../exchange/router.ts";
import { forward } from "../routing/forward.ts";
import type { Message, Messages } from "../message/messages.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import { argumentNamesOf, checkQueueArguments } from "../queue/arguments.ts";
import { checkConsumerArguments } from "../queue/consumers/consumer_arguments.ts";
import type { Consumer, Consumption } from "../queue/consumers/consumer.ts";
import type { Parameters } from "../policy/parameters.ts";
import { AppliedPolicies, type PoliciesHost } from "../policy/applied_policies.ts";
import type { QueueDeclaration, QueueHost } from "../queue/queue_host.ts";
import { type QueueTypeName, queueTypeName } from "../queue/queue_type.ts";
import {
  checkConsumption,
  checkDeletionConditions,
  checkQueueProperties,
  createQueue,
  type DeletionConditions,
  type TypedDeclaration,
  withDefaultQueueType,
} from "../queue/queue_types.ts";
import { tellBinding, tellExchangeCreated, tellQueueCreated, tellQueueDeleted } from "./topology_events.ts";
import { VirtualHostMetadata } from "./vhost_metadata.ts";

const PREDECLARED: readonly (readonly [name: string, type: string, internal: boolean])[] = [
  ["", "direct", false],
  ["amq.direct", "direct", false],
  ["amq.fanout", "fanout", false],
  ["amq.topic", "topic", false],
  ["amq.headers", "headers", false],
  ["amq.match", "headers", false],
  [TRACE_EXCHANGE, "topic", true],
];

/** What a virtual host needs of the broker that it is in. */
export interface VirtualHostHost extends QueueHost, PoliciesHost {
  /** A number that nobody can foresee: at least 0, and less than 1. */
  random(): number;
  readonly parameters: Parameters;
  /** Throws PRECONDITION_FAILED when a virtual host or the node may have no further queue. */
  checkQueueLimit(vhost: VirtualHost, name: string): void;
  /** Throws PRECONDITION_FAILED when the node may have no further exchange. `phrase` is how errors call that one. */
  checkExchangeLimit(phrase: string): void;
  /** The type of queues that are declared without one, where the virtual host says no other. */
  readonly defaultQueueType: QueueTypeName;
}

/**
 * A virtual host (RabbitMQ: Virtual Hosts): exchanges, queues and the bindings between them. Its methods throw what the
 * client is to be told: a `ChannelError` with RabbitMQ's code and text.
 */
export class VirtualHost implements ExchangeHost {
  readonly name: string;
  readonly exchanges = new Map<string, Exchange>();
  readonly queues = new Map<string, AnyQueue>();
  /** Where replies come that channels ask for with direct reply-to, by name: queues that no client gets to see. */
  readonly replyQueues = new Map<string, AnyQueue>();
  /** Rises with each change of what is there, how it is bound and traced: a remembered route is good until then. */
  topologyVersion = 0;
  /** Is told of each message that is published here or delivered, while there is one; see {@linkcode trace}. */
  firehose: Firehose | undefined;
  readonly policies: AppliedPolicies;
  readonly metadata: VirtualHostMetadata;
  readonly #exclusiveQueues = new ExclusiveQueues();
  readonly #host: VirtualHostHost;

  constructor(name: string, host: VirtualHostHost) {
    this.name = name;
    this.#host = host;
    this.policies = new AppliedPolicies(this, host);
    this.metadata = new VirtualHostMetadata(name, host.parameters);
    for (const [exchange, type, internal] of PREDECLARED) {
      const declaration = { name: exchange, type, durable: true, autoDelete: false, internal, arguments: EMPTY_TABLE };
      const router = exchange === "" ? new DefaultRouter(this.queues, this.replyQueues) : undefined;
      this.#addExchange(declaration, router);
    }
  }

  /**
   * Takes up what was there when the store was opened; policies are applied when that is done. Returns false for what
   * can't be, since what it counts on is not there.
   */
  recover(record: TopologyRecord): boolean {
    if (record.type === "exchange.declared") {
      const { exchange: name, exchangeType: type } = record;
      this.#addExchange({ ...record, name, type, durable: true });
    } else if (record.type === "queue.declared") {
      const { queue: name, queueId } = record;
      const other = this.queues.get(name);
      if (other !== undefined && other.id < queueId) return false;
      if (other !== undefined) this.removeQueue(other);
      const queue = createQueue(queueId, { ...record, name, durable: true, owner: null }, this, this.#host);
      this.queues.set(name, queue);
    } else if (record.type === "binding.added") {
      const { source, destination, destinationType, routingKey } = record.binding;
      const from = this.exchanges.get(source);
      const to = destinationType === "queue" ? this.queues.get(destination) : this.exchanges.get(destination);
      if (from === undefined || to === undefined) return false;
      this.#addBinding(new Binding(from, to, routingKey, record.binding.arguments));
    }
    return true;
  }

  /** Has all messages traced from now on, or none any more. */
  trace(firehose: Firehose | undefined): void {
    this.firehose = firehose;
    this.topologyVersion++;
  }

  // Exchanges

  /** Throws NOT_FOUND. */
  exchange(name: string): Exchange {
    const exchange = this.exchanges.get(name);
    if (exchange === undefined) throw notFound(`no ${this.exchangePhrase(name)}`);
    return exchange;
  }

  /** Declares an exchange, or checks that the one of this name is just like it (AMQP 0-9-1 §1.6.2.1). */
  declareExchange(declaration: ExchangeDeclaration): Exchange {
    const { name, type, durable, autoDelete, internal } = declaration;
    this.checkExchangeType(type);
    const existing = this.exchanges.get(name);
    if (existing !== undefined) {
      const phrase = this.exchangePhrase(name);
      checkEquivalence("type", phrase, type, existing.type);
      checkEquivalence("durable", phrase, durable, existing.isDurable);
      checkEquivalence("auto_delete", phrase, autoDelete, existing.isAutoDelete);
      checkEquivalence("internal", phrase, internal, existing.isInternal);
      checkArgumentEquivalence("alternate-exchange", phrase, declaration.arguments, existing.arguments);
      return existing;
    }
    this.checkExchangeName(name);
    checkAlternateExchange(declaration.arguments, this.exchangePhrase(name));
    EXCHANGE_TYPES.get(type)!.checkArguments?.(declaration.arguments);
    this.#host.checkExchangeLimit(this.exchangePhrase(name));
    return this.#declareNewExchange(declaration);
  }

  #declareNewExchange(declaration: ExchangeDeclaration): Exchange {
    const { name, type, durable, autoDelete, internal } = declaration;
    const exchange = this.#addExchange(declaration);
    this.policies.applyTo(exchange);
    this.topologyVersion++;
    if (durable) {
      this.#host.store.append({
        type: "exchange.declared",
        vhost: this.name,
        exchange: name,
        exchangeType: type,
        autoDelete,
        internal,
        arguments: declaration.arguments,
      });
    }
    tellExchangeCreated(this.#host.events, this.name, exchange);
    return exchange;
  }

  #addExchange(declaration: ExchangeDeclaration, router?: Router): Exchange {
    const exchange = new Exchange(declaration, this, router);
    if (delaysMessages(declaration)) exchange.delayed = new DelayedMessages(exchange, this, this.#host);
    if (exchange.isDurable) exchange.router.seen?.keepFor({ exchange: exchange.name, vhost: this.name }, this.#host);
    this.exchanges.set(exchange.name, exchange);
    return exchange;
  }

  /** A durable exchange of the broker's own, which takes nothing from clients; it is declared if it is not there. */
  declareSystemExchange(name: string, type: string): Exchange {
    const declaration = { name, type, durable: true, autoDelete: false, internal: true, arguments: EMPTY_TABLE };
    return this.exchanges.get(name) ?? this.#declareNewExchange(declaration);
  }

  /** Deletes an exchange of the broker's own with its bindings, if it is there. */
  removeSystemExchange(name: string): void {
    const exchange = this.exchanges.get(name);
    if (exchange !== undefined) this.#removeExchange(exchange);
  }

  /** Throws ACCESS_REFUSED for a name that a client may not declare. */
  checkExchangeName(name: string): void {
    checkNotReserved("exchange", name);
  }

  /** Throws PRECONDITION_FAILED when there is no such type. */
  checkExchangeType(type: string): void {
    if (!EXCHANGE_TYPES.has(type)) throw preconditionFailed(`unknown exchange type '${type}'`);
  }

  /** Deletes an exchange with its bindings. One that is not there counts as deleted (RabbitMQ since 3.2). */
  deleteExchange(name: string, options: { readonly ifUnused?: boolean } = {}): void {
    const exchange = this.exchanges.get(name);
    if (name.startsWith("amq.")) throw accessRefused(`deletion of system ${this.exchangePhrase(name)} not allowed`);
    if (exchange === undefined) return;
    if (options.ifUnused && exchange.bindings.size > 0) {
      throw preconditionFailed(`${this.exchangePhrase(name)} in use`);
    }
    this.#removeExchange(exchange);
  }

  #removeExchange(exchange: Exchange): void {
    this.exchanges.delete(exchange.name);
    this.topologyVersion++;
    exchange.delayed?.delete();
    exchange.router.seen?.delete();
    if (exchange.isDurable) {
      this.#host.store.append({ type: "exchange.deleted", vhost: this.name, exchange: exchange.name });
    }
    for (const binding of exchange.bindings.values()) {
      binding.destination.incoming.delete(binding);
      tellBinding(this.#host.events, "binding.deleted", this.name, binding);
    }
    exchange.bindings.clear();
    this.#removeIncoming(exchange);
    exchange.router.close?.();
    this.#host.events?.tell("exchange.deleted", { name: exchange.name, vhost: this.name });
  }

  // Queues

  /** Throws NOT_FOUND, or RESOURCE_LOCKED when the queue is another connection's alone. */
  queue(name: string, user: object | null): AnyQueue {
    const queue = this.queues.get(name);
    if (queue === undefined) throw notFound(`no ${this.queuePhrase(name)}`);
    checkOwner(queue, user, this.queuePhrase(name));
    return queue;
  }

  /** Declares a queue, or checks that the one of this name is just like it (AMQP 0-9-1 §1.7.2.1). */
  declareQueue(asked: QueueDeclaration): AnyQueue {
    const declaration = this.withQueueType(asked);
    const { name, autoDelete, owner } = declaration;
    const phrase = this.queuePhrase(name);
    // An exclusive queue goes with its connection, so RabbitMQ never stores it.
    const durable = declaration.durable && owner === null;
    const existing = this.queues.get(name);
    if (existing !== undefined) {
      if (existing.owner !== owner) throw locked(phrase);
      checkEquivalence("durable", phrase, durable, existing.isDurable);
      checkEquivalence("auto_delete", phrase, autoDelete, existing.isAutoDelete);
      for (const argument of argumentNamesOf(queueTypeName(existing.arguments))) {
        checkArgumentEquivalence(argument, phrase, declaration.arguments, existing.arguments);
      }
      existing.declaredAgain();
      return existing;
    }
    checkQueueArguments(declaration.arguments, phrase);
    this.#host.checkQueueLimit(this, name);
    checkQueueProperties(declaration, phrase);
    const queue = createQueue(this.#host.nextQueueId(), { ...declaration, durable }, this, this.#host);
    this.queues.set(name, queue);
    this.policies.applyTo(queue);
    queue.touch();
    this.topologyVersion++;
    this.#exclusiveQueues.add(queue);
    if (durable) {
      this.#host.store.append({
        type: "queue.declared",
        vhost: this.name,
        queue: name,
        queueId: queue.id,
        autoDelete,
        arguments: declaration.arguments,
      });
    }
    tellQueueCreated(this.#host.events, this.name, queue);
    return queue;
  }

  /** The declaration with the type that the queue is going to have, where it says none. */
  withQueueType<Declared extends TypedDeclaration>(declaration: Declared): Declared {
    return withDefaultQueueType(declaration, this.metadata.defaultQueueType ?? this.#host.defaultQueueType);
  }

  /** Adds a queue for replies, which goes with its only consumer. */
  addReplyQueue(name: string, queueArguments: FieldTable): AnyQueue {
    const declaration = { name, durable: false, autoDelete: true, owner: null, arguments: queueArguments };
    const queue = createQueue(this.#host.nextQueueId(), declaration, this, this.#host);
    this.replyQueues.set(name, queue);
    this.topologyVersion++;
    return queue;
  }

  /** Throws ACCESS_REFUSED for a name that a client may not declare. */
  checkQueueName(name: string): void {
    checkNotReserved("queue", name);
  }

  /**
   * Deletes a queue with its bindings; one that is not there counts as deleted (RabbitMQ since 3.2). Once nothing speaks
   * against it, and before its consumers hear of it, `onDelete` is called with how many messages are ready in it.
   */
  deleteQueue(
    name: string,
    user: object | null,
    options: DeletionConditions = {},
    onDelete: (readyCount: number) => void = () => {},
  ): void {
    const queue = this.queues.get(name);
    if (queue === undefined) return onDelete(0);
    checkOwner(queue, user, this.queuePhrase(name));
    queue.serveConsumers();
    checkDeletionConditions(queue, options, this.queuePhrase(name));
    // RabbitMQ tells no count for a stream.
    onDelete(queue.isStream ? 0 : queue.readyCount);
    this.removeQueue(queue);
  }

  /** Deletes a queue, whoever it belongs to. */
  removeQueue(queue: AnyQueue): void {
    if (queue.isDeleted) return;
    const isReplyQueue = this.replyQueues.delete(queue.name);
    this.queues.delete(queue.name);
    this.topologyVersion++;
    if (queue.isDurable) {
      this.#host.store.append({ type: "queue.deleted", vhost: this.name, queue: queue.name, queueId: queue.id });
    }
    this.#exclusiveQueues.delete(queue);
    queue.delete();
    this.#removeIncoming(queue, INTERNAL_USER);
    if (!isReplyQueue) tellQueueDeleted(this.#host.events, this.name, queue);
  }

  /** Deletes the exclusive queues of an owner that is gone. */
  removeQueuesOf(owner: object): void {
    for (const queue of this.#exclusiveQueues.deleteOwner(owner)) this.removeQueue(queue);
  }

  /**
   * Throws PRECONDITION_FAILED or NOT_IMPLEMENTED when no consumer can be made so, and ACCESS_REFUSED when the queue can't
   * have it now. `hasSharedPrefetch` when it would share a limit of unacknowledged deliveries with others.
   */
  checkConsumable(queue: AnyQueue, consumption: Consumption, hasSharedPrefetch: boolean): void {
    const phrase = this.queuePhrase(queue.name);
    checkConsumerArguments(consumption.arguments, queue.arguments, phrase);
    if (queue.consumers.isClosedTo(consumption.exclusive)) throw accessRefused(`${phrase} in exclusive use`);
    checkConsumption(queue, consumption, hasSharedPrefetch, phrase);
  }

  /** Ends a consumer. With its last one an auto-delete queue goes (AMQP 0-9-1 §1.7.2.1.1). */
  cancelConsumer(consumer: Consumer): void {
    const { queue } = consumer;
    if (queue.isDeleted) return;
    queue.cancel(consumer);
    if (queue.isAutoDelete && queue.consumers.size === 0) this.removeQueue(queue);
  }

  // Bindings

  /** Binds an exchange to a queue or another exchange; a second binding just like it changes nothing. */
  bind(source: Exchange, destination: Destination, routingKey: string, bindingArguments: FieldTable): void {
    const binding = new Binding(source, destination, routingKey, bindingArguments);
    source.router.checkBinding?.(binding);
    if (source.bindings.has(binding.identity)) return;
    this.#addBinding(binding);
    if (binding.isDurable) {
      this.#host.store.append({ type: "binding.added", vhost: this.name, binding: binding.toRecord() });
    }
    tellBinding(this.#host.events, "binding.created", this.name, binding);
  }

  #addBinding(binding: Binding): void {
    binding.source.bindings.set(binding.identity, binding);
    binding.source.router.add(binding);
    binding.destination.incoming.add(binding);
    this.topologyVersion++;
  }

  /** Takes a binding away; one that is not there counts as taken (RabbitMQ since 3.2). */
  unbind(source: Exchange, destination: Destination, routingKey: string, bindingArguments: FieldTable): void {
    const identity = bindingIdentity(source, destination, routingKey, bindingArguments);
    const binding = source.bindings.get(identity);
    if (binding === undefined) return;
    destination.incoming.delete(binding);
    this.#removeBinding(binding, identity);
  }

  #removeIncoming(destination: Destination, user?: string): void {
    for (const binding of destination.incoming) this.#removeBinding(binding, binding.identity, user);
    destination.incoming.clear();
  }

  /** `user` is to be told to have done it; see {@linkcode EventSink.tell}. */
  #removeBinding(binding: Binding, identity: string, user?: string): void {
    const { source } = binding;
    source.bindings.delete(identity);
    source.router.remove(binding);
    this.topologyVersion++;
    if (binding.isDurable) {
      this.#host.store.append({ type: "binding.removed", vhost: this.name, binding: binding.toRecord() });
    }
    tellBinding(this.#host.events, "binding.deleted", this.name, binding, user);
    if (source.isAutoDelete && source.bindings.size === 0 && this.exchanges.get(source.name) === source) {
      this.#removeExchange(source);
    }
  }

  // What exchanges need

  get messages(): Messages {
    return this.#host.messages;
  }

  get timeMs(): number {
    return this.#host.timeMs;
  }

  random(): number {
    return this.#host.random();
  }

  forward(message: Message, routingKeys: readonly string[], destination: Destination): void {
    forward(this.#host, this.exchanges, message, routingKeys, destination);
  }

  /** How RabbitMQ's error texts call an exchange. */
  exchangePhrase(name: string): string {
    return `exchange '${name}' in vhost '${this.name}'`;
  }

  /** How RabbitMQ's error texts call a queue. */
  queuePhrase(name: string): string {
    return `queue '${name}' in vhost '${this.name}'`;
  }
}

function checkNotReserved(kind: string, name: string): void {
  if (name.startsWith("amq.")) throw accessRefused(`${kind} name '${name}' contains reserved prefix 'amq.*'`);
}
