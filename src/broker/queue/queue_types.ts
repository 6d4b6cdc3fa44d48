import { preconditionFailed } from "../../amqp/error.ts";
import type { AnyQueue } from "./any_queue.ts";
import { Queue, type QueueDeclaration, type QueueHost, type QueueVhost } from "./queue.ts";
import { type QueueTypeName, queueTypeName } from "./queue_type.ts";

/** What sets queues of one type apart from others, beside the arguments that they know. */
interface QueueType {
  /** Whether RabbitMQ replicates such queues, and so refuses what would not outlive a connection. */
  readonly isReplicated: boolean;
  readonly create: (id: number, declaration: QueueDeclaration, vhost: QueueVhost, host: QueueHost) => AnyQueue;
}

const createQueueOfMessages: QueueType["create"] = (id, declaration, vhost, host) =>
  new Queue(id, declaration, vhost, host);

const QUEUE_TYPES: Readonly<Record<QueueTypeName, QueueType>> = {
  classic: { isReplicated: false, create: createQueueOfMessages },
  quorum: { isReplicated: true, create: createQueueOfMessages },
  stream: { isReplicated: true, create: createQueueOfMessages },
};

/** Makes a queue of the type that its arguments name. */
export function createQueue(
  id: number,
  declaration: QueueDeclaration,
  vhost: QueueVhost,
  host: QueueHost,
): AnyQueue {
  return QUEUE_TYPES[queueTypeName(declaration.arguments)].create(id, declaration, vhost, host);
}

/** Throws PRECONDITION_FAILED when a queue of that type must have a name of the client's. */
export function checkServerNamed(declaration: Pick<QueueDeclaration, "arguments">): void {
  const type = queueTypeName(declaration.arguments);
  if (!QUEUE_TYPES[type].isReplicated) return;
  throw preconditionFailed(`Cannot declare a server-named queue for type rabbit_${type}_queue`);
}

/** Throws PRECONDITION_FAILED for a property that a queue of that type can't have. `queue` is how errors call it. */
export function checkQueueProperties(declaration: QueueDeclaration, queue: string): void {
  if (!QUEUE_TYPES[queueTypeName(declaration.arguments)].isReplicated) return;
  const refused = declaration.autoDelete
    ? "auto-delete"
    : declaration.owner !== null
    ? "exclusive-owner"
    : declaration.durable
    ? undefined
    : "non-durable";
  if (refused !== undefined) throw preconditionFailed(`invalid property '${refused}' for ${queue}`);
}
