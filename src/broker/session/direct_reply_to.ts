import { readAddress } from "../../wire/address.ts";
import { ByteWriter } from "../../wire/byte_writer.ts";
import { accessRefused, notFound, preconditionFailed } from "../../wire/error.ts";
import { fieldTable } from "../../wire/field_table.ts";
import { hasProperty, PropertiesView, REPLY_TO_FLAG, writeContentHeader } from "../../wire/properties.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import type { VirtualHost } from "../topology/vhost.ts";
import type { Session } from "./session.ts";

/** The pseudo-queue whose consumer receives the replies to its requests (RabbitMQ: Direct Reply-to). */
export const REPLY_TO = "amq.rabbitmq.reply-to";

/** Number of waiting replies above which a slow requester loses the oldest. */
const REPLIES_MAX = 10_000;
const REPLIES_MAX_BYTES = 16 * 1024 * 1024;
const REPLY_QUEUE_ARGUMENTS = fieldTable({ "x-max-length": REPLIES_MAX, "x-max-length-bytes": REPLIES_MAX_BYTES });

/** Pattern of what follows {@linkcode REPLY_TO} in the name of a reply queue. */
const TOKEN = /^\.[\w-]{22}$/;

/** Returns whether a name is {@linkcode REPLY_TO} or that of a channel's reply queue. */
export const isReplyName = (name: string): boolean => name === REPLY_TO || name.startsWith(`${REPLY_TO}.`);

/** Creates a channel's reply queue, to which {@linkcode REPLY_TO} leads. It is deleted with its only consumer. */
export function declareReplyQueue({ vhost, node }: Session): AnyQueue {
  return vhost.addReplyQueue(`${REPLY_TO}.${node.uniqueName()}`, REPLY_QUEUE_ARGUMENTS);
}

/** Checks, for `queue.declare`, that the requester still waits for replies. Throws NOT_FOUND. */
export function checkReplyQueue(name: string, vhost: VirtualHost): void {
  if (name !== REPLY_TO && !vhost.replyQueues.has(name)) throw notFound(`no ${vhost.queuePhrase(name)}`);
}

/**
 * Returns whether a message was a reply, by the exchange and routing key in its address. No error reports that the
 * requester is gone, as in RabbitMQ since 4.2.
 */
export function isReply(address: Uint8Array): boolean {
  const { exchange, routingKey } = readAddress(address);
  return exchange === "" && routingKey.startsWith(REPLY_TO) && TOKEN.test(routingKey.slice(REPLY_TO.length));
}

/** Throws for operations that a reply queue does not support: all but consume, declare, delete and publish. */
export function refuseReplyQueue(name: string, vhost: VirtualHost): void {
  if (isReplyName(name)) throw notFound(`no ${vhost.queuePhrase(name)}`);
}

export function refuseReplyBinding(name: string): void {
  if (isReplyName(name) && name !== REPLY_TO) {
    throw accessRefused("cannot bind or unbind to a volatile (direct reply-to) queue");
  }
}

/**
 * Replaces {@linkcode REPLY_TO} in the reply-to of a content header's payload by the name of the channel's reply queue.
 * Returns `undefined` when reply-to is another. Throws PRECONDITION_FAILED when the channel has no such queue.
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
