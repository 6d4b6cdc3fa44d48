import { ByteWriter } from "../../wire/byte_writer.ts";
import { EMPTY_TABLE } from "../../wire/field_table.ts";
import { internalError, type MethodId, notImplemented, preconditionFailed } from "../../wire/error.ts";
import type { MethodOf } from "../methods.ts";
import type { AnyQueue } from "../../broker/queue/any_queue.ts";
import { tracedPeer } from "../session.ts";
import { checkGettable } from "../../broker/queue/queue_types.ts";
import type { Channel, MethodHandlers } from "./channel.ts";
import { writeMessage } from "./content.ts";
import { declareReplyQueue, REPLY_TO } from "./direct_reply_to.ts";
import { findQueue, findQueueOfMessages } from "./queue_methods.ts";

const GET: MethodId = [60, 70];

/** AMQP 0-9-1 §1.8, without `basic.publish` and `basic.ack`, which have faster ways. */
export const BASIC_METHODS: MethodHandlers = {
  "basic.qos": (channel, { prefetchSize, prefetchCount, global }) => {
    if (prefetchSize !== 0) throw notImplemented(`prefetch_size!=0 (${prefetchSize})`);
    channel.consuming.limit(prefetchCount, global);
    channel.reply({ name: "basic.qos-ok" });
  },

  "basic.consume": (channel, method) => {
    const isForReplies = method.queue === REPLY_TO;
    const queue = isForReplies ? replyQueue(channel, method) : findQueue(channel, method.queue, "read");
    const consumerArguments = isForReplies ? EMPTY_TABLE : method.arguments;
    const request = { ...method, tag: method.consumerTag, arguments: consumerArguments };
    channel.consuming.consume(queue, request, (consumerTag) => {
      if (!method.nowait) channel.reply({ name: "basic.consume-ok", consumerTag });
    });
  },

  "basic.cancel": (channel, { consumerTag, nowait }) => {
    channel.consuming.cancel(consumerTag);
    if (!nowait) channel.reply({ name: "basic.cancel-ok", consumerTag });
  },

  // A client may answer the server's basic.cancel.
  "basic.cancel-ok": () => {},

  "basic.get": (channel, method) => get(channel, method),

  "basic.nack": (channel, { deliveryTag, multiple, requeue }) => {
    channel.finish(deliveryTag, multiple, requeue ? "requeue" : "reject");
  },

  "basic.reject": (channel, { deliveryTag, requeue }) => {
    channel.finish(deliveryTag, false, requeue ? "fail" : "reject");
  },

  "basic.recover": (channel, { requeue }) => {
    recover(channel, requeue);
    channel.reply({ name: "basic.recover-ok" });
  },

  "basic.recover-async": (channel, { requeue }) => recover(channel, requeue),
};

function replyQueue(channel: Channel, { noAck }: MethodOf<"basic.consume">): AnyQueue {
  const { publishing, session } = channel;
  if (!noAck) throw preconditionFailed("reply consumer cannot acknowledge");
  if (publishing.replyQueue?.isDeleted === false) throw preconditionFailed("reply consumer already set");
  return publishing.replyQueue = declareReplyQueue(session);
}

function recover(channel: Channel, requeue: boolean): void {
  if (!requeue) throw notImplemented("requeue=false");
  channel.consuming.recover();
}

/** Goes on with a `basic.get` whose message had to be read from disk first. */
function getRead(channel: Channel, method: MethodOf<"basic.get">): void {
  if (channel.isClosing) return;
  if (findQueueOfMessages(channel, method.queue, "basic.get").hasReadFailed) {
    throw internalError("the queue's messages can't be read from disk, see the broker's log");
  }
  get(channel, method);
}

function get(channel: Channel, method: MethodOf<"basic.get">): void {
  const { queue: name, noAck } = method;
  const { session, consuming } = channel;
  const queue = findQueueOfMessages(channel, name, "basic.get");
  checkGettable(queue, session.vhost.queuePhrase(queue.name));
  const reading = queue.readNext();
  if (reading !== undefined) return session.resumeWhen(reading, channel.number, GET, () => getRead(channel, method));
  const fetched = queue.fetch();
  if (fetched === undefined) return channel.reply({ name: "basic.get-empty" });
  const { message, position, isRedelivered, shown } = fetched;
  const { messages } = session.node;
  const deliveryTag = consuming.nextDeliveryTag();
  const head = new ByteWriter();
  head.short(60);
  head.short(71);
  head.longlong(BigInt(deliveryTag));
  head.octet(isRedelivered ? 1 : 0);
  const messageCount = new ByteWriter(4);
  messageCount.long(queue.readyCount);
  const { output, frameMax } = session;
  writeMessage(output, channel.number, head.written(), messages, shown, messageCount.written(), frameMax);
  if (!noAck) consuming.got(queue, message, position, deliveryTag);
  // Only now, for a trace may itself be delivered at once, and on this channel.
  const from = { queue: queue.name, isRedelivered };
  session.vhost.firehose?.delivered(messages.locate(shown), from, tracedPeer(session, channel.number));
  if (shown !== message) messages.release(shown);
  if (noAck) queue.settle(message, position);
  else queue.handedOut(message, position);
}
