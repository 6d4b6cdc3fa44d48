import { ByteReader } from "../wire/byte_reader.ts";
import type { ByteWriter } from "../wire/byte_writer.ts";
import { commandInvalid, type MethodId } from "../wire/error.ts";
import { EMPTY_TABLE, type FieldTable, readFieldTable, writeFieldTable } from "../wire/field_table.ts";

/** The types of a method's fields (AMQP 0-9-1 §4.2.1). Consecutive bits share octets, lowest bit first. */
interface FieldTypes {
  bit: boolean;
  octet: number;
  short: number;
  long: number;
  longlong: bigint;
  shortstr: string;
  longstr: Uint8Array;
  table: FieldTable;
}
type FieldType = keyof FieldTypes;
type Fields = Readonly<Record<string, FieldType>>;

/**
 * Every method of AMQP 0-9-1 and of RabbitMQ's extensions to it: class id, method id, and the fields in the order of
 * the wire. Fields called `reserved…` are written empty and skipped when read.
 */
export const METHODS = {
  "connection.start": [10, 10, {
    versionMajor: "octet",
    versionMinor: "octet",
    serverProperties: "table",
    mechanisms: "longstr",
    locales: "longstr",
  }],
  "connection.start-ok": [10, 11, {
    clientProperties: "table",
    mechanism: "shortstr",
    response: "longstr",
    locale: "shortstr",
  }],
  "connection.secure": [10, 20, { challenge: "longstr" }],
  "connection.secure-ok": [10, 21, { response: "longstr" }],
  "connection.tune": [10, 30, { channelMax: "short", frameMax: "long", heartbeat: "short" }],
  "connection.tune-ok": [10, 31, { channelMax: "short", frameMax: "long", heartbeat: "short" }],
  "connection.open": [10, 40, { virtualHost: "shortstr", reserved1: "shortstr", reserved2: "bit" }],
  "connection.open-ok": [10, 41, { reserved1: "shortstr" }],
  "connection.close": [10, 50, { replyCode: "short", replyText: "shortstr", classId: "short", methodId: "short" }],
  "connection.close-ok": [10, 51, {}],
  "connection.blocked": [10, 60, { reason: "shortstr" }],
  "connection.unblocked": [10, 61, {}],
  "connection.update-secret": [10, 70, { newSecret: "longstr", reason: "shortstr" }],
  "connection.update-secret-ok": [10, 71, {}],

  "channel.open": [20, 10, { reserved1: "shortstr" }],
  "channel.open-ok": [20, 11, { reserved1: "longstr" }],
  "channel.flow": [20, 20, { active: "bit" }],
  "channel.flow-ok": [20, 21, { active: "bit" }],
  "channel.close": [20, 40, { replyCode: "short", replyText: "shortstr", classId: "short", methodId: "short" }],
  "channel.close-ok": [20, 41, {}],

  "access.request": [30, 10, {
    realm: "shortstr",
    exclusive: "bit",
    passive: "bit",
    active: "bit",
    write: "bit",
    read: "bit",
  }],
  "access.request-ok": [30, 11, { ticket: "short" }],

  "exchange.declare": [40, 10, {
    reserved1: "short",
    exchange: "shortstr",
    type: "shortstr",
    passive: "bit",
    durable: "bit",
    autoDelete: "bit",
    internal: "bit",
    nowait: "bit",
    arguments: "table",
  }],
  "exchange.declare-ok": [40, 11, {}],
  "exchange.delete": [40, 20, { reserved1: "short", exchange: "shortstr", ifUnused: "bit", nowait: "bit" }],
  "exchange.delete-ok": [40, 21, {}],
  "exchange.bind": [40, 30, {
    reserved1: "short",
    destination: "shortstr",
    source: "shortstr",
    routingKey: "shortstr",
    nowait: "bit",
    arguments: "table",
  }],
  "exchange.bind-ok": [40, 31, {}],
  "exchange.unbind": [40, 40, {
    reserved1: "short",
    destination: "shortstr",
    source: "shortstr",
    routingKey: "shortstr",
    nowait: "bit",
    arguments: "table",
  }],
  "exchange.unbind-ok": [40, 51, {}],

  "queue.declare": [50, 10, {
    reserved1: "short",
    queue: "shortstr",
    passive: "bit",
    durable: "bit",
    exclusive: "bit",
    autoDelete: "bit",
    nowait: "bit",
    arguments: "table",
  }],
  "queue.declare-ok": [50, 11, { queue: "shortstr", messageCount: "long", consumerCount: "long" }],
  "queue.bind": [50, 20, {
    reserved1: "short",
    queue: "shortstr",
    exchange: "shortstr",
    routingKey: "shortstr",
    nowait: "bit",
    arguments: "table",
  }],
  "queue.bind-ok": [50, 21, {}],
  "queue.purge": [50, 30, { reserved1: "short", queue: "shortstr", nowait: "bit" }],
  "queue.purge-ok": [50, 31, { messageCount: "long" }],
  "queue.delete": [50, 40, {
    reserved1: "short",
    queue: "shortstr",
    ifUnused: "bit",
    ifEmpty: "bit",
    nowait: "bit",
  }],
  "queue.delete-ok": [50, 41, { messageCount: "long" }],
  "queue.unbind": [50, 50, {
    reserved1: "short",
    queue: "shortstr",
    exchange: "shortstr",
    routingKey: "shortstr",
    arguments: "table",
  }],
  "queue.unbind-ok": [50, 51, {}],

  "basic.qos": [60, 10, { prefetchSize: "long", prefetchCount: "short", global: "bit" }],
  "basic.qos-ok": [60, 11, {}],
  "basic.consume": [60, 20, {
    reserved1: "short",
    queue: "shortstr",
    consumerTag: "shortstr",
    noLocal: "bit",
    noAck: "bit",
    exclusive: "bit",
    nowait: "bit",
    arguments: "table",
  }],
  "basic.consume-ok": [60, 21, { consumerTag: "shortstr" }],
  "basic.cancel": [60, 30, { consumerTag: "shortstr", nowait: "bit" }],
  "basic.cancel-ok": [60, 31, { consumerTag: "shortstr" }],
  "basic.publish": [60, 40, {
    reserved1: "short",
    exchange: "shortstr",
    routingKey: "shortstr",
    mandatory: "bit",
    immediate: "bit",
  }],
  "basic.return": [60, 50, {
    replyCode: "short",
    replyText: "shortstr",
    exchange: "shortstr",
    routingKey: "shortstr",
  }],
  "basic.deliver": [60, 60, {
    consumerTag: "shortstr",
    deliveryTag: "longlong",
    redelivered: "bit",
    exchange: "shortstr",
    routingKey: "shortstr",
  }],
  "basic.get": [60, 70, { reserved1: "short", queue: "shortstr", noAck: "bit" }],
  "basic.get-ok": [60, 71, {
    deliveryTag: "longlong",
    redelivered: "bit",
    exchange: "shortstr",
    routingKey: "shortstr",
    messageCount: "long",
  }],
  "basic.get-empty": [60, 72, { reserved1: "shortstr" }],
  "basic.ack": [60, 80, { deliveryTag: "longlong", multiple: "bit" }],
  "basic.reject": [60, 90, { deliveryTag: "longlong", requeue: "bit" }],
  "basic.recover-async": [60, 100, { requeue: "bit" }],
  "basic.recover": [60, 110, { requeue: "bit" }],
  "basic.recover-ok": [60, 111, {}],
  "basic.nack": [60, 120, { deliveryTag: "longlong", multiple: "bit", requeue: "bit" }],

  "confirm.select": [85, 10, { nowait: "bit" }],
  "confirm.select-ok": [85, 11, {}],

  "tx.select": [90, 10, {}],
  "tx.select-ok": [90, 11, {}],
  "tx.commit": [90, 20, {}],
  "tx.commit-ok": [90, 21, {}],
  "tx.rollback": [90, 30, {}],
  "tx.rollback-ok": [90, 31, {}],
} as const satisfies Readonly<Record<string, MethodDefinition>>;

type MethodDefinition = readonly [classId: number, methodId: number, fields: Fields];
type Methods = typeof METHODS;

/** The name of a method, such as `"queue.declare"`. */
export type MethodName = keyof Methods;

/** The fields of the method `N`, without the reserved ones. */
export type MethodFields<N extends MethodName> = {
  readonly [
    F in keyof Methods[N][2] as F extends `reserved${string}` ? never : F
  ]: Methods[N][2][F] extends FieldType ? FieldTypes[Methods[N][2][F]] : never;
};

/** The method `N` with its fields. */
export type MethodOf<N extends MethodName> = { readonly name: N } & MethodFields<N>;

/** Any method, told apart by its `name`. */
export type Method = { [N in MethodName]: MethodOf<N> }[MethodName];

/** Methods whose layout differs from 0-9-1. RabbitMQ has none of the classes that only 0-8 has (file, stream, …). */
const METHODS_0_8: Readonly<Partial<Record<MethodName, MethodDefinition>>> = {
  "connection.close": [10, 60, METHODS["connection.close"][2]],
  "connection.close-ok": [10, 61, {}],
  // 0-8 gave 10,60 and 10,61 to close, so these two have no number there and are never sent to a 0-8 peer.
  "connection.blocked": [0, 0, {}],
  "connection.unblocked": [0, 1, {}],
  "channel.open-ok": [20, 11, {}],
  "basic.consume": [60, 20, {
    reserved1: "short",
    queue: "shortstr",
    consumerTag: "shortstr",
    noLocal: "bit",
    noAck: "bit",
    exclusive: "bit",
    nowait: "bit",
  }],
};

const EMPTY_BYTES = new Uint8Array(0);

/** Values of fields that a version of the protocol does not have. */
const DEFAULTS: FieldTypes = {
  bit: false,
  octet: 0,
  short: 0,
  long: 0,
  longlong: 0n,
  shortstr: "",
  longstr: EMPTY_BYTES,
  table: EMPTY_TABLE,
};

const READERS: { readonly [T in Exclude<FieldType, "bit">]: (reader: ByteReader) => FieldTypes[T] } = {
  octet: (reader) => reader.octet(),
  short: (reader) => reader.short(),
  long: (reader) => reader.long(),
  longlong: (reader) => reader.longlong(),
  shortstr: (reader) => reader.shortstr(),
  longstr: (reader) => reader.longstr(),
  table: (reader) => readFieldTable(reader),
};

const WRITERS: { readonly [T in Exclude<FieldType, "bit">]: (writer: ByteWriter, value: FieldTypes[T]) => void } = {
  octet: (writer, value) => writer.octet(value),
  short: (writer, value) => writer.short(value),
  long: (writer, value) => writer.long(value),
  longlong: (writer, value) => writer.longlong(value),
  shortstr: (writer, value) => writer.shortstr(value),
  longstr: (writer, value) => writer.longstr(value),
  table: (writer, value) => writeFieldTable(writer, value),
};

/** Reads and writes the methods of one version of the protocol. */
export class MethodCodec {
  readonly #definitions: ReadonlyMap<MethodName, MethodDefinition>;
  readonly #names = new Map<number, MethodName>();

  constructor(overrides: Readonly<Partial<Record<MethodName, MethodDefinition>>> = {}) {
    const names = Object.keys(METHODS) as MethodName[];
    this.#definitions = new Map(names.map((name) => [name, overrides[name] ?? METHODS[name]]));
    for (const [name, [classId, methodId]] of this.#definitions) this.#names.set(classId << 16 | methodId, name);
  }

  /** Returns the class id and the method id of a method. */
  id(name: MethodName): readonly [classId: number, methodId: number] {
    const [classId, methodId] = this.#definitions.get(name)!;
    return [classId, methodId];
  }

  /**
   * Reads the method in a method frame's payload. Bytes behind its last field are ignored, as in RabbitMQ. Throws
   * COMMAND_INVALID for an unknown class or method, SYNTAX_ERROR or FRAME_ERROR for malformed fields.
   */
  decode(bytes: Uint8Array, offset = 0, end = bytes.length): Method {
    const reader = new ByteReader(bytes, offset, end);
    const classId = reader.short();
    const methodId = reader.short();
    const name = this.#names.get(classId << 16 | methodId);
    if (name === undefined) {
      throw commandInvalid(`unknown method: class ${classId} has no method ${methodId} that this server knows`);
    }
    const method: Record<string, unknown> = { name };
    for (const [field, type] of Object.entries(METHODS[name][2])) {
      if (!field.startsWith("reserved")) method[field] = DEFAULTS[type as FieldType];
    }
    let bitsLeft = 0;
    let bits = 0;
    for (const [field, type] of Object.entries(this.#definitions.get(name)![2])) {
      let value: FieldTypes[FieldType];
      if (type === "bit") {
        if (bitsLeft === 0) {
          bits = reader.octet();
          bitsLeft = 8;
        }
        value = (bits & 1) === 1;
        bits >>= 1;
        bitsLeft--;
      } else {
        bitsLeft = 0;
        value = READERS[type](reader);
      }
      if (!field.startsWith("reserved")) method[field] = value;
    }
    return method as unknown as Method;
  }

  /** Writes a method as the payload of a method frame. Throws `RangeError` for a short string of over 255 bytes. */
  encode(writer: ByteWriter, method: Method): void {
    const [classId, methodId, fields] = this.#definitions.get(method.name)!;
    writer.short(classId);
    writer.short(methodId);
    const values = method as unknown as Readonly<Record<string, unknown>>;
    let bitCount = 0;
    let bits = 0;
    for (const [field, type] of Object.entries(fields)) {
      const value = values[field] ?? DEFAULTS[type];
      if (type === "bit") {
        if (value) bits |= 1 << bitCount;
        if (++bitCount === 8) {
          writer.octet(bits);
          bitCount = bits = 0;
        }
        continue;
      }
      if (bitCount > 0) {
        writer.octet(bits);
        bitCount = bits = 0;
      }
      (WRITERS[type] as (writer: ByteWriter, value: unknown) => void)(writer, value);
    }
    if (bitCount > 0) writer.octet(bits);
  }
}

/** Returns the ids of a method's class and of the method in it. */
export const methodIdOf = (name: MethodName): MethodId => [METHODS[name][0], METHODS[name][1]];

/** Returns the name of the method with these ids, if there is one. */
export const methodNameOf = ([classId, methodId]: readonly [number, number]): string | undefined =>
  Object.entries(METHODS).find(([, [ofClass, ofMethod]]) => ofClass === classId && ofMethod === methodId)?.[0];

/** AMQP 0-9-1, and 0-9, which RabbitMQ treats as the same. */
export const AMQP_0_9_1: MethodCodec = new MethodCodec();
/** AMQP 0-8, which py-amqplib speaks. */
export const AMQP_0_8: MethodCodec = new MethodCodec(METHODS_0_8);
