import type { SequenceId } from "./sequence.ts";
import type { FieldTable } from "../wire/field_table.ts";

export interface MayBeTransient {
  /** Set where the thing does not outlive the process: the record is applied, and never appended. */
  readonly transient?: true;
}

export interface VirtualHostRecord {
  readonly vhost: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** The type of queues that are declared without one; empty for the node's. */
  readonly defaultQueueType: string;
  readonly protectedFromDeletion: boolean;
}

/** The metadata of a virtual host of which nothing is said. */
export const NO_METADATA: Omit<VirtualHostRecord, "vhost"> = {
  description: "",
  tags: [],
  defaultQueueType: "",
  protectedFromDeletion: false,
};

export interface UserRecord {
  readonly user: string;
  /** Empty for a user without a password. */
  readonly passwordHash: Uint8Array;
  /** RabbitMQ's name of it, such as `rabbit_password_hashing_sha256`. */
  readonly hashingAlgorithm: string;
  readonly tags: readonly string[];
}

export interface PermissionKey {
  readonly user: string;
  readonly vhost: string;
}

/** Patterns for the names of exchanges and queues. */
export interface PermissionRecord extends PermissionKey {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

export interface TopicPermissionKey extends PermissionKey {
  readonly exchange: string;
}

/** Patterns for routing keys. */
export interface TopicPermissionRecord extends TopicPermissionKey {
  readonly write: string;
  readonly read: string;
}

/** Which runtime parameter (RabbitMQ: Parameters and Policies) is meant. */
export interface ParameterKey {
  /** Empty for one that belongs to no virtual host. */
  readonly vhost: string;
  /** The component that uses it, such as `policy`. */
  readonly component: string;
  readonly name: string;
}

export interface ParameterRecord extends ParameterKey {
  /** JSON. */
  readonly value: string;
}

/** A thing that a user has declared. */
interface Declared {
  /** Absent where the broker, or a version that did not keep it, declared the thing. */
  readonly declaredBy?: string;
}

export interface ExchangeRecord extends MayBeTransient, Declared {
  readonly vhost: string;
  readonly exchange: string;
  readonly exchangeType: string;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly arguments: FieldTable;
}

export interface QueueKey extends MayBeTransient {
  readonly vhost: string;
  readonly queue: string;
  /** The sequence of its messages. */
  readonly queueId: SequenceId;
}

export interface QueueRecord extends QueueKey, Declared {
  readonly autoDelete: boolean;
  readonly arguments: FieldTable;
  /** The connection that alone may use it. Such a queue is transient. */
  readonly owner?: object;
}

export interface BindingRecord {
  readonly source: string;
  readonly destination: string;
  readonly destinationType: "queue" | "exchange";
  readonly routingKey: string;
  readonly arguments: FieldTable;
}

export interface OfBinding extends MayBeTransient {
  readonly vhost: string;
  readonly binding: BindingRecord;
}

/** A queue gets another sequence of messages beside its own, as a priority queue has one for each priority in use. */
export interface BackingQueueRecord {
  readonly queueId: SequenceId;
  /** From 0 to 255. */
  readonly priority: number;
  readonly sequenceId: SequenceId;
}

/** The purpose of an exchange's sequence of messages. An exchange has at most one for each. */
export type SequencePurpose = "delayed" | "seen";

/** An exchange gets a sequence of messages, as one that delays them has. */
export interface SequenceRecord {
  readonly vhost: string;
  readonly exchange: string;
  readonly purpose: SequencePurpose;
  readonly sequenceId: SequenceId;
}

/** The content of each type of record. */
export interface Records {
  /** The virtual host, user and permissions that a new node has were made. */
  "default_data.inserted": object;
  /** Ids of sequences from `first` up to `upTo` may be in use. */
  "ids.reserved": { readonly first: number; readonly upTo: number };
  "vhost.put": VirtualHostRecord;
  "vhost.deleted": { readonly vhost: string };
  "user.put": UserRecord;
  "user.deleted": { readonly user: string };
  "permission.put": PermissionRecord;
  "permission.cleared": PermissionKey;
  "topic_permission.put": TopicPermissionRecord;
  "topic_permission.cleared": TopicPermissionKey;
  "parameter.set": ParameterRecord;
  "parameter.cleared": ParameterKey;
  "exchange.declared": ExchangeRecord;
  /** With it go the bindings that lead away from it. */
  "exchange.deleted": MayBeTransient & { readonly vhost: string; readonly exchange: string };
  "queue.declared": QueueRecord;
  /** With it go its backing queues. */
  "queue.deleted": QueueKey;
  "backing_queue.added": BackingQueueRecord;
  "sequence.added": SequenceRecord;
  /** Comes before the record that deletes its exchange. */
  "sequence.removed": { readonly sequenceId: SequenceId };
  "binding.added": OfBinding;
  "binding.removed": OfBinding;
}

export type RecordTypeName = keyof Records;
export type RecordOf<Type extends RecordTypeName> = { readonly type: Type } & Records[Type];

/** A durable change of what the broker consists of. Messages have calls of their own, for there are many. */
export type TopologyRecord = { readonly [Type in RecordTypeName]: RecordOf<Type> }[RecordTypeName];
