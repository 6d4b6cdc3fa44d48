import type { Histogram } from "../../measure/histogram.ts";
import { readAddress } from "../../wire/address.ts";
import { bytesOf } from "../../wire/copy.ts";
import { accessRefused, frameError, type MethodId, notFound, preconditionFailed } from "../../wire/error.ts";
import {
  checkProperties,
  EXPIRATION_FLAG,
  hasProperty,
  HEADERS_FLAG,
  PropertiesView,
  REPLY_TO_FLAG,
  USER_ID_FLAG,
} from "../../wire/properties.ts";
import { HeldMessage } from "../message/held_message.ts";
import { type Message, type Messages, NO_MESSAGE } from "../message/messages.ts";
import { type Receipt, TAKEN, UNROUTED } from "../message/receipt.ts";
import { isSenderSelected, senderSelectedKeys, withoutBcc } from "../message/sender_selected.ts";
import type { Target } from "../message/target.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import { CONSTRAINED, DURABLE, give, needsOf } from "../routing/give.ts";
import { findLastingRoute, findRoute } from "../routing/route.ts";
import { TappedRoute } from "../routing/tapped_route.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { VirtualHost } from "../topology/vhost.ts";
import type { Channel } from "./channel.ts";
import type { ChannelCounts } from "./channel_counts.ts";
import { Confirms, type ConfirmSink } from "./confirms.ts";
import { isReply, withReplyQueue } from "./direct_reply_to.ts";
import { checkExpiration } from "./expiration.ts";
import type { MessageInterceptors } from "./message_interceptors.ts";
import type { ChannelPairs } from "./pairs/channel_pairs.ts";
import type { SessionPermissions } from "./permissions.ts";
import type { PublisherFlow } from "./publisher_flow.ts";
import { type CachedRoute, RouteCache } from "./route_cache.ts";
import type { Session } from "./session.ts";
import type { HeldPublish, Transaction } from "./transaction.ts";
import { checkUserId } from "./user_id.ts";
import { Waiting } from "./waiting.ts";

/** Receives the events of a publisher, and writes them in its protocol. */
export interface PublisherSink extends ConfirmSink {
  /**
   * Returns a mandatory message without a route (AMQP 0-9-1: 312 NO_ROUTE). The message is valid until the end of the
   * call.
   */
  returned(message: Message): void;
}

/** Largest value of `max_message_size`, as in RabbitMQ. In bytes. */
export const MESSAGE_SIZE_LIMIT: number = 512 * 1024 * 1024;

const PUBLISH: MethodId = [60, 40];
const NO_KEYS: readonly string[] = [];

/** Flags of the properties that are checked before a message is accepted. */
const INSPECTED = HEADERS_FLAG | REPLY_TO_FLAG | EXPIRATION_FLAG | USER_ID_FLAG;

/**
 * Takes messages, finds their targets and passes the messages to them. The order of calls is {@linkcode begin}, then
 * {@linkcode whole} if {@linkcode takesWhole} allows it; or else, for a message in parts, {@linkcode header},
 * {@linkcode body} as often as needed, {@linkcode end}. Every message takes these calls: they make no object while the
 * exchange and routing key stay the same (`bench/`, throughput).
 */
export class Publisher {
  readonly #channel: Channel;
  // Copies of what each message looks at.
  readonly #session: Session;
  readonly #permissions: SessionPermissions;
  readonly #counts: ChannelCounts;
  /** Counts by exchange and queue, where they are kept: no message takes a cached route past them. */
  readonly #pairs: ChannelPairs | undefined;
  readonly #flow: PublisherFlow;
  readonly #maxMessageSize: number;
  readonly #sizes: Histogram | undefined;
  /** Adds to all messages. */
  readonly #interceptors: MessageInterceptors | undefined;
  readonly #sink: PublisherSink;
  readonly #messages: Messages;
  readonly #vhost: VirtualHost;
  readonly #routes = new RouteCache();
  #route: CachedRoute | undefined;
  #isMandatory = false;
  #message: Message = NO_MESSAGE;
  /** The routing keys in the message's headers. */
  #senderKeys = NO_KEYS;
  /** Needs of the message in addition to those of its targets: see `give.ts`. */
  #addedNeeds = 0;
  /** The channel's queue for direct reply-to. */
  replyQueue: AnyQueue | undefined;
  /** Set by {@linkcode confirm}. */
  confirms: Confirms | undefined;
  /** Receives publishes instead of the queues, once the channel is transactional. */
  transaction: Transaction | undefined;

  constructor(channel: Channel, sink: PublisherSink) {
    this.#channel = channel;
    this.#sink = sink;
    this.#sizes = channel.session.isInternal ? undefined : channel.session.node.messageSizes;
    const { interceptors } = channel.session.node;
    this.#interceptors = interceptors?.hasIncoming ? interceptors : undefined;
    this.#session = channel.session;
    this.#permissions = channel.session.permissions;
    this.#counts = channel.counts;
    this.#pairs = channel.pairs;
    this.#flow = channel.session.flow;
    this.#maxMessageSize = channel.session.options.maxMessageSize;
    this.#messages = channel.session.node.messages;
    this.#vhost = channel.session.vhost;
  }

  /** Enables publisher confirms. */
  confirm(): void {
    this.confirms ??= new Confirms(
      this.#session.node,
      this.#pairs?.countConfirms(this.#sink) ?? this.#sink,
      this.#counts,
    );
  }

  /** Begins a message with the exchange and routing key in `length` bytes from `offset` on, as two short strings. */
  begin(bytes: Uint8Array, offset: number, length: number, isMandatory: boolean): void {
    this.#route = this.#routes.get(bytes, offset, length);
    this.#isMandatory = isMandatory;
  }

  /**
   * Returns whether {@linkcode whole} takes a message with the content header `at`: its route is known, and its properties
   * ask for nothing.
   */
  takesWhole(bytes: Uint8Array, at: number): boolean {
    const route = this.#route!;
    return route.version === this.#version && route.targets !== undefined && !hasProperty(bytes, at, INSPECTED) &&
      this.#interceptors === undefined;
  }

  /**
   * Publishes a message whose content header and body lie in the same bytes. Throws when it is refused. Most messages take
   * this way, which remembers nothing between calls.
   */
  whole(bytes: Uint8Array, at: number, size: number, bodyAt: number, bodyBytes: number): void {
    checkProperties(bytes, at, size);
    if (bodyBytes > this.#maxMessageSize) refuseSize(bodyBytes, this.#maxMessageSize);
    const route = this.#route!;
    const messages = this.#messages;
    const message = messages.create(route.address, bytes, at, size, bodyBytes);
    messages.write(message, 0, bytes, bodyAt, bodyBytes);
    if (this.#sizes !== undefined) this.#sizes.observe(bodyBytes);
    this.#publish(message, route, route.targets!, route.needs);
  }

  /**
   * Takes a content header's payload, which lies `at` and has `size` bytes. Throws when the message is refused, and
   * `Waiting` while that is not known: the caller then calls again.
   */
  header(bytes: Uint8Array, at: number, size: number, bodyBytes: number): void {
    checkProperties(bytes, at, size);
    if (bodyBytes > this.#maxMessageSize) refuseSize(bodyBytes, this.#maxMessageSize);
    this.#addedNeeds = 0;
    this.#senderKeys = NO_KEYS;
    let header = hasProperty(bytes, at, INSPECTED) ? this.#inspect(bytes, at, size, bodyBytes) : undefined;
    if (this.#interceptors !== undefined) {
      header = header === undefined
        ? this.#interceptors.incoming(bytes, at, size, bodyBytes)
        : this.#interceptors.incoming(header, 0, header.length, bodyBytes);
    }
    this.#message = header === undefined
      ? this.#messages.create(this.#route!.address, bytes, at, size, bodyBytes)
      : this.#messages.create(this.#route!.address, header, 0, header.length, bodyBytes);
    if (this.#sizes !== undefined) this.#sizes.observe(bodyBytes);
  }

  /**
   * Checks the properties, in RabbitMQ's order. Returns the content header that consumers see, when it differs from the
   * publisher's.
   */
  #inspect(bytes: Uint8Array, at: number, size: number, bodyBytes: number): Uint8Array | undefined {
    // Permission comes first: only a permitted publisher learns what is wrong with its message.
    const route = this.#route!;
    if (route.version !== this.#version) this.#resolve(route);
    let header = withReplyQueue(bytes, at, size, bodyBytes, this.replyQueue);
    if (hasProperty(bytes, at, EXPIRATION_FLAG)) {
      checkExpiration(bytes, at, size);
      this.#addedNeeds = CONSTRAINED;
    }
    if (isSenderSelected(bytes, at)) {
      header = this.#takeSenderKeys(header ?? bytes.slice(at, at + size));
      this.#addedNeeds = DURABLE | CONSTRAINED;
    }
    checkUserId(bytes, at, size, this.#session.user);
    return header;
  }

  /** Remembers the routing keys in a message's headers, and returns the content header that consumers see. */
  #takeSenderKeys(header: Uint8Array): Uint8Array {
    const headers = new PropertiesView(header).headers!;
    this.#senderKeys = senderSelectedKeys(headers);
    const { name, type } = this.#route!.exchange!;
    if (type === "topic") this.#permissions.topic("write", name, this.#senderKeys);
    // A delayed message is routed by all of them when it is due, and is not visible earlier.
    return this.#route!.exchange!.delayed?.wants({ headers }) ? header : withoutBcc(header);
  }

  /** Takes a part of the body, which lies `at`, has `size` bytes and follows `received` bytes of it. */
  body(received: number, bytes: Uint8Array, at: number, size: number): void {
    this.#messages.write(this.#message, received, bytes, at, size);
  }

  /**
   * Publishes the complete message. When that is refused, drops the message and throws; throws `Waiting` while that is
   * not known: the caller then calls again.
   */
  end(): void {
    const message = this.#message;
    const route = this.#route!;
    const isKnown = route.version === this.#version && this.#senderKeys === NO_KEYS;
    const targets = (isKnown ? route.targets : undefined) ?? this.#findTargets(route, message);
    this.#message = NO_MESSAGE;
    this.#publish(message, route, targets, route.needs | this.#addedNeeds);
  }

  /** Counts a message, and gives it to its targets: now, or when the transaction commits. */
  #publish(message: Message, route: CachedRoute, targets: readonly Target[], needs: number): void {
    const { counts } = route.exchange!;
    this.#counts.publish++;
    counts.publishIn++;
    counts.publishOut += targets.length;
    if (this.transaction !== undefined) {
      return this.transaction.publish({ message, targets, needs, isMandatory: this.#isMandatory });
    }
    const receipt = this.#give(message, targets, needs, this.#isMandatory);
    if (this.confirms !== undefined) this.confirms.published(receipt);
  }

  /** Gives a message to its targets, or returns a mandatory one without targets to its publisher. */
  #give(message: Message, targets: readonly Target[], needs: number, isMandatory: boolean): Receipt {
    if (targets.length === 0) this.#unroutable(message, isMandatory);
    this.#flow.published(targets);
    const receipt = give(this.#session.node, message, targets, needs);
    return receipt === UNROUTED ? TAKEN : receipt;
  }

  #unroutable(message: Message, isMandatory: boolean): void {
    const counts = this.#counts;
    const isReturned = isMandatory &&
      (this.#session.node.behaviour.returnsReplies || !isReply(this.#messages.address(message)));
    if (this.#pairs !== undefined) {
      const { exchange } = readAddress(this.#messages.address(message));
      this.#pairs.unroutable(this.#vhost.exchanges.get(exchange), isReturned);
    }
    if (isReturned) {
      counts.returnUnroutable++;
      this.#sink.returned(message);
    } else counts.dropUnroutable++;
  }

  /**
   * Gives a message of a transaction to its targets. As in RabbitMQ it goes where it was routed when it was published,
   * to the queues that have those names now.
   */
  commit({ message, targets, needs, isMandatory }: HeldPublish): Receipt {
    if (!targets.some(({ isDeleted }) => isDeleted)) return this.#give(message, targets, needs, isMandatory);
    const { queues } = this.#vhost;
    const living = targets.map((target) => target.isDeleted ? queues.get(target.name) : target);
    const found = living.filter((target) => target !== undefined);
    return this.#give(message, found, needsOf(this.#session.node, found) | CONSTRAINED, isMandatory);
  }

  get #version(): number {
    return this.#vhost.topologyVersion + this.#permissions.version;
  }

  /** Resolves a route. Throws the error of a publish that is refused. */
  #resolve(route: CachedRoute): void {
    const vhost = this.#vhost;
    const { permissions, node } = this.#session;
    const { exchange: name, routingKey } = readAddress(bytesOf(route.address));
    route.routingKey = routingKey;
    permissions.exchange("write", name);
    const exchange = vhost.exchanges.get(name);
    if (exchange === undefined) throw notFound(`no ${vhost.exchangePhrase(name)}`);
    if (exchange.isInternal) throw accessRefused(`cannot publish to internal ${vhost.exchangePhrase(name)}`);
    if (exchange.type === "topic") permissions.topic("write", name, [routingKey]);
    // Tracing has to see each message.
    const isTraced = vhost.tracer !== undefined;
    const tapped: Exchange[] = [];
    const targets = isTraced ? undefined : findLastingRoute(vhost.exchanges, exchange, route.routingKey, tapped);
    const isTapped = targets !== undefined && (tapped.length > 0 || this.#pairs !== undefined);
    route.exchange = exchange;
    route.targets = isTapped ? undefined : targets;
    route.tapped = isTapped ? new TappedRoute(targets, tapped) : undefined;
    route.needs = targets === undefined ? DURABLE | CONSTRAINED : needsOf(node, targets);
    route.version = this.#version;
  }

  /** Finds the targets of a message that can't take those of a cached route. Drops it when it is refused. */
  #findTargets(route: CachedRoute, message: Message): readonly Target[] {
    try {
      if (route.version !== this.#version) this.#resolve(route);
      const lasting = this.#senderKeys === NO_KEYS ? route.targets ?? route.tapped?.pass(message) : undefined;
      const targets = lasting ?? this.#routeMessage(route, message);
      this.#pairs?.published(route.exchange!, targets);
      return targets;
    } catch (error) {
      if (!(error instanceof Waiting)) this.abandon();
      throw error;
    }
  }

  #routeMessage(route: CachedRoute, message: Message): readonly Target[] {
    const keys = [route.routingKey, ...this.#senderKeys];
    const targets = findRoute(this.#vhost.exchanges, route.exchange!, new HeldMessage(this.#messages, message, keys));
    this.#addedNeeds |= needsOf(this.#session.node, targets);
    this.#vhost.tracer?.published(
      message,
      keys,
      targets.filter(({ kind }) => kind === "queue"),
      this.#channel.traced,
    );
    return targets;
  }

  /** Drops a message that has not arrived completely. */
  abandon(): void {
    if (this.#message !== NO_MESSAGE) this.#messages.release(this.#message);
    this.#message = NO_MESSAGE;
  }

  /** Calls `visit` for the message that is arriving, if there is one. */
  forEachHeld(visit: (message: Message) => void): void {
    if (this.#message !== NO_MESSAGE) visit(this.#message);
  }

  close(): void {
    this.abandon();
    this.confirms?.close();
  }
}

function refuseSize(bodyBytes: number, maxMessageSize: number): never {
  if (bodyBytes > MESSAGE_SIZE_LIMIT) {
    throw frameError(`content body size ${bodyBytes} exceeds maximum allowed size ${MESSAGE_SIZE_LIMIT}`, PUBLISH);
  }
  throw preconditionFailed(`message size ${bodyBytes} is larger than configured max size ${maxMessageSize}`);
}
