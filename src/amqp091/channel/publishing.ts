import {
  accessRefused,
  frameError,
  type MethodId,
  NO_METHOD,
  notFound,
  notImplemented,
  preconditionFailed,
  syntaxError,
  unexpectedFrame,
} from "../../wire/error.ts";

import { FRAME_HEADER } from "../frame.ts";
import { readAddress } from "../../wire/address.ts";
import { ByteWriter } from "../../wire/byte_writer.ts";
import { REPLY_CODES } from "../../wire/reply_code.ts";
import {
  checkProperties,
  CLASS_BASIC,
  CONTENT_HEADER_MIN_BYTES,
  EXPIRATION_FLAG,
  hasProperty,
  HEADERS_FLAG,
  PropertiesView,
  REPLY_TO_FLAG,
  USER_ID_FLAG,
} from "../../wire/properties.ts";
import { CONSTRAINED, DURABLE, enqueue, needsOf } from "../../broker/routing/enqueue.ts";
import { HeldMessage } from "../../broker/message/held_message.ts";
import type { Message, Messages } from "../../broker/message/messages.ts";
import type { AnyQueue } from "../../broker/queue/any_queue.ts";
import type { Target } from "../../broker/routing/target.ts";
import { findLastingRoute, findRoute } from "../../broker/routing/route.ts";
import { isSenderSelected, senderSelectedKeys, withoutBcc } from "../../broker/message/sender_selected.ts";
import type { VirtualHost } from "../../broker/topology/vhost.ts";
import { describeFrame } from "../frame_reader.ts";
import { MESSAGE_SIZE_LIMIT } from "../options.ts";
import { BEHIND_MESSAGES } from "../publisher_flow.ts";
import { type Session, tracedPeer } from "../session.ts";
import { Confirms } from "./confirms.ts";
import { writeMessage } from "./content.ts";
import { isReply, withReplyQueue } from "./direct_reply_to.ts";
import { checkExpiration } from "./expiration.ts";
import { permitExchange } from "./permissions.ts";
import { type CachedRoute, RouteCache } from "./route_cache.ts";
import { checkUserId } from "./user_id.ts";

/** What errors in a content's frames are put down to. */
export const PUBLISH: MethodId = [60, 40];

const NO_BYTES = new Uint8Array(0);
/** `basic.return` up to the message's address. */
const RETURN_HEAD = returnHead();

function returnHead(): Uint8Array {
  const head = new ByteWriter();
  head.short(60);
  head.short(50);
  head.short(REPLY_CODES.noRoute.code);
  head.shortstr(REPLY_CODES.noRoute.name);
  return head.written();
}

const NO_KEYS: readonly string[] = [];
const MANDATORY = 1;
const IMMEDIATE = 2;
const NONE: Message = -1;

/** Messages with any of these properties are looked at before they are let in. */
const INSPECTED = HEADERS_FLAG | REPLY_TO_FLAG | EXPIRATION_FLAG | USER_ID_FLAG;

/** What of a message may come next on a channel (AMQP 0-9-1 §4.2.6). */
type Expected = "method" | "header" | "body";

/** A message that was published and where it is to go. */
export interface Publish {
  readonly message: Message;
  readonly queues: readonly Target[];
  /** Of the queues: see `enqueue.ts`. */
  readonly needs: number;
  readonly isMandatory: boolean;
}

/**
 * The publishing half of a channel: puts a message together from its frames, finds its queues and puts it there.
 * `publish`, `header`, `body` and `#complete` are the way of every message: no object is made on it while the exchange
 * and routing key stay the same.
 */
export class Publishing {
  readonly #session: Session;
  readonly #channel: number;
  readonly #messages: Messages;
  readonly #maxMessageSize: number;
  readonly #vhost: VirtualHost;
  readonly #routes = new RouteCache();
  #expected: Expected = "method";
  #route: CachedRoute | undefined;
  #flags = 0;
  #message: Message = NONE;
  /** Those in the message's headers. */
  #senderKeys = NO_KEYS;
  #bodyBytes = 0;
  #receivedBytes = 0;
  /** What the message needs beside what the queues of its route do: see `enqueue.ts`. */
  #addedNeeds = 0;
  #isClosed = false;
  /** Where replies come that are asked for with direct reply-to. */
  replyQueue: AnyQueue | undefined;
  /** Set once `confirm.select` was received. */
  confirms: Confirms | undefined;
  /** Takes publishes instead of the queues, once `tx.select` was received. */
  transaction: { publish(publish: Publish): void } | undefined;

  constructor(session: Session, channel: number) {
    this.#session = session;
    this.#channel = channel;
    this.#messages = session.node.messages;
    this.#maxMessageSize = session.options.maxMessageSize;
    this.#vhost = session.vhost;
  }

  /** Throws UNEXPECTED_FRAME when a message is on its way, so that no method may come now. */
  expectMethod(): void {
    if (this.#expected === "header") {
      throw unexpectedFrame("expected content header for class 60, got non content header frame instead", PUBLISH);
    }
    if (this.#expected === "body") {
      throw unexpectedFrame("expected content body, got non content body frame instead", PUBLISH);
    }
  }

  /** `basic.publish`, whose fields lie between `at` and `end`. */
  publish(bytes: Uint8Array, at: number, end: number): void {
    if (this.#expected !== "method") this.expectMethod();
    if (!this.#session.hasPublished) this.#session.beginToPublish();
    const address = at + 2;
    const key = address + 1 + bytes[address];
    const flags = key + 1 + bytes[key];
    // Beyond the end, bytes may be another frame's or undefined: then no comparison with `end` holds.
    if (!(flags < end)) throw syntaxError("basic.publish is cut short");
    this.#route = this.#routes.get(bytes, address, flags - address);
    this.#flags = bytes[flags];
    this.#expected = "header";
  }

  /** A content header, whose payload lies `at` and has `size` bytes. */
  header(bytes: Uint8Array, at: number, size: number): void {
    if (this.#expected !== "header") {
      this.expectMethod();
      throw unexpectedFrame("expected method frame, got non method frame instead", NO_METHOD);
    }
    if (size < CONTENT_HEADER_MIN_BYTES) {
      throw frameError(`${describeFrame(FRAME_HEADER, bytes, at, size)}: unknown_frame`, NO_METHOD);
    }
    const classId = bytes[at] << 8 | bytes[at + 1];
    if (classId !== CLASS_BASIC) {
      throw unexpectedFrame(
        `expected content header for class ${CLASS_BASIC}, got one for class ${classId} instead`,
        PUBLISH,
      );
    }
    // A weight other than 0 makes it something else than a header (AMQP 0-9-1 §4.2.6.1).
    if ((bytes[at + 2] | bytes[at + 3]) !== 0) this.expectMethod();
    const high = bytes[at + 4] << 24 | bytes[at + 5] << 16 | bytes[at + 6] << 8 | bytes[at + 7];
    const low = (bytes[at + 8] << 24 | bytes[at + 9] << 16 | bytes[at + 10] << 8 | bytes[at + 11]) >>> 0;
    const bodyBytes = high === 0 ? low : (high >>> 0) * 0x100000000 + low;
    this.#bodyBytes = bodyBytes;
    this.#receivedBytes = 0;
    this.#expected = bodyBytes === 0 ? "method" : "body";
    if (this.#isClosed) return;
    checkProperties(bytes, at, size);
    if (bodyBytes > this.#maxMessageSize) this.#refuseSize(bodyBytes);
    this.#session.hasPublished = true;
    this.#addedNeeds = 0;
    this.#senderKeys = NO_KEYS;
    const header = hasProperty(bytes, at, INSPECTED) ? this.#inspect(bytes, at, size, bodyBytes) : undefined;
    this.#message = header === undefined
      ? this.#messages.create(this.#route!.address, bytes, at, size, bodyBytes)
      : this.#messages.create(this.#route!.address, header, 0, header.length, bodyBytes);
    if (bodyBytes === 0) this.#complete();
  }

  /**
   * Looks at what properties ask for, in RabbitMQ's order. Returns the content header that others get to see, where that is
   * another.
   */
  #inspect(bytes: Uint8Array, at: number, size: number, bodyBytes: number): Uint8Array | undefined {
    // Only who may publish there is told what is wrong with the message.
    const route = this.#route!;
    if (route.version !== this.#vhost.topologyVersion + this.#session.access.version) this.#resolve(route);
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

  /** Remembers the routing keys in a message's headers, and returns the content header that others get to see. */
  #takeSenderKeys(header: Uint8Array): Uint8Array {
    const headers = new PropertiesView(header).headers!;
    this.#senderKeys = senderSelectedKeys(headers);
    // What is kept back is routed by all of them when it is due, and nobody gets to see it before.
    return this.#route!.exchange!.delayed?.wants({ headers }) ? header : withoutBcc(header);
  }

  #refuseSize(bodyBytes: number): never {
    if (bodyBytes > MESSAGE_SIZE_LIMIT) {
      throw frameError(`content body size ${bodyBytes} exceeds maximum allowed size ${MESSAGE_SIZE_LIMIT}`, PUBLISH);
    }
    throw preconditionFailed(`message size ${bodyBytes} is larger than configured max size ${this.#maxMessageSize}`);
  }

  /** A part of a body, which lies `at` and has `size` bytes. */
  body(bytes: Uint8Array, at: number, size: number): void {
    if (this.#expected !== "body") {
      this.expectMethod();
      throw unexpectedFrame("expected method frame, got non method frame instead", NO_METHOD);
    }
    const received = this.#receivedBytes;
    if (received + size > this.#bodyBytes) {
      throw frameError("content body frame exceeds remaining content size", PUBLISH);
    }
    this.#receivedBytes = received + size;
    const isComplete = received + size === this.#bodyBytes;
    if (isComplete) this.#expected = "method";
    if (this.#isClosed) return;
    this.#session.hasPublished = true;
    this.#messages.write(this.#message, received, bytes, at, size);
    if (isComplete) this.#complete();
  }

  #complete(): void {
    const message = this.#message;
    const route = this.#route!;
    this.#message = NONE;
    let queues: readonly Target[];
    try {
      if ((this.#flags & IMMEDIATE) !== 0) throw notImplemented("immediate=true");
      if (route.version !== this.#vhost.topologyVersion + this.#session.access.version) this.#resolve(route);
      queues = (this.#senderKeys === NO_KEYS ? route.queues : undefined) ?? this.#routeMessage(route, message);
    } catch (error) {
      this.#messages.release(message);
      throw error;
    }
    const isMandatory = (this.#flags & MANDATORY) !== 0;
    const needs = route.needs | this.#addedNeeds;
    if (this.transaction !== undefined) return this.transaction.publish({ message, queues, needs, isMandatory });
    const isTaken = this.enqueue(message, queues, needs, isMandatory);
    if (this.confirms?.published(isTaken)) this.#session.confirmAtTurnEnd(this.confirms);
  }

  /**
   * Gives a message to its queues, or back to the publisher when it has none and was mandatory. Takes over the one
   * reference to the message. Returns whether no queue refused it.
   */
  enqueue(message: Message, queues: readonly Target[], needs: number, isMandatory: boolean): boolean {
    const count = queues.length;
    if (count === 0) {
      if (isMandatory && !isReply(this.#messages.address(message))) this.#return(message);
      this.#messages.release(message);
      return true;
    }
    const isTaken = enqueue(this.#session.node, message, queues, needs);
    for (let i = 0; i < count; i++) {
      if (queues[i].isBehindBy(BEHIND_MESSAGES)) this.#session.behindQueue = queues[i];
    }
    return isTaken;
  }

  /** Finds out where an exchange and a routing key lead. Throws what is wrong with publishing there. */
  #resolve(route: CachedRoute): void {
    const vhost = this.#vhost;
    const { access } = this.#session;
    const { exchange: name, routingKey } = readAddress(route.address);
    route.routingKey = routingKey;
    permitExchange(this.#session, "write", name);
    const exchange = vhost.exchanges.get(name);
    if (exchange === undefined) throw notFound(`no ${vhost.exchangePhrase(name)}`);
    if (exchange.isInternal) throw accessRefused(`cannot publish to internal ${vhost.exchangePhrase(name)}`);
    // What is traced has to be looked at, each message of it.
    const isTraced = vhost.firehose !== undefined;
    const queues = isTraced ? undefined : findLastingRoute(vhost.exchanges, exchange, route.routingKey);
    route.exchange = exchange;
    route.queues = queues;
    route.needs = queues === undefined ? DURABLE | CONSTRAINED : needsOf(queues);
    route.version = vhost.topologyVersion + access.version;
  }

  #routeMessage(route: CachedRoute, message: Message): readonly Target[] {
    const keys = [route.routingKey, ...this.#senderKeys];
    const queues = findRoute(this.#vhost.exchanges, route.exchange!, new HeldMessage(this.#messages, message, keys));
    this.#vhost.firehose?.published(
      this.#messages.locate(message),
      keys,
      queues.filter(({ kind }) => kind === "queue"),
      tracedPeer(this.#session, this.#channel),
    );
    return queues;
  }

  #return(message: Message): void {
    const { output, frameMax } = this.#session;
    writeMessage(output, this.#channel, RETURN_HEAD, this.#messages, message, NO_BYTES, frameMax);
  }

  /**
   * Lets go of a message that has not arrived whole. What still comes is dropped, but must come in order: AMQP knows no
   * way to break a message off.
   */
  close(): void {
    this.#isClosed = true;
    if (this.#message !== NONE) this.#messages.release(this.#message);
    this.#message = NONE;
    this.confirms?.close();
  }
}
