import { Binding } from "../exchange/binding.ts";
import { notImplemented, preconditionFailed } from "../../wire/error.ts";
import { type FieldTable, fieldTypeName } from "../../wire/field_table.ts";
import type { Operation } from "../../access/access.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import { Queue } from "../queue/queue.ts";
import { checkGettable, checkServerNamed, type DeletionConditions } from "../queue/queue_types.ts";
import { refuseReplyBinding, refuseReplyQueue } from "./direct_reply_to.ts";
import { permitTopic, refuseDefaultExchange } from "./exchange_operations.ts";
import type { Session } from "./session.ts";

const DEAD_LETTER_EXCHANGE = "x-dead-letter-exchange";

/** A client's request to declare a queue. */
export interface QueueRequest {
  readonly name: string;
  /** True when the broker made up the name; see {@linkcode serverNamed}. */
  readonly isServerNamed: boolean;
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly autoDelete: boolean;
  readonly arguments: FieldTable;
}

/** A binding from an exchange to a queue, by their names. */
export interface QueueBindingRequest {
  readonly exchange: string;
  readonly queue: string;
  readonly routingKey: string;
  readonly arguments: FieldTable;
}

/** Makes up a name for a queue. */
export const serverNamed = ({ node }: Session): string => `amq.gen-${node.uniqueName()}`;

/** Declares a queue, or checks that the existing one is equivalent. */
export function declareQueue(session: Session, request: QueueRequest): AnyQueue {
  const { vhost, permissions } = session;
  const { name } = request;
  const declaration = vhost.withQueueType({ ...request, owner: request.exclusive ? session : null });
  if (request.isServerNamed) checkServerNamed(declaration);
  else vhost.checkQueueName(name);
  permissions.queue("configure", name);
  if (!vhost.queues.has(name)) permitDeadLetterExchange(session, name, request.arguments);
  return vhost.declareQueue(declaration, session.actor);
}

/** Checks permissions for a dead letter exchange: read on the queue, write on the exchange. */
function permitDeadLetterExchange({ permissions, vhost }: Session, name: string, queueArguments: FieldTable): void {
  const field = queueArguments.get(DEAD_LETTER_EXCHANGE);
  if (field === undefined) return;
  if (field.type !== "S" || typeof field.value !== "string") {
    throw preconditionFailed(
      `invalid type '${fieldTypeName(field)}' for arg '${DEAD_LETTER_EXCHANGE}' in ${vhost.queuePhrase(name)}`,
    );
  }
  permissions.queue("read", name);
  permissions.exchange("write", field.value);
}

/** Returns the queue with a name (passive declaration). Throws ACCESS_REFUSED, NOT_FOUND or RESOURCE_LOCKED. */
export function checkQueue(session: Session, name: string): AnyQueue {
  if (session.node.behaviour.checksPassiveDeclarations) session.permissions.queueInAnyWay(name);
  return session.vhost.queue(name, session);
}

/** Returns the queue with a name. Throws ACCESS_REFUSED, NOT_FOUND or RESOURCE_LOCKED. */
export function findQueue(session: Session, name: string, operation: Operation): AnyQueue {
  session.permissions.queue(operation, name);
  refuseReplyQueue(name, session.vhost);
  return session.vhost.queue(name, session);
}

/**
 * Returns the queue that messages are taken from. Throws as {@linkcode findQueue} does, and NOT_IMPLEMENTED for a
 * stream.
 */
function findQueueOfMessages(session: Session, name: string, method: "basic.get" | "queue.purge"): Queue {
  const queue = findQueue(session, name, "read");
  if (queue instanceof Queue) return queue;
  throw notImplemented(`${method} not supported by stream queues ${session.vhost.queuePhrase(queue.name)}`);
}

/** Returns the queue that a single message is fetched from. Also throws when the queue's type does not support that. */
export function findQueueToFetch(session: Session, name: string): Queue {
  const queue = findQueueOfMessages(session, name, "basic.get");
  checkGettable(queue, session.vhost.queuePhrase(queue.name));
  return queue;
}

/** Purges a queue's ready messages, and returns their number. */
export function purgeQueue(session: Session, name: string): number {
  const queue = findQueueOfMessages(session, name, "queue.purge");
  queue.serveConsumers();
  return queue.purge();
}

/** Deletes a queue. `onDelete` is called with the number of its ready messages before its consumers are told. */
export function deleteQueue(
  session: Session,
  name: string,
  conditions: DeletionConditions,
  onDelete: (readyCount: number) => void,
): void {
  session.permissions.queue("configure", name);
  session.vhost.deleteQueue(name, session, conditions, onDelete, session.actor);
}

export function bindQueue(session: Session, request: QueueBindingRequest): void {
  const { vhost } = session;
  permitBinding(session, request);
  const exchange = vhost.exchange(request.exchange);
  const queue = vhost.queue(request.queue, session);
  vhost.bind(new Binding(exchange, queue, request.routingKey, request.arguments), session.actor);
}

/** Removes a binding. Succeeds when it does not exist, even of a queue that is another connection's. */
export function unbindQueue(session: Session, request: QueueBindingRequest): void {
  const { vhost } = session;
  permitBinding(session, request);
  const exchange = vhost.exchanges.get(request.exchange);
  const queue = vhost.queues.get(request.queue);
  if (exchange === undefined || queue === undefined) return;
  const binding = new Binding(exchange, queue, request.routingKey, request.arguments);
  if (!exchange.bindings.has(binding.identity)) return;
  // Refuses a queue that is exclusive to another connection.
  vhost.queue(request.queue, session);
  vhost.unbind(binding, session.actor);
}

function permitBinding(session: Session, { queue, exchange, routingKey }: QueueBindingRequest): void {
  const { permissions } = session;
  permissions.queue("write", queue);
  refuseReplyBinding(queue);
  refuseDefaultExchange(exchange);
  permissions.exchange("read", exchange);
  permitTopic(session, exchange, routingKey);
}
