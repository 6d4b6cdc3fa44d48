import { ByteReader } from "../wire/byte_reader.ts";
import { ByteWriter } from "../wire/byte_writer.ts";
import { canonicalTable } from "../wire/field_table.ts";
import {
  binary,
  boolean,
  type Field,
  fieldTable,
  lastText,
  list,
  object,
  octet,
  oneOf,
  shortText,
  text,
  uint32,
} from "./fields.ts";
import { RECORD_HEAD_BYTES, recordBytes, setRecordHead, viewOf } from "./record.ts";
import {
  type BackingQueueRecord,
  type BindingRecord,
  type ExchangeRecord,
  NO_METADATA,
  type OfBinding,
  type ParameterKey,
  type ParameterRecord,
  type PermissionKey,
  type PermissionRecord,
  type QueueKey,
  type QueueRecord,
  type Records,
  type RecordTypeName,
  type SequenceRecord,
  type TopicPermissionKey,
  type TopicPermissionRecord,
  type TopologyRecord,
  type UserRecord,
  type VirtualHostRecord,
} from "./topology_record.ts";
import type { SequenceId } from "./sequence.ts";

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
  readonly id: SequenceId;
  /** True when blocks tell which filter values their messages have. */
  readonly hasFilterValues: boolean;
}

/**
 * A type of records. The store keeps the newest record of each key: `put` replaces the one before, `add` goes behind all
 * others even when the key is there already, `delete` removes.
 */
export interface RecordType<Content> {
  /** On disk. */
  readonly number: number;
  readonly kind: Kind;
  readonly effect: "put" | "add" | "delete";
  readonly content: Field<Content>;
  /** Returns the key of the thing that it is a record of, among those of its kind. */
  key(record: Content): string | number;
  /** Returns the scope of the thing that it is deleted with: see {@linkcode scope}. */
  within?(record: Content): string;
  /** The sequence of messages that comes or goes with it. */
  sequence?(record: Content): Sequence;
}

/** Returns the name of a thing for others that are deleted with it. */
export const scope = (kind: Kind, key: string | number): string => `${kind}\0${key}`;

const join = (...parts: readonly string[]): string => parts.join("\0");
const vhostKey = ({ vhost }: { readonly vhost: string }) => vhost;
const userKey = ({ user }: { readonly user: string }) => user;
const permissionKey = ({ user, vhost }: PermissionKey) => join(user, vhost);
const topicPermissionKey = ({ user, vhost, exchange }: TopicPermissionKey) => join(user, vhost, exchange);
const parameterKey = ({ vhost, component, name }: ParameterKey) => join(vhost, component, name);
const exchangeKey = ({ vhost, exchange }: { readonly vhost: string; readonly exchange: string }) =>
  join(vhost, exchange);
const queueKey = ({ queueId }: { readonly queueId: SequenceId }) => queueId;
const sequenceKey = ({ sequenceId }: { readonly sequenceId: SequenceId }) => sequenceId;
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

const plainSequence = (id: SequenceId): Sequence => ({ id, hasFilterValues: false });

const permissionFields = { user: text, vhost: text };
const parameterFields = { vhost: text, component: text, name: text };
const sequenceId = uint32 as Field<SequenceId>;
const queueFields = { vhost: text, queue: shortText, queueId: sequenceId };
const queueDeclaration = object<Omit<QueueRecord, "transient" | "owner" | "declaredBy">>({
  ...queueFields,
  autoDelete: boolean,
  arguments: fieldTable,
});
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
    lastText.write(writer, record.declaredBy);
  },
  read: (reader) => ({
    ...exchangeNames.read(reader),
    ...exchangeFlags.read(reader),
    arguments: fieldTable.read(reader),
    ...declaredBy(lastText.read(reader)),
  }),
};

/** A member that is left out where there is nothing. */
const declaredBy = (user: string | undefined) => user === undefined ? {} : { declaredBy: user };

const queueContent: Field<Omit<QueueRecord, "transient" | "owner">> = {
  write(writer, record) {
    queueDeclaration.write(writer, record);
    lastText.write(writer, record.declaredBy);
  },
  read: (reader) => ({ ...queueDeclaration.read(reader), ...declaredBy(lastText.read(reader)) }),
};

/** All types of records. A new one is an entry here and in `Records`; numbers are never used again. */
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
    content: queueContent,
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
    content: object<BackingQueueRecord>({ queueId: sequenceId, priority: octet, sequenceId }),
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
      sequenceId,
    }),
    key: sequenceKey,
    sequence: ({ sequenceId }) => plainSequence(sequenceId),
  },
  "sequence.removed": {
    number: 27,
    kind: "sequence",
    effect: "delete",
    content: object<{ sequenceId: SequenceId }>({ sequenceId }),
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

/** Types that format 2 wrote in another way, by their numbers. */
const FORMAT_2_TYPES: ReadonlyMap<number, (reader: ByteReader) => TopologyRecord> = new Map([
  [16, (reader) => ({ type: "vhost.put", vhost: text.read(reader), ...NO_METADATA })],
  // The id alone was enough to find what is deleted, and is all that the store asks for.
  [20, (reader) => ({ type: "queue.deleted", vhost: "", queue: "", queueId: sequenceId.read(reader) })],
] as [number, (reader: ByteReader) => TopologyRecord][]);

const READERS: ReadonlyMap<number, (reader: ByteReader) => TopologyRecord> = new Map([
  ...FORMAT_2_TYPES,
  ...Object.entries(RECORD_TYPES).map(([type, { number, content }]): [
    number,
    (reader: ByteReader) => TopologyRecord,
  ] => [number, (reader) => ({ type, ...content.read(reader) }) as TopologyRecord]),
]);

/** Returns the type of a record. */
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
  const end = at + recordBytes(viewOf(bytes), at);
  return READERS.get(type)?.(new ByteReader(bytes, at + RECORD_HEAD_BYTES, end));
}
