import { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import { syntaxError } from "./error.ts";
import { checkFieldTable, EMPTY_TABLE, type FieldTable, readFieldTable, writeFieldTable } from "./field_table.ts";

/** The content properties of class basic (AMQP 0-9-1 §1.8.1) with their types, in the order of their flags. */
const PROPERTIES = [
  ["contentType", "shortstr"],
  ["contentEncoding", "shortstr"],
  ["headers", "table"],
  ["deliveryMode", "octet"],
  ["priority", "octet"],
  ["correlationId", "shortstr"],
  ["replyTo", "shortstr"],
  ["expiration", "shortstr"],
  ["messageId", "shortstr"],
  ["timestamp", "timestamp"],
  ["type", "shortstr"],
  ["userId", "shortstr"],
  ["appId", "shortstr"],
  ["clusterId", "shortstr"],
] as const;

/** The content properties of a message. An absent one is `undefined`. */
export interface BasicProperties {
  /** Media type of the body. */
  readonly contentType?: string;
  /** Encoding of the body, such as `gzip`. */
  readonly contentEncoding?: string;
  /** Headers. */
  readonly headers?: FieldTable;
  /** 2 means persistent, anything else transient. */
  readonly deliveryMode?: number;
  /** 0 to 255. */
  readonly priority?: number;
  /** Id with which a reply names its request. */
  readonly correlationId?: string;
  /** Queue for replies. */
  readonly replyTo?: string;
  /** Milliseconds, in decimal digits. */
  readonly expiration?: string;
  /** Id of the message. */
  readonly messageId?: string;
  /** Seconds since 1970. */
  readonly timestamp?: bigint;
  /** Type of the message, as applications name it. */
  readonly type?: string;
  /** Name of the user who publishes it, which the broker checks. */
  readonly userId?: string;
  /** Name of the application that publishes it. */
  readonly appId?: string;
  /** Unused; RabbitMQ passes it on. */
  readonly clusterId?: string;
}

/** Bits of the flags without a property. The last one would say that more flags follow, but none are defined. */
const UNKNOWN_FLAGS = 0x0003;

export const CLASS_BASIC = 60;
/**
 * Offset of the body size in a content header's payload: class id (2), weight (2), body size (8), flags and properties.
 */
export const BODY_SIZE_OFFSET = 4;
export const FLAGS_OFFSET = 12;
/** Smallest size of a content header's payload. */
export const CONTENT_HEADER_MIN_BYTES = 14;

const bytesOf: { readonly [T in (typeof PROPERTIES)[number][1]]: (reader: ByteReader) => number } = {
  shortstr: (reader) => reader.octet(),
  octet: () => 1,
  timestamp: () => 8,
  table: (reader) => reader.long(),
};

/**
 * A view of the properties in a content header's payload, which decodes each one when it is read. The bytes must not
 * change while the view is used. Reading a property throws SYNTAX_ERROR when the bytes are malformed up to there.
 */
export class PropertiesView implements BasicProperties {
  readonly #bytes: Uint8Array;
  readonly #offset: number;
  readonly #end: number;

  /** The content header's payload begins at `offset` of `bytes` and is `length` bytes long. */
  constructor(bytes: Uint8Array, offset = 0, length = bytes.length - offset) {
    if (length < CONTENT_HEADER_MIN_BYTES) {
      throw syntaxError(`a content header takes at least ${CONTENT_HEADER_MIN_BYTES} bytes: received ${length}`);
    }
    this.#bytes = bytes;
    this.#offset = offset;
    this.#end = offset + length;
  }

  /** Returns a reader at the start of the property with this index, or `undefined` when it is absent. */
  #find(index: number): ByteReader | undefined {
    const at = this.#offset + FLAGS_OFFSET;
    const flags = this.#bytes[at] << 8 | this.#bytes[at + 1];
    if ((flags & 0x8000 >> index) === 0) return undefined;
    const reader = new ByteReader(this.#bytes, at + 2, this.#end);
    for (let before = 0; before < index; before++) {
      if ((flags & 0x8000 >> before) !== 0) reader.skip(bytesOf[PROPERTIES[before][1]](reader));
    }
    return reader;
  }

  get contentType(): string | undefined {
    return this.#find(0)?.shortstr();
  }
  get contentEncoding(): string | undefined {
    return this.#find(1)?.shortstr();
  }
  get headers(): FieldTable | undefined {
    const reader = this.#find(2);
    return reader && readFieldTable(reader);
  }
  get deliveryMode(): number | undefined {
    return this.#find(3)?.octet();
  }
  get priority(): number | undefined {
    return this.#find(4)?.octet();
  }
  get correlationId(): string | undefined {
    return this.#find(5)?.shortstr();
  }
  get replyTo(): string | undefined {
    return this.#find(6)?.shortstr();
  }
  get expiration(): string | undefined {
    return this.#find(7)?.shortstr();
  }
  get messageId(): string | undefined {
    return this.#find(8)?.shortstr();
  }
  get timestamp(): bigint | undefined {
    return this.#find(9)?.longlong();
  }
  get type(): string | undefined {
    return this.#find(10)?.shortstr();
  }
  get userId(): string | undefined {
    return this.#find(11)?.shortstr();
  }
  get appId(): string | undefined {
    return this.#find(12)?.shortstr();
  }
  get clusterId(): string | undefined {
    return this.#find(13)?.shortstr();
  }

  /** Copies every property that is present. */
  toObject(): BasicProperties {
    const all: Record<string, unknown> = {};
    for (const [name] of PROPERTIES) {
      const value = this[name];
      if (value !== undefined) all[name] = value;
    }
    return all;
  }
}

/**
 * Checks that the properties in a content header's payload match its flags, so that no consumer receives what it can't
 * read. For the publishing path: makes no view and no garbage. Throws SYNTAX_ERROR.
 */
export function checkProperties(bytes: Uint8Array, offset: number, length: number): void {
  const end = offset + length;
  let at = offset + FLAGS_OFFSET;
  const flags = bytes[at] << 8 | bytes[at + 1];
  at += 2;
  if ((flags & UNKNOWN_FLAGS) !== 0) throw syntaxError(`unknown property flags: ${flags & UNKNOWN_FLAGS}`);
  let rest = flags;
  while (rest !== 0 && at < end) {
    const index = Math.clz32(rest) - 16;
    rest ^= 0x8000 >> index;
    const type = PROPERTIES[index][1];
    if (type === "shortstr") at += 1 + bytes[at];
    else if (type === "octet") at += 1;
    else if (type === "timestamp") at += 8;
    else at = checkFieldTable(bytes, at, end);
  }
  if (rest !== 0 || at !== end) throw syntaxError("content properties do not end where their content header does");
}

/**
 * Finds the headers table in a checked content header's payload; returns `undefined` when there is none. For the
 * publishing path: makes no view and no garbage.
 */
export function headersOffset(bytes: Uint8Array, offset: number): number | undefined {
  const at = findProperty(bytes, offset, HEADERS_FLAG);
  return at === -1 ? undefined : at;
}

/**
 * Returns whether a content header's payload has delivery-mode 2. For the publishing path: makes no view and no
 * garbage. A header that is cut short before its delivery-mode is not persistent.
 */
export function isPersistent(bytes: Uint8Array, offset: number, length: number): boolean {
  const end = offset + length;
  let at = offset + FLAGS_OFFSET;
  const flags = bytes[at] << 8 | bytes[at + 1];
  if ((flags & 0x1000) === 0) return false;
  at += 2;
  if ((flags & 0x8000) !== 0) at += 1 + bytes[at];
  if ((flags & 0x4000) !== 0) at += 1 + bytes[at];
  if ((flags & 0x2000) !== 0) at += 4 + (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]);
  return at < end && bytes[at] === 2;
}

/** Flags of properties, one bit each: see {@linkcode hasProperty}. */
export const HEADERS_FLAG = 0x2000;
const DELIVERY_MODE_FLAG = 0x1000;
const PRIORITY_FLAG = 0x0800;
export const REPLY_TO_FLAG = 0x0200;
export const EXPIRATION_FLAG = 0x0100;
export const USER_ID_FLAG = 0x0010;
/** Usual growth of the headers when some are added. In bytes. */
const ADDED_HEADERS_BYTES = 512;
const PLUS = 43;
const MINUS = 45;

/** Finds the property with a flag in a checked content header's payload; returns -1 when it is absent. */
const findProperty = (bytes: Uint8Array, offset: number, flag: number): number =>
  hasProperty(bytes, offset, flag) ? placeOf(bytes, offset, flag) : -1;

/** Returns where the property with a flag is, or would be. Only for those up to the expiration. */
function placeOf(bytes: Uint8Array, offset: number, flag: number): number {
  let at = offset + FLAGS_OFFSET;
  const flags = bytes[at] << 8 | bytes[at + 1];
  at += 2;
  for (let before = 0x8000; before !== flag; before >>= 1) {
    if ((flags & before) === 0) continue;
    if (before === HEADERS_FLAG) {
      at += 4 + (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]);
    } else if (before === DELIVERY_MODE_FLAG || before === PRIORITY_FLAG) at++;
    else at += 1 + bytes[at];
  }
  return at;
}

/** Returns whether a content header's payload has any of the properties with these flags, in a single comparison. */
export const hasProperty = (bytes: Uint8Array, offset: number, flags: number): boolean =>
  ((bytes[offset + FLAGS_OFFSET] << 8 | bytes[offset + FLAGS_OFFSET + 1]) & flags) !== 0;

/**
 * Returns the expiration in a checked content header's payload, in milliseconds; `Infinity` when there is none or it is
 * not a number. Makes no garbage.
 */
export function expirationOf(bytes: Uint8Array, offset: number): number {
  const at = findProperty(bytes, offset, EXPIRATION_FLAG);
  if (at === -1) return Infinity;
  const end = at + 1 + bytes[at];
  const sign = bytes[at + 1] === PLUS ? 1 : bytes[at + 1] === MINUS ? -1 : 0;
  let from = at + (sign === 0 ? 1 : 2);
  let expiration = from < end ? 0 : NaN;
  for (; from < end; from++) {
    const digit = bytes[from] - 48;
    expiration = digit >= 0 && digit <= 9 ? expiration * 10 + digit : NaN;
  }
  return expiration === 0 || (sign >= 0 && expiration > 0) ? expiration : Infinity;
}

/** Returns the priority in a checked content header's payload; -1 when there is none. Makes no garbage. */
export function priorityOf(bytes: Uint8Array, offset: number): number {
  const at = findProperty(bytes, offset, PRIORITY_FLAG);
  return at === -1 ? -1 : bytes[at];
}

const WRITERS: {
  readonly [T in (typeof PROPERTIES)[number][1]]: (writer: ByteWriter, value: never) => void;
} = {
  shortstr: (writer, value: string) => writer.shortstr(value),
  octet: (writer, value: number) => writer.octet(value),
  timestamp: (writer, value: bigint) => writer.longlong(value),
  table: (writer, value: FieldTable) => writeFieldTable(writer, value ?? EMPTY_TABLE),
};

/**
 * Copies a checked content header's payload with other headers and, if asked, without its expiration. The rest is
 * copied as it is.
 */
export function withHeaders(payload: Uint8Array, headers: FieldTable, dropsExpiration = false): Uint8Array {
  const flags = payload[FLAGS_OFFSET] << 8 | payload[FLAGS_OFFSET + 1];
  const table = placeOf(payload, 0, HEADERS_FLAG);
  const hasTable = (flags & HEADERS_FLAG) !== 0;
  const rest = hasTable ? table + 4 + new ByteReader(payload, table).long() : table;
  const expiration = dropsExpiration ? findProperty(payload, 0, EXPIRATION_FLAG) : -1;
  const writer = new ByteWriter(payload.length + ADDED_HEADERS_BYTES);
  writer.bytes(payload.subarray(0, FLAGS_OFFSET));
  writer.short((flags | HEADERS_FLAG) & (expiration === -1 ? 0xffff : ~EXPIRATION_FLAG));
  writer.bytes(payload.subarray(FLAGS_OFFSET + 2, table));
  writeFieldTable(writer, headers);
  if (expiration === -1) writer.bytes(payload.subarray(rest));
  else {
    writer.bytes(payload.subarray(rest, expiration));
    writer.bytes(payload.subarray(expiration + 1 + payload[expiration]));
  }
  return writer.written();
}

/**
 * Writes the payload of a content header for a body of `bodyBytes` bytes.
 * Throws `RangeError` for a text of over 255 bytes.
 */
export function writeContentHeader(writer: ByteWriter, bodyBytes: number, properties: BasicProperties): void {
  writer.short(CLASS_BASIC);
  writer.short(0);
  writer.long(Math.floor(bodyBytes / 0x100000000));
  writer.long(bodyBytes);
  const flagsAt = writer.length;
  writer.short(0);
  let flags = 0;
  for (let index = 0; index < PROPERTIES.length; index++) {
    const [name, type] = PROPERTIES[index];
    const value = properties[name];
    if (value === undefined) continue;
    flags |= 0x8000 >> index;
    (WRITERS[type] as (writer: ByteWriter, value: unknown) => void)(writer, value);
  }
  if (flags !== 0) writer.patchShort(flagsAt, flags);
}
