import { notImplemented, preconditionFailed, resourceLocked } from "../../wire/error.ts";
import { type FieldTable, fieldTable } from "../../wire/field_table.ts";
import type { AnyQueue } from "./any_queue.ts";
import type { Consumption } from "./consumers/consumer.ts";
import { hasSingleActiveConsumer } from "./consumers/consumers.ts";
import { classicQueue } from "./classic/classic_queue.ts";
import type { QueueDeclaration, QueueHost, QueueVhost } from "./queue_host.ts";
import { quorumQueue } from "./quorum/quorum_queue.ts";
import { type QueueTypeName, queueTypeName } from "./queue_type.ts";
import { Stream } from "./stream/stream.ts";
import type { SequenceId } from "../../store/sequence.ts";

/** Differences of a queue type from others, beside its arguments. */
interface QueueType {
  /** True when RabbitMQ replicates such queues, and so refuses what would end with a connection. */
  readonly isReplicated: boolean;
  readonly create: (id: SequenceId, declaration: QueueDeclaration, vhost: QueueVhost, host: QueueHost) => AnyQueue;
}

const SEGMENT_BYTES_MAX = 3_000_000_000;
const [FILTER_BYTES_MIN, FILTER_BYTES_MAX] = [16, 255];

const QUEUE_TYPES: Readonly<Record<QueueTypeName, QueueType>> = {
  classic: { isReplicated: false, create: classicQueue },
  quorum: { isReplicated: true, create: quorumQueue },
  stream: { isReplicated: true, create: (id, declaration, _vhost, host) => new Stream(id, declaration, host) },
};

/** Makes a queue of the type in its arguments. */
export function createQueue(
  id: SequenceId,
  declaration: QueueDeclaration,
  vhost: QueueVhost,
  host: QueueHost,
): AnyQueue {
  return QUEUE_TYPES[queueTypeName(declaration.arguments)].create(id, declaration, vhost, host);
}

/** The parts of a declaration that decide which types the queue can have. */
export type TypedDeclaration = Pick<QueueDeclaration, "durable" | "autoDelete" | "owner" | "arguments">;

/**
 * Adds the default type to the arguments of a declaration without one. A queue that can't have that type is a classic
 * one (RabbitMQ: Default Queue Type).
 */
export function withDefaultQueueType<Declared extends TypedDeclaration>(
  declaration: Declared,
  defaultType: QueueTypeName,
): Declared {
  const { arguments: asked, durable, autoDelete, owner } = declaration;
  if (asked.has("x-queue-type")) return declaration;
  const canBeReplicated = durable && !autoDelete && owner === null;
  const type = QUEUE_TYPES[defaultType].isReplicated && !canBeReplicated ? "classic" : defaultType;
  const typed = TYPE_ARGUMENTS[type];
  return { ...declaration, arguments: asked.size === 0 ? typed : new Map([...asked, ...typed]) };
}

/** The arguments of most queues, which share these objects. */
const TYPE_ARGUMENTS: Readonly<Record<QueueTypeName, FieldTable>> = {
  classic: fieldTable({ "x-queue-type": "classic" }),
  quorum: fieldTable({ "x-queue-type": "quorum" }),
  stream: fieldTable({ "x-queue-type": "stream" }),
};

/** Throws PRECONDITION_FAILED when a queue of that type can't be named by the server. */
export function checkServerNamed(declaration: Pick<QueueDeclaration, "arguments">): void {
  const type = queueTypeName(declaration.arguments);
  if (!QUEUE_TYPES[type].isReplicated) return;
  throw preconditionFailed(`Cannot declare a server-named queue for type rabbit_${type}_queue`);
}

/** Throws PRECONDITION_FAILED for sizes of a stream that RabbitMQ refuses. */
function checkStreamSizes(queueArguments: FieldTable): void {
  const sizeOf = (name: string) => Number(queueArguments.get(name)?.value ?? NaN);
  if (sizeOf("x-stream-max-segment-size-bytes") > SEGMENT_BYTES_MAX) {
    throw preconditionFailed("Exceeded max value for x-stream-max-segment-size-bytes");
  }
  const filterBytes = sizeOf("x-stream-filter-size-bytes");
  if (filterBytes < FILTER_BYTES_MIN || filterBytes > FILTER_BYTES_MAX) {
    throw preconditionFailed("Invalid value for x-stream-filter-size-bytes");
  }
}

/** Throws PRECONDITION_FAILED for a property that a queue of that type can't have. `queue` names it in errors. */
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
  checkStreamSizes(declaration.arguments);
}

/**
 * Throws PRECONDITION_FAILED or NOT_IMPLEMENTED for a consumer that a queue of its type can't have. `queue` names the
 * queue in errors.
 */
export function checkConsumption(
  { isStream, arguments: queueArguments }: AnyQueue,
  { prefetch, noAck }: Consumption,
  hasSharedPrefetch: boolean,
  queue: string,
): void {
  if (isStream && prefetch === 0) throw preconditionFailed(`consumer prefetch count is not set for stream ${queue}`);
  if (isStream && noAck) throw notImplemented(`automatic acknowledgement not supported by stream ${queue}`);
  if (hasSharedPrefetch && QUEUE_TYPES[queueTypeName(queueArguments)].isReplicated) {
    throw notImplemented(`${queue} does not support global qos`);
  }
}

/** Throws RESOURCE_LOCKED when single messages can't be fetched from a queue. `phrase` names it in errors. */
export function checkGettable({ arguments: queueArguments }: Pick<AnyQueue, "arguments">, phrase: string): void {
  if (queueTypeName(queueArguments) !== "quorum" || !hasSingleActiveConsumer(queueArguments)) return;
  throw resourceLocked(
    `cannot obtain access to locked ${phrase}. basic.get operations are not supported by quorum queues with single ` +
      `active consumer`,
  );
}

/** Conditions of `queue.delete`. */
export interface DeletionConditions {
  readonly ifUnused?: boolean;
  readonly ifEmpty?: boolean;
}

type DeletableQueue = Pick<AnyQueue, "arguments" | "readyCount" | "isStream"> & {
  readonly consumers: { readonly size: number };
};

/**
 * Throws NOT_IMPLEMENTED for a condition that a queue of its type does not support, and PRECONDITION_FAILED for one
 * that does not hold. `phrase` names the queue in errors.
 */
export function checkDeletionConditions(
  { arguments: queueArguments, consumers, readyCount, isStream }: DeletableQueue,
  { ifUnused, ifEmpty }: DeletionConditions,
  phrase: string,
): void {
  if (queueTypeName(queueArguments) === "quorum" && (ifUnused || ifEmpty)) {
    const flag = ifUnused ? "if-unused" : "if-empty";
    throw notImplemented(
      `cannot delete ${phrase}. queue.delete operations with ${flag} flag set are not supported by quorum queues`,
    );
  }
  // RabbitMQ deletes a stream even when it has messages or consumers.
  if (isStream) return;
  if (ifUnused && consumers.size > 0) throw preconditionFailed(`${phrase} in use`);
  if (ifEmpty && readyCount > 0) throw preconditionFailed(`${phrase} not empty`);
}
