import { ByteWriter } from "../../wire/byte_writer.ts";
import { EMPTY_TABLE } from "../../wire/field_table.ts";
import { internalError, notImplemented, preconditionFailed } from "../../wire/error.ts";
import type { AnyQueue } from "../../broker/queue/any_queue.ts";
import type { Fetched } from "../../broker/queue/delivery.ts";
import type { Queue } from "../../broker/queue/queue.ts";
import { declareReplyQueue, REPLY_TO } from "../../broker/session/direct_reply_to.ts";
import { findQueue, findQueueToFetch } from "../../broker/session/queue_operations.ts";
import { methodIdOf, type MethodOf } from "../methods.ts";
import type { AmqpChannel, MethodHandlers } from "./channel.ts";
import { writeMessage } from "./content.ts";
import { DeliveryWriter } from "./delivery_writer.ts";
import { queueNameOf } from "./queue_methods.ts";

/** AMQP 0-9-1 §1.8, without `basic.publish` and `basic.ack`, which have faster paths. */
export const BASIC_METHODS: MethodHandlers = {
  "basic.qos": (channel, { prefetchSize, prefetchCount, global }) => {
    if (prefetchSize !== 0) throw notImplemented(`prefetch_size!=0 (${prefetchSize})`);
    channel.subscriptions.limit(prefetchCount, global);
    channel.reply({ name: "basic.qos-ok" });
  },

  "basic.consume": (channel, method) => {
    const { connection, number } = channel;
    const isForReplies = method.queue === REPLY_TO;
    const queue = isForReplies
      ? replyQueue(channel, method)
      : findQueue(connection.session, queueNameOf(channel, method.queue), "read");
    const consumerArguments = isForReplies ? EMPTY_TABLE : method.arguments;
    const request = { ...method, tag: method.consumerTag, arguments: consumerArguments };
    channel.subscriptions.subscribe(
      queue,
      request,
      (tag) => new DeliveryWriter(connection, number, tag),
      (consumerTag) => {
        if (!method.nowait) channel.reply({ name: "basic.consume-ok", consumerTag });
      },
    );
  },

  "basic.cancel": (channel, { consumerTag, nowait }) => {
    channel.subscriptions.cancel(consumerTag);
    if (!nowait) channel.reply({ name: "basic.cancel-ok", consumerTag });
  },

  // A client may answer the server's basic.cancel.
  "basic.cancel-ok": () => {},

  "basic.get": (channel, method) => fetch(channel, method),

  "basic.nack": (channel, { deliveryTag, multiple, requeue }) => {
    channel.finish(Number(deliveryTag), multiple, requeue ? "requeue" : "reject");
  },

  "basic.reject": (channel, { deliveryTag, requeue }) => {
    channel.finish(Number(deliveryTag), false, requeue ? "fail" : "reject");
  },

  "basic.recover": (channel, { requeue }) => {
    recover(channel, requeue);
    channel.reply({ name: "basic.recover-ok" });
  },

  "basic.recover-async": (channel, { requeue }) => recover(channel, requeue),
};

function replyQueue(channel: AmqpChannel, { noAck }: MethodOf<"basic.consume">): AnyQueue {
  const { publisher, session } = channel.broker;
  if (!noAck) throw preconditionFailed("reply consumer cannot acknowledge");
  if (publisher.replyQueue?.isDeleted === false) throw preconditionFailed("reply consumer already set");
  return publisher.replyQueue = declareReplyQueue(session);
}

function recover(channel: AmqpChannel, requeue: boolean): void {
  if (!requeue) throw notImplemented("requeue=false");
  channel.subscriptions.recover();
}

/** Continues `basic.get` after an attempt to read the next message into memory. */
function fetchRead(channel: AmqpChannel, method: MethodOf<"basic.get">): void {
  const queue = queueToFetch(channel, method);
  if (queue.hasReadFailed) throw internalError("the queue's messages can't be read from disk, see the broker's log");
  fetch(channel, method);
}

function fetch(channel: AmqpChannel, method: MethodOf<"basic.get">): void {
  const queue = queueToFetch(channel, method);
  const reading = queue.readNext();
  if (reading !== undefined) return channel.wait(methodIdOf(method.name), reading, () => fetchRead(channel, method));
  const isFound = channel.subscriptions.fetch(queue, method.noAck, (fetched, deliveryTag) => {
    writeGetOk(channel, fetched, deliveryTag, queue.readyCount);
  });
  if (!isFound) channel.reply({ name: "basic.get-empty" });
}

const queueToFetch = (channel: AmqpChannel, { queue }: MethodOf<"basic.get">): Queue =>
  findQueueToFetch(channel.connection.session, queueNameOf(channel, queue));

function writeGetOk(channel: AmqpChannel, { shown, isRedelivered }: Fetched, tag: number, readyCount: number): void {
  const { output, frameMax, session } = channel.connection;
  const head = new ByteWriter();
  head.short(60);
  head.short(71);
  head.longlong(BigInt(tag));
  head.octet(isRedelivered ? 1 : 0);
  const messageCount = new ByteWriter(4);
  messageCount.long(readyCount);
  const { messages } = session.node;
  writeMessage(output, channel.number, head.written(), messages, shown, messageCount.written(), frameMax);
}
