import { ByteReader } from "../wire/byte_reader.ts";
import { ByteWriter } from "../wire/byte_writer.ts";
import { readFieldTable, writeFieldTable } from "../wire/field_table.ts";
import type { RowPurpose, TopologyRecord } from "./store.ts";

/**
 * What journal and snapshot consist of. Each record begins with its length in bytes (32 bits), its type (8 bits), flags
 * (8 bits) and a number (16 bits). Numbers are little-endian; a position takes 48 bits.
 */
export const RECORD_HEAD_BYTES = 8;

export const RECORD = {
  /** A message that came into queues: {@linkcode ENQUEUED_AT}, its queues, its time if it has one, its content. */
  enqueued: 1,
  /** A part of the content of the next message, which is too large for one batch. */
  content: 2,
  /** A queue is done with a range of positions. */
  settled: 3,
  /** A queue has delivered all positions before one. */
  delivered: 4,
  /** Segments that came and segments that are gone. */
  segments: 5,
  /** The first record of a journal file: how long the file before it was. */
  fileStarted: 6,
  /** The first record of a snapshot. */
  snapshotStarted: 7,
  /** What a queue consists of, beside its messages' content. */
  queueState: 8,
  /** Positions at which a queue has messages, as runs. */
  liveRuns: 9,
  /** The last record of a snapshot. */
  snapshotEnded: 10,
  /** A message was returned, so many times by now. */
  returned: 11,
  /** How often messages of a queue were returned, as pairs of position and count. */
  deliveryCounts: 12,
  vhostAdded: 16,
  exchangeDeclared: 17,
  exchangeDeleted: 18,
  queueDeclared: 19,
  queueDeleted: 20,
  bindingAdded: 21,
  bindingRemoved: 22,
  parameterSet: 23,
  parameterCleared: 24,
  levelAdded: 25,
  rowAdded: 26,
  rowRemoved: 27,
} as const;

/** The content of a message is in the records before it. */
export const FLAG_CONTENT_BEFORE = 1;

/** Where the parts of `enqueued` lie. The number in its head is that of its queues. */
export const ENQUEUED_AT = { headerBytes: 8, bodyBytes: 12, marks: 16, queues: 20 } as const;
/** A queue of `enqueued`: its id (32 bits), the position (48), and 16 bits to spare. */
export const ENQUEUED_QUEUE_BYTES = 12;
/** So many queues share one record; for more, the message is written again. */
export const ENQUEUED_QUEUES_MAX = 32768;

/**
 * Where the parts lie of records about a position of a queue: `settled`, for which it is the first one of a `count` of 48
 * bits; `delivered`, for which it is the one behind the last; and `returned`, with a `count` of 32 bits.
 */
export const POSITION_AT = { queueId: 8, position: 12, count: 18 } as const;
export const SETTLED_BYTES = 24;
export const DELIVERED_BYTES = 20;
export const RETURNED_BYTES = 24;

/** To read and write numbers in bytes. */
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Writes a number of up to 48 bits. */
export function setUint48(view: DataView, at: number, value: number): void {
  view.setUint32(at, value, true);
  view.setUint16(at + 4, value > 0xffffffff ? Math.floor(value / 0x100000000) : 0, true);
}

export const getUint48 = (view: DataView, at: number): number =>
  view.getUint32(at, true) + view.getUint16(at + 4, true) * 0x100000000;

export function setRecordHead(view: DataView, at: number, length: number, type: number, flags = 0, number = 0): void {
  view.setUint32(at, length, true);
  view.setUint32(at + 4, type | flags << 8 | number << 16, true);
}

export const recordBytes = (view: DataView, at: number): number => view.getUint32(at, true);
export const recordType = (view: DataView, at: number): number => view.getUint8(at + 4);
export const recordFlags = (view: DataView, at: number): number => view.getUint8(at + 5);
export const recordNumber = (view: DataView, at: number): number => view.getUint16(at + 6, true);

const TYPES: { readonly [T in TopologyRecord["type"]]: number } = {
  "vhost.added": RECORD.vhostAdded,
  "exchange.declared": RECORD.exchangeDeclared,
  "exchange.deleted": RECORD.exchangeDeleted,
  "queue.declared": RECORD.queueDeclared,
  "queue.deleted": RECORD.queueDeleted,
  "binding.added": RECORD.bindingAdded,
  "binding.removed": RECORD.bindingRemoved,
  "parameter.set": RECORD.parameterSet,
  "parameter.cleared": RECORD.parameterCleared,
  "level.added": RECORD.levelAdded,
  "row.added": RECORD.rowAdded,
  "row.removed": RECORD.rowRemoved,
};

/** Each stands for itself on disk by its place here. */
const ROW_PURPOSES: readonly RowPurpose[] = ["delayed", "seen"];

/** A change of topology as a whole record. */
export function encodeTopology(record: TopologyRecord): Uint8Array {
  const writer = new ByteWriter();
  writer.longlong(0n);
  switch (record.type) {
    case "vhost.added":
      writer.longstr(encoder.encode(record.vhost));
      break;
    case "exchange.declared":
      writer.longstr(encoder.encode(record.vhost));
      writer.shortstr(record.exchange);
      writer.shortstr(record.exchangeType);
      writer.octet((record.autoDelete ? 1 : 0) | (record.internal ? 2 : 0));
      writeFieldTable(writer, record.arguments);
      break;
    case "exchange.deleted":
      writer.longstr(encoder.encode(record.vhost));
      writer.shortstr(record.exchange);
      break;
    case "queue.declared":
      writer.longstr(encoder.encode(record.vhost));
      writer.shortstr(record.queue);
      writer.long(record.queueId);
      writer.octet(record.autoDelete ? 1 : 0);
      writeFieldTable(writer, record.arguments);
      break;
    case "queue.deleted":
      writer.long(record.queueId);
      break;
    case "row.added":
      writer.longstr(encoder.encode(record.vhost));
      writer.shortstr(record.exchange);
      writer.octet(ROW_PURPOSES.indexOf(record.purpose));
      writer.long(record.rowId);
      break;
    case "row.removed":
      writer.long(record.rowId);
      break;
    case "level.added":
      writer.long(record.queueId);
      writer.octet(record.level);
      writer.long(record.levelId);
      break;
    case "parameter.set":
    case "parameter.cleared":
      for (const part of [record.vhost, record.component, record.name]) writer.longstr(encoder.encode(part));
      if (record.type === "parameter.set") writer.longstr(encoder.encode(record.value));
      break;
    default: {
      const { binding } = record;
      writer.longstr(encoder.encode(record.vhost));
      writer.shortstr(binding.source);
      writer.shortstr(binding.destination);
      writer.octet(binding.destinationType === "exchange" ? 1 : 0);
      writer.shortstr(binding.routingKey);
      writeFieldTable(writer, binding.arguments);
    }
  }
  const bytes = writer.written();
  setRecordHead(viewOf(bytes), 0, bytes.length, TYPES[record.type]);
  return bytes;
}

/** The change of topology in a record; `undefined` when the record is of another kind. */
export function decodeTopology(bytes: Uint8Array, at: number, type: number): TopologyRecord | undefined {
  const reader = new ByteReader(bytes, at + RECORD_HEAD_BYTES);
  switch (type) {
    case RECORD.vhostAdded:
      return { type: "vhost.added", vhost: text(reader) };
    case RECORD.exchangeDeclared: {
      const [vhost, exchange, exchangeType] = [text(reader), reader.shortstr(), reader.shortstr()];
      const flags = reader.octet();
      return {
        type: "exchange.declared",
        vhost,
        exchange,
        exchangeType,
        autoDelete: (flags & 1) !== 0,
        internal: (flags & 2) !== 0,
        arguments: readFieldTable(reader),
      };
    }
    case RECORD.exchangeDeleted:
      return { type: "exchange.deleted", vhost: text(reader), exchange: reader.shortstr() };
    case RECORD.queueDeclared: {
      const [vhost, queue, queueId] = [text(reader), reader.shortstr(), reader.long()];
      const autoDelete = reader.octet() !== 0;
      return { type: "queue.declared", vhost, queue, queueId, autoDelete, arguments: readFieldTable(reader) };
    }
    case RECORD.queueDeleted:
      return { type: "queue.deleted", queueId: reader.long() };
    case RECORD.rowAdded: {
      const [vhost, exchange, purpose] = [text(reader), reader.shortstr(), ROW_PURPOSES[reader.octet()]];
      return { type: "row.added", vhost, exchange, purpose, rowId: reader.long() };
    }
    case RECORD.rowRemoved:
      return { type: "row.removed", rowId: reader.long() };
    case RECORD.levelAdded:
      return { type: "level.added", queueId: reader.long(), level: reader.octet(), levelId: reader.long() };
    case RECORD.bindingAdded:
    case RECORD.bindingRemoved: {
      const [vhost, source, destination] = [text(reader), reader.shortstr(), reader.shortstr()];
      const destinationType = reader.octet() === 1 ? "exchange" : "queue";
      const binding = {
        source,
        destination,
        destinationType,
        routingKey: reader.shortstr(),
        arguments: readFieldTable(reader),
      } as const;
      return { type: type === RECORD.bindingAdded ? "binding.added" : "binding.removed", vhost, binding };
    }
    case RECORD.parameterSet:
    case RECORD.parameterCleared: {
      const key = { vhost: text(reader), component: text(reader), name: text(reader) };
      if (type === RECORD.parameterCleared) return { type: "parameter.cleared", ...key };
      return { type: "parameter.set", ...key, value: text(reader) };
    }
  }
  return undefined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const text = (reader: ByteReader): string => decoder.decode(reader.longstr());
