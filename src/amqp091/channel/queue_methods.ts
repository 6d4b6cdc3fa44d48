import { notFound, notImplemented, preconditionFailed } from "../../wire/error.ts";
import { type FieldTable, fieldTypeName } from "../../wire/field_table.ts";
import type { Method, MethodOf } from "../methods.ts";
import type { AnyQueue } from "../../broker/queue/any_queue.ts";
import { Queue } from "../../broker/queue/queue.ts";
import { checkServerNamed } from "../../broker/queue/queue_types.ts";
import type { Channel, MethodHandlers } from "./channel.ts";
import { checkReplyQueue, isReplyName, refuseReplyBinding, refuseReplyQueue } from "./direct_reply_to.ts";
import { nameOf, permitExchange, permitQueue, refuseDefaultExchange } from "./permissions.ts";
import type { Session } from "../session.ts";

type QueueBinding = Extract<Method, { name: "queue.bind" | "queue.unbind" }>;

const DEAD_LETTER_EXCHANGE = "x-dead-letter-exchange";

/** AMQP 0-9-1 §1.7. */
export const QUEUE_METHODS: MethodHandlers = {
  "queue.declare": (channel, method) => {
    if (isReplyName(method.queue)) return declareReply(channel, method);
    const queue = method.passive
      ? channel.session.vhost.queue(nameOf(method.queue), channel.session.owner)
      : declare(channel, method);
    channel.lastQueue = queue.name;
    if (method.nowait) return;
    // Who is told how many messages and consumers it has uses it (RabbitMQ: Queue TTL).
    queue.declaredAgain();
    queue.serveConsumers();
    channel.replyWhenDurable({
      name: "queue.declare-ok",
      queue: queue.name,
      messageCount: queue.readyCount,
      consumerCount: queue.consumers.size,
    });
  },

  "queue.bind": (channel, method) => {
    const { queueName, exchangeName, routingKey } = permitBinding(channel, method);
    const { vhost, owner } = channel.session;
    const exchange = vhost.exchange(exchangeName);
    vhost.bind(exchange, vhost.queue(queueName, owner), routingKey, method.arguments);
    if (!method.nowait) channel.replyWhenDurable({ name: "queue.bind-ok" });
  },

  "queue.unbind": (channel, method) => {
    const { queueName, exchangeName, routingKey } = permitBinding(channel, method);
    const { vhost, owner } = channel.session;
    const exchange = vhost.exchanges.get(exchangeName);
    if (exchange && vhost.queues.has(queueName)) {
      vhost.unbind(exchange, vhost.queue(queueName, owner), routingKey, method.arguments);
    }
    channel.replyWhenDurable({ name: "queue.unbind-ok" });
  },

  "queue.purge": (channel, method) => {
    const queue = findQueueOfMessages(channel, method.queue, "queue.purge");
    queue.serveConsumers();
    const messageCount = queue.purge();
    if (!method.nowait) channel.replyWhenAllDurable({ name: "queue.purge-ok", messageCount });
  },

  "queue.delete": (channel, method) => {
    const { session } = channel;
    const name = queueNameOf(channel, method.queue);
    permitQueue(session, "configure", name);
    // RabbitMQ answers before the queue's consumers are told, and some clients count on it.
    session.vhost.deleteQueue(name, session.owner, method, (messageCount) => {
      if (!method.nowait) channel.reply({ name: "queue.delete-ok", messageCount });
    });
    session.output.holdUntilDurable(session.node.store.declared);
  },
};

function declareReply(channel: Channel, { queue, nowait }: MethodOf<"queue.declare">): void {
  checkReplyQueue(queue, channel.session.vhost);
  channel.lastQueue = queue;
  if (!nowait) channel.reply({ name: "queue.declare-ok", queue, messageCount: 0, consumerCount: 1 });
}

function declare({ session }: Channel, method: MethodOf<"queue.declare">): AnyQueue {
  const { vhost, uniqueName } = session;
  const asked = nameOf(method.queue);
  const declaration = vhost.withQueueType({ ...method, owner: method.exclusive ? session.owner : null });
  if (asked === "") checkServerNamed(declaration);
  else vhost.checkQueueName(asked);
  const name = asked === "" ? `amq.gen-${uniqueName()}` : asked;
  permitQueue(session, "configure", name);
  if (!vhost.queues.has(name)) permitDeadLetterExchange(session, name, method.arguments);
  return vhost.declareQueue({ ...declaration, name });
}

/** Who sends a queue's messages on to an exchange reads from it and writes there (RabbitMQ: Dead Letter Exchanges). */
function permitDeadLetterExchange(session: Session, name: string, queueArguments: FieldTable): void {
  const field = queueArguments.get(DEAD_LETTER_EXCHANGE);
  if (field === undefined) return;
  if (field.type !== "S" || typeof field.value !== "string") {
    throw preconditionFailed(
      `invalid type '${fieldTypeName(field)}' for arg '${DEAD_LETTER_EXCHANGE}' in ${session.vhost.queuePhrase(name)}`,
    );
  }
  permitQueue(session, "read", name);
  permitExchange(session, "write", field.value);
}

/** The name in a method, or for an empty one that of the queue which the channel declared last. */
export function queueNameOf(channel: Channel, name: string): string {
  if (name !== "") return nameOf(name);
  if (channel.lastQueue === undefined) throw notFound("no previously declared queue");
  return channel.lastQueue;
}

/** The queue that a method names. Throws ACCESS_REFUSED, NOT_FOUND or RESOURCE_LOCKED. */
export function findQueue(channel: Channel, name: string, operation: "configure" | "write" | "read"): AnyQueue {
  const { session } = channel;
  const queueName = queueNameOf(channel, name);
  permitQueue(session, operation, queueName);
  refuseReplyQueue(queueName, session.vhost);
  return session.vhost.queue(queueName, session.owner);
}

/** The queue that a method wants to take messages out of. Throws as {@linkcode findQueue} does, and NOT_IMPLEMENTED for a stream. */
export function findQueueOfMessages(channel: Channel, name: string, method: "basic.get" | "queue.purge"): Queue {
  const queue = findQueue(channel, name, "read");
  if (queue instanceof Queue) return queue;
  throw notImplemented(`${method} not supported by stream queues ${channel.session.vhost.queuePhrase(queue.name)}`);
}

function permitBinding(channel: Channel, { queue, exchange, routingKey }: QueueBinding) {
  const { session } = channel;
  const queueName = queueNameOf(channel, queue);
  const exchangeName = nameOf(exchange);
  permitQueue(session, "write", queueName);
  refuseReplyBinding(queueName);
  refuseDefaultExchange(exchangeName);
  permitExchange(session, "read", exchangeName);
  // AMQP 0-9-1 §1.7.2.3.4: with neither name nor key the last queue's name is the key too.
  return { queueName, exchangeName, routingKey: queue === "" && routingKey === "" ? queueName : routingKey };
}
