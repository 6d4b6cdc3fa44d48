import { readAddress } from "../../wire/address.ts";
import { ByteWriter } from "../../wire/byte_writer.ts";
import { accessRefused, notFound, preconditionFailed } from "../../wire/error.ts";
import { fieldTable } from "../../wire/field_table.ts";
import { hasProperty, PropertiesView, REPLY_TO_FLAG, writeContentHeader } from "../../wire/properties.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import type { VirtualHost } from "../topology/vhost.ts";
import type { Session } from "./session.ts";

/** The queue that there is not: who consumes from it is sent the replies to its requests (RabbitMQ: Direct Reply-to). */
export const REPLY_TO = "amq.rabbitmq.reply-to";

/** A requester that reads too slowly loses the oldest replies beyond these. */
const REPLIES_MAX = 10_000;
const REPLIES_MAX_BYTES = 16 * 1024 * 1024;
const REPLY_QUEUE_ARGUMENTS = fieldTable({ "x-max-length": REPLIES_MAX, "x-max-length-bytes": REPLIES_MAX_BYTES });

/** What the names of reply queues are after that of {@linkcode REPLY_TO}. */
const TOKEN = /^\.[\w-]{22}$/;

/** Whether a name is that of {@linkcode REPLY_TO}, or of what stands behind it for one channel. */
export const isReplyName = (name: string): boolean => name === REPLY_TO || name.startsWith(`${REPLY_TO}.`);

/** Makes the queue that stands behind {@linkcode REPLY_TO} for a channel. It goes with its only consumer. */
export function declareReplyQueue({ vhost, node }: Session): AnyQueue {
  return vhost.addReplyQueue(`${REPLY_TO}.${node.uniqueName()}`, REPLY_QUEUE_ARGUMENTS);
}

/** Checks what `queue.declare` is for here: whether somebody still waits for replies. Throws NOT_FOUND. */
export function checkReplyQueue(name: string, vhost: VirtualHost): void {
  if (name !== REPLY_TO && !vhost.replyQueues.has(name)) throw notFound(`no ${vhost.queuePhrase(name)}`);
}

/**
 * Whether a message was a reply, by the exchange and routing key in its address. Nobody is told when the requester is gone,
 * as with RabbitMQ since 4.2.
 */
export function isReply(address: Uint8Array): boolean {
  const { exchange, routingKey } = readAddress(address);
  return exchange === "" && routingKey.startsWith(REPLY_TO) && TOKEN.test(routingKey.slice(REPLY_TO.length));
}

/** Throws for what can't be done with a reply queue: all but consuming, declaring, deleting and publishing. */
export function refuseReplyQueue(name: string, vhost: VirtualHost): void {
  if (isReplyName(name)) throw notFound(`no ${vhost.queuePhrase(name)}`);
}

export function refuseReplyBinding(name: string): void {
  if (isReplyName(name) && name !== REPLY_TO) {
    throw accessRefused("cannot bind or unbind to a volatile (direct reply-to) queue");
  }
}

/**
 * Where a message asks for its reply to come to {@linkcode REPLY_TO}: its content header's payload with the name of the
 * channel's reply queue instead. Otherwise `undefined`. Throws PRECONDITION_FAILED when the channel has no such queue.
 */
export function withReplyQueue(
  bytes: Uint8Array,
  at: number,
  size: number,
  bodyBytes: number,
  replyQueue: AnyQueue | undefined,
): Uint8Array | undefined {
  if (!hasProperty(bytes, at, REPLY_TO_FLAG)) return undefined;
  const properties = new PropertiesView(bytes, at, size);
  if (properties.replyTo !== REPLY_TO) return undefined;
  if (replyQueue === undefined || replyQueue.isDeleted) {
    throw preconditionFailed("fast reply consumer does not exist");
  }
  const header = new ByteWriter();
  writeContentHeader(header, bodyBytes, { ...properties.toObject(), replyTo: replyQueue.name });
  return header.written();
}
