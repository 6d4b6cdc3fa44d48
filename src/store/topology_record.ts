import { ByteReader } from "../wire/byte_reader.ts";
import { ByteWriter } from "../wire/byte_writer.ts";
import { canonicalTable, type FieldTable } from "../wire/field_table.ts";
import {
  binary,
  boolean,
  type Field,
  fieldTable,
  list,
  object,
  octet,
  oneOf,
  shortText,
  text,
  uint32,
} from "./fields.ts";
import { RECORD_HEAD_BYTES, setRecordHead, viewOf } from "./record.ts";

interface MayBeTransient {
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
  /** What makes use of it, such as `policy`. */
  readonly component: string;
  readonly name: string;
}

export interface ParameterRecord extends ParameterKey {
  /** JSON. */
  readonly value: string;
}

export interface ExchangeRecord extends MayBeTransient {
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
  readonly queueId: number;
}

export interface QueueRecord extends QueueKey {
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

interface OfBinding extends MayBeTransient {
  readonly vhost: string;
  readonly binding: BindingRecord;
}

/** A queue gets another sequence of messages beside its own, as a priority queue has one for each priority in use. */
export interface BackingQueueRecord {
  readonly queueId: number;
  /** From 0 to 255. */
  readonly priority: number;
  readonly sequenceId: number;
}

/** What an exchange has a sequence of messages for. It has one at most for each. */
export type SequencePurpose = "delayed" | "seen";

/** An exchange gets a sequence of messages, as one that delays them has. */
export interface SequenceRecord {
  readonly vhost: string;
  readonly exchange: string;
  readonly purpose: SequencePurpose;
  readonly sequenceId: number;
}

/** What each type of record says. */
interface Records {
  /** The virtual host, user and permissions that a new node has were made. */
  "default_data.inserted": object;
  /** Ids of sequences, from the first one of somebody's range up to one, may have been given. */
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
  "sequence.removed": { readonly sequenceId: number };
  "binding.added": OfBinding;
  "binding.removed": OfBinding;
}

export type RecordTypeName = keyof Records;
export type RecordOf<Type extends RecordTypeName> = { readonly type: Type } & Records[Type];

/** A durable change of what the broker consists of. Messages have calls of their own, for there are many. */
export type TopologyRecord = { readonly [Type in RecordTypeName]: RecordOf<Type> }[RecordTypeName];

/** The kinds of things that records put and delete, in an order in which each can be applied. */
export const KINDS = [
  "ids",
  "default_data",
  "vhost",
  "user",
  "permission",
  "topic_permission",
  "parameter",
  "exchange",
  "queue",
  "sequence",
  "binding",
] as const;
export type Kind = typeof KINDS[number];

/** Messages with rising positions, which the store knows by one id. No two sequences have the same, ever. */
export interface Sequence {
  readonly id: number;
  /** True when blocks tell which filter values their messages have. */
  readonly hasFilterValues: boolean;
}

/**
 * What the store knows of a type of records. It keeps the newest record of each key: `put` takes the place of the one
 * before, `add` goes behind all others even when the key is there already, `delete` removes.
 */
export interface RecordType<Content> {
  /** On disk. */
  readonly number: number;
  readonly kind: Kind;
  readonly effect: "put" | "add" | "delete";
  readonly content: Field<Content>;
  /** What it is the newest record of, among those of its kind. */
  key(record: Content): string | number;
  /** What it goes with: see {@linkcode scope}. */
  within?(record: Content): string;
  /** The sequence of messages that comes or goes with it. */
  sequence?(record: Content): Sequence;
}

/** What names a thing for others that go with it. */
export const scope = (kind: Kind, key: string | number): string => `${kind}\0${key}`;

const join = (...parts: readonly string[]): string => parts.join("\0");
const vhostKey = ({ vhost }: { readonly vhost: string }) => vhost;
const userKey = ({ user }: { readonly user: string }) => user;
const permissionKey = ({ user, vhost }: PermissionKey) => join(user, vhost);
const topicPermissionKey = ({ user, vhost, exchange }: TopicPermissionKey) => join(user, vhost, exchange);
const parameterKey = ({ vhost, component, name }: ParameterKey) => join(vhost, component, name);
const exchangeKey = ({ vhost, exchange }: { readonly vhost: string; readonly exchange: string }) =>
  join(vhost, exchange);
const queueKey = ({ queueId }: { readonly queueId: number }) => queueId;
const sequenceKey = ({ sequenceId }: { readonly sequenceId: number }) => sequenceId;
const bindingKey = ({ vhost, binding }: OfBinding) =>
  join(
    vhost,
    binding.source,
    binding.destinationType,
    binding.destination,
    binding.routingKey,
    canonicalTable(binding.arguments),
  );
const withinSource = ({ vhost, binding }: OfBinding) =>
  scope("exchange", exchangeKey({ vhost, exchange: binding.source }));

const plainSequence = (id: number): Sequence => ({ id, hasFilterValues: false });

const permissionFields = { user: text, vhost: text };
const parameterFields = { vhost: text, component: text, name: text };
const queueFields = { vhost: text, queue: shortText, queueId: uint32 };
const bindingContent: Field<OfBinding> = object<Omit<OfBinding, "transient">>({
  vhost: text,
  binding: object<BindingRecord>({
    source: shortText,
    destination: shortText,
    destinationType: oneOf("queue", "exchange"),
    routingKey: shortText,
    arguments: fieldTable,
  }),
});

/** Two flags in one octet. */
const exchangeFlags: Field<Pick<ExchangeRecord, "autoDelete" | "internal">> = {
  write: (writer, { autoDelete, internal }) => writer.octet((autoDelete ? 1 : 0) | (internal ? 2 : 0)),
  read(reader) {
    const flags = reader.octet();
    return { autoDelete: (flags & 1) !== 0, internal: (flags & 2) !== 0 };
  },
};
const exchangeNames = object<Pick<ExchangeRecord, "vhost" | "exchange" | "exchangeType">>({
  vhost: text,
  exchange: shortText,
  exchangeType: shortText,
});
const exchangeContent: Field<ExchangeRecord> = {
  write(writer, record) {
    exchangeNames.write(writer, record);
    exchangeFlags.write(writer, record);
    fieldTable.write(writer, record.arguments);
  },
  read: (reader) => ({
    ...exchangeNames.read(reader),
    ...exchangeFlags.read(reader),
    arguments: fieldTable.read(reader),
  }),
};

/** All types of records. A new one is an entry here and in {@linkcode Records}; numbers are never used again. */
export const RECORD_TYPES: { readonly [Type in RecordTypeName]: RecordType<Records[Type]> } = {
  "exchange.declared": {
    number: 17,
    kind: "exchange",
    effect: "put",
    content: exchangeContent,
    key: exchangeKey,
  },
  "exchange.deleted": {
    number: 18,
    kind: "exchange",
    effect: "delete",
    content: object<{ vhost: string; exchange: string }>({ vhost: text, exchange: shortText }),
    key: exchangeKey,
  },
  "queue.declared": {
    number: 19,
    kind: "queue",
    effect: "put",
    content: object<Omit<QueueRecord, "transient" | "owner">>({
      ...queueFields,
      autoDelete: boolean,
      arguments: fieldTable,
    }),
    key: queueKey,
    sequence: ({ queueId, arguments: all }) => ({
      id: queueId,
      hasFilterValues: all.get("x-queue-type")?.value === "stream",
    }),
  },
  "binding.added": {
    number: 21,
    kind: "binding",
    // The order of bindings says where a consistent hash exchange sends what. Where a snapshot knows one already, those
    // behind it come again too.
    effect: "add",
    content: bindingContent,
    key: bindingKey,
    within: withinSource,
  },
  "binding.removed": {
    number: 22,
    kind: "binding",
    effect: "delete",
    content: bindingContent,
    key: bindingKey,
  },
  "parameter.set": {
    number: 23,
    kind: "parameter",
    effect: "put",
    content: object<ParameterRecord>({ ...parameterFields, value: text }),
    key: parameterKey,
  },
  "parameter.cleared": {
    number: 24,
    kind: "parameter",
    effect: "delete",
    content: object<ParameterKey>(parameterFields),
    key: parameterKey,
  },
  "backing_queue.added": {
    number: 25,
    kind: "sequence",
    effect: "put",
    content: object<BackingQueueRecord>({ queueId: uint32, priority: octet, sequenceId: uint32 }),
    key: sequenceKey,
    within: ({ queueId }) => scope("queue", queueId),
    sequence: ({ sequenceId }) => plainSequence(sequenceId),
  },
  "sequence.added": {
    number: 26,
    kind: "sequence",
    effect: "put",
    content: object<SequenceRecord>({
      vhost: text,
      exchange: shortText,
      purpose: oneOf("delayed", "seen"),
      sequenceId: uint32,
    }),
    key: sequenceKey,
    sequence: ({ sequenceId }) => plainSequence(sequenceId),
  },
  "sequence.removed": {
    number: 27,
    kind: "sequence",
    effect: "delete",
    content: object<{ sequenceId: number }>({ sequenceId: uint32 }),
    key: sequenceKey,
    sequence: ({ sequenceId }) => plainSequence(sequenceId),
  },
  "vhost.put": {
    number: 28,
    kind: "vhost",
    effect: "put",
    content: object<VirtualHostRecord>({
      vhost: text,
      description: text,
      tags: list(text),
      defaultQueueType: text,
      protectedFromDeletion: boolean,
    }),
    key: vhostKey,
  },
  "vhost.deleted": {
    number: 29,
    kind: "vhost",
    effect: "delete",
    content: object<{ vhost: string }>({ vhost: text }),
    key: vhostKey,
  },
  "queue.deleted": {
    number: 30,
    kind: "queue",
    effect: "delete",
    content: object<Omit<QueueKey, "transient">>(queueFields),
    key: queueKey,
    sequence: ({ queueId }) => plainSequence(queueId),
  },
  "user.put": {
    number: 31,
    kind: "user",
    effect: "put",
    content: object<UserRecord>({ user: text, passwordHash: binary, hashingAlgorithm: text, tags: list(text) }),
    key: userKey,
  },
  "user.deleted": {
    number: 32,
    kind: "user",
    effect: "delete",
    content: object<{ user: string }>({ user: text }),
    key: userKey,
  },
  "permission.put": {
    number: 33,
    kind: "permission",
    effect: "put",
    content: object<PermissionRecord>({ ...permissionFields, configure: text, write: text, read: text }),
    key: permissionKey,
  },
  "permission.cleared": {
    number: 34,
    kind: "permission",
    effect: "delete",
    content: object<PermissionKey>(permissionFields),
    key: permissionKey,
  },
  "topic_permission.put": {
    number: 35,
    kind: "topic_permission",
    effect: "put",
    content: object<TopicPermissionRecord>({ ...permissionFields, exchange: text, write: text, read: text }),
    key: topicPermissionKey,
  },
  "topic_permission.cleared": {
    number: 36,
    kind: "topic_permission",
    effect: "delete",
    content: object<TopicPermissionKey>({ ...permissionFields, exchange: text }),
    key: topicPermissionKey,
  },
  "default_data.inserted": {
    number: 37,
    kind: "default_data",
    effect: "put",
    content: object<object>({}),
    key: () => "",
  },
  "ids.reserved": {
    number: 38,
    kind: "ids",
    effect: "put",
    content: object<{ first: number; upTo: number }>({ first: uint32, upTo: uint32 }),
    key: ({ first }) => first,
  },
};

/** The metadata of a virtual host of which nothing is said. */
export const NO_METADATA: Omit<VirtualHostRecord, "vhost"> = {
  description: "",
  tags: [],
  defaultQueueType: "",
  protectedFromDeletion: false,
};

/** Types that format 2 wrote in another way, by their numbers. */
const FORMAT_2_TYPES: ReadonlyMap<number, (reader: ByteReader) => TopologyRecord> = new Map([
  [16, (reader) => ({ type: "vhost.put", vhost: text.read(reader), ...NO_METADATA })],
  // The id alone was enough to find what is deleted, and is all that the store asks for.
  [20, (reader) => ({ type: "queue.deleted", vhost: "", queue: "", queueId: uint32.read(reader) })],
] as [number, (reader: ByteReader) => TopologyRecord][]);

const READERS: ReadonlyMap<number, (reader: ByteReader) => TopologyRecord> = new Map([
  ...FORMAT_2_TYPES,
  ...Object.entries(RECORD_TYPES).map(([type, { number, content }]): [
    number,
    (reader: ByteReader) => TopologyRecord,
  ] => [number, (reader) => ({ type, ...content.read(reader) }) as TopologyRecord]),
]);

/** What the store knows of a record's type. */
export const recordTypeOf = (record: TopologyRecord): RecordType<TopologyRecord> =>
  RECORD_TYPES[record.type] as unknown as RecordType<TopologyRecord>;

/** A change of topology as a whole record. It must not be a transient one. */
export function encodeTopology(record: TopologyRecord): Uint8Array {
  if ("transient" in record && record.transient) throw new TypeError(`A transient ${record.type} is not written`);
  const writer = new ByteWriter();
  writer.longlong(0n);
  const { number, content } = recordTypeOf(record);
  content.write(writer, record);
  const bytes = writer.written();
  setRecordHead(viewOf(bytes), 0, bytes.length, number);
  return bytes;
}

/** The change of topology in a record; `undefined` when the record is of another kind. */
export function decodeTopology(bytes: Uint8Array, at: number, type: number): TopologyRecord | undefined {
  return READERS.get(type)?.(new ByteReader(bytes, at + RECORD_HEAD_BYTES));
}
