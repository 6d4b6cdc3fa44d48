import { notFound } from "../../wire/error.ts";
import { checkReplyQueue, isReplyName } from "../../broker/session/direct_reply_to.ts";
import {
  bindQueue,
  checkQueue,
  declareQueue,
  deleteQueue,
  purgeQueue,
  type QueueBindingRequest,
  serverNamed,
  unbindQueue,
} from "../../broker/session/queue_operations.ts";
import { type Method, methodIdOf, type MethodOf } from "../methods.ts";
import type { AmqpChannel, MethodHandlers } from "./channel.ts";
import { withoutLineBreaks } from "../../broker/session/line_breaks.ts";

type QueueBinding = Extract<Method, { name: "queue.bind" | "queue.unbind" }>;

/** AMQP 0-9-1 §1.7. */
export const QUEUE_METHODS: MethodHandlers = {
  "queue.declare": (channel, method) => {
    if (isReplyName(method.queue)) return declareReply(channel, method);
    const asked = withoutLineBreaks(method.queue);
    // When the method has to wait and is tried again, the server's name for the queue stays the same.
    const name = asked === "" ? serverNamed(channel.connection.session) : asked;
    channel.attempt(methodIdOf(method.name), () => declare(channel, method, name, asked === ""));
  },

  "queue.bind": (channel, method) => {
    bindQueue(channel.connection.session, bindingOf(channel, method));
    if (!method.nowait) channel.replyWhenDurable({ name: "queue.bind-ok" });
  },

  "queue.unbind": (channel, method) => {
    unbindQueue(channel.connection.session, bindingOf(channel, method));
    channel.replyWhenDurable({ name: "queue.unbind-ok" });
  },

  "queue.purge": (channel, method) => {
    const messageCount = purgeQueue(channel.connection.session, queueNameOf(channel, method.queue));
    if (!method.nowait) channel.replyWhenAllDurable({ name: "queue.purge-ok", messageCount });
  },

  "queue.delete": (channel, method) => {
    const { session, output } = channel.connection;
    // RabbitMQ answers before it tells the queue's consumers, and some clients rely on that.
    deleteQueue(session, queueNameOf(channel, method.queue), method, (messageCount) => {
      if (!method.nowait) channel.reply({ name: "queue.delete-ok", messageCount });
    });
    output.holdUntilDurable(session.node.store.declared);
  },
};

function declareReply(channel: AmqpChannel, { queue, nowait }: MethodOf<"queue.declare">): void {
  checkReplyQueue(queue, channel.connection.session.vhost);
  channel.lastQueue = queue;
  if (!nowait) channel.reply({ name: "queue.declare-ok", queue, messageCount: 0, consumerCount: 1 });
}

function declare(channel: AmqpChannel, method: MethodOf<"queue.declare">, name: string, isServerNamed: boolean): void {
  const { session } = channel.connection;
  const queue = method.passive
    ? checkQueue(session, isServerNamed ? "" : name)
    : declareQueue(session, { ...method, name, isServerNamed });
  channel.lastQueue = queue.name;
  if (method.nowait) return;
  // A client that asks for the number of messages and consumers uses the queue (RabbitMQ: Queue TTL).
  queue.declaredAgain();
  queue.serveConsumers();
  channel.replyWhenDurable({
    name: "queue.declare-ok",
    queue: queue.name,
    messageCount: queue.readyCount,
    consumerCount: queue.consumers.size,
  });
}

/** Returns the name in a method; for an empty one, that of the queue that the channel declared last. */
export function queueNameOf(channel: AmqpChannel, name: string): string {
  if (name !== "") return withoutLineBreaks(name);
  if (channel.lastQueue === undefined) throw notFound("no previously declared queue");
  return channel.lastQueue;
}

function bindingOf(channel: AmqpChannel, method: QueueBinding): QueueBindingRequest {
  const queue = queueNameOf(channel, method.queue);
  // AMQP 0-9-1 §1.7.2.3.4: without a name and a key, the last queue's name is the key too.
  const routingKey = method.queue === "" && method.routingKey === "" ? queue : method.routingKey;
  return { exchange: withoutLineBreaks(method.exchange), queue, routingKey, arguments: method.arguments };
}
