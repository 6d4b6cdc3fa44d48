import { ByteWriter } from "../../wire/byte_writer.ts";
import { fieldTable, type PlainTable } from "../../wire/field_table.ts";
import { type BasicProperties, BODY_SIZE_OFFSET, writeContentHeader } from "../../wire/properties.ts";

/** A message to be published. */
export interface OutgoingMessage {
  /** Text is sent as UTF-8. */
  readonly body: Uint8Array | string;
  /** Content properties. Default: none. */
  readonly properties?: BasicProperties;
  /** Headers as plain values, added to those in the properties. Default: none. */
  readonly headers?: PlainTable;
  /** Delay in milliseconds, for an exchange that delays messages: 0 to 4294967295. Default: none. */
  readonly delayMs?: number;
}

/** A message with its exchange and routing key. */
export interface AddressedMessage extends OutgoingMessage {
  /** Default: the default exchange, which leads to the queue that the routing key names. */
  readonly exchange?: string;
  /** Default: empty. */
  readonly routingKey?: string;
  /** True for a message that is returned, instead of confirmed, when it has no route. Default: false. */
  readonly mandatory?: boolean;
}

const DELAY = "x-delay";
/** Maximum delay, as in `exchange/delayed/delay.ts`. In milliseconds. */
const DELAY_MAX_MS = 2 ** 32 - 1;
const NO_PROPERTIES: BasicProperties = {};

/** Returns the properties that a message is published with. Throws `RangeError` for a delay out of range. */
export function propertiesOf({ properties, headers, delayMs }: OutgoingMessage): BasicProperties | undefined {
  if (headers === undefined && delayMs === undefined) return properties;
  const all = new Map([...properties?.headers ?? [], ...fieldTable(headers ?? {})]);
  if (delayMs !== undefined) {
    if (!(delayMs >= 0 && delayMs <= DELAY_MAX_MS)) {
      throw new RangeError(`A delay takes 0 to ${DELAY_MAX_MS} ms: received ${delayMs}`);
    }
    all.set(DELAY, { type: "l", value: BigInt(Math.round(delayMs)) });
  }
  return { ...properties, headers: all };
}

/** Largest body that is put behind the content header, where it is copied from fastest. In bytes. */
const SHORT_BODY_MAX = 64;
/** Largest text that is encoded into memory that is used again. In UTF-16 code units. */
const KEPT_TEXT_MAX = 16 * 1024;
/** Maximum number of bytes of UTF-8 for a UTF-16 code unit. */
const UTF8_BYTES_MAX = 3;
const utf8 = new TextEncoder();

/**
 * Encodes messages, one after the other, into memory that is used again: most messages make no object here. Content header
 * and short bodies lie in one array, as `Messages` copies out of one array fastest (`bench/api.ts`).
 */
export class MessageEncoder {
  readonly #address = new ByteWriter();
  readonly #writer = new ByteWriter();
  #properties: BasicProperties | undefined;
  /** Memory of the content header, which begins at its start. */
  header: Uint8Array = new Uint8Array(0);
  headerBytes = 0;
  /** Memory of the body, which begins at {@linkcode bodyOffset}. */
  body: Uint8Array = this.header;
  bodyOffset = 0;
  bodyBytes = 0;

  constructor() {
    this.#encodeProperties(undefined);
  }

  /** Encodes an address: exchange and routing key as short strings. Throws `RangeError` for a text of over 255 bytes. */
  address(exchange: string, routingKey: string): ByteWriter {
    const writer = this.#address;
    writer.length = 0;
    writer.shortstr(exchange);
    writer.shortstr(routingKey);
    return writer;
  }

  /**
   * Encodes a message. `isRepeated` says that the properties, if they are the same object as those of the last message, have
   * not changed since. Throws `RangeError` for a text of over 255 bytes in the properties.
   */
  encode(properties: BasicProperties | undefined, isRepeated: boolean, body: Uint8Array | string): void {
    if (properties !== this.#properties || (properties !== undefined && !isRepeated)) {
      this.#encodeProperties(properties);
    }
    if (typeof body === "string") this.#encodeText(body);
    else if (body.length <= SHORT_BODY_MAX) this.#copyShort(body);
    else this.#takeBody(body);
    // A body has less than 4 GiB.
    const { header, bodyBytes } = this;
    header[BODY_SIZE_OFFSET + 4] = bodyBytes >>> 24;
    header[BODY_SIZE_OFFSET + 5] = bodyBytes >>> 16;
    header[BODY_SIZE_OFFSET + 6] = bodyBytes >>> 8;
    header[BODY_SIZE_OFFSET + 7] = bodyBytes;
  }

  #encodeProperties(properties: BasicProperties | undefined): void {
    const writer = this.#writer;
    writer.length = 0;
    writeContentHeader(writer, 0, properties ?? NO_PROPERTIES);
    this.#properties = properties;
    this.headerBytes = writer.length;
    const needed = writer.length + KEPT_TEXT_MAX * UTF8_BYTES_MAX;
    if (needed > this.header.length) this.header = new Uint8Array(needed);
    this.header.set(writer.written());
  }

  #copyShort(body: Uint8Array): void {
    const { header: bytes, headerBytes } = this;
    for (let i = 0, { length } = body; i < length; i++) bytes[headerBytes + i] = body[i];
    this.body = bytes;
    this.bodyOffset = headerBytes;
    this.bodyBytes = body.length;
  }

  #takeBody(body: Uint8Array): void {
    this.body = body;
    this.bodyOffset = 0;
    this.bodyBytes = body.length;
  }

  #encodeText(text: string): void {
    const { length } = text;
    if (length > KEPT_TEXT_MAX) return this.#takeBody(utf8.encode(text));
    const { header: bytes, headerBytes } = this;
    this.body = bytes;
    this.bodyOffset = headerBytes;
    if (length <= SHORT_BODY_MAX) {
      // A loop is faster than `encodeInto` for short texts, as it makes no array.
      let i = 0;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code > 0x7f) break;
        bytes[headerBytes + i] = code;
      }
      this.bodyBytes = length;
      if (i === length) return;
    }
    this.bodyBytes = utf8.encodeInto(text, bytes.subarray(headerBytes)).written;
  }
}
