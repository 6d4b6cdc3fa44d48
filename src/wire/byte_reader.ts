import { frameError, syntaxError } from "./error.ts";

/** Length up to which a text is first read as ASCII. In bytes. */
const ASCII_LOOP_MAX = 32;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads AMQP's elementary types (§4.2.1) from a range of bytes, front to back. For the control plane, not for hot
 * loops.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  /** Offset of the next byte. */
  offset: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.offset = offset;
    this.#end = end;
  }

  get remaining(): number {
    return this.#end - this.offset;
  }

  /** Moves past `count` bytes and returns where they begin. Throws SYNTAX_ERROR when fewer are left. */
  #advance(count: number): number {
    const start = this.offset;
    if (count > this.#end - start) {
      throw syntaxError(`a field of ${count} bytes does not fit into the ${this.#end - start} bytes that are left`);
    }
    this.offset = start + count;
    return start;
  }

  octet(): number {
    return this.#bytes[this.#advance(1)];
  }
  int8(): number {
    return this.#view.getInt8(this.#advance(1));
  }
  short(): number {
    return this.#view.getUint16(this.#advance(2));
  }
  int16(): number {
    return this.#view.getInt16(this.#advance(2));
  }
  long(): number {
    return this.#view.getUint32(this.#advance(4));
  }
  int32(): number {
    return this.#view.getInt32(this.#advance(4));
  }
  longlong(): bigint {
    return this.#view.getBigUint64(this.#advance(8));
  }
  int64(): bigint {
    return this.#view.getBigInt64(this.#advance(8));
  }
  float(): number {
    return this.#view.getFloat32(this.#advance(4));
  }
  double(): number {
    return this.#view.getFloat64(this.#advance(8));
  }

  /** Moves past `count` bytes. Throws SYNTAX_ERROR when fewer are left. */
  skip(count: number): void {
    this.#advance(count);
  }

  /** Copies `length` bytes. */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.slice(start, start + length);
  }

  /** Reads a short string. Throws FRAME_ERROR when it is not UTF-8, as RabbitMQ does. */
  shortstr(): string {
    const length = this.octet();
    const start = this.#advance(length);
    if (length <= ASCII_LOOP_MAX) {
      const text = this.#ascii(start, start + length);
      if (text !== undefined) return text;
    }
    try {
      return decoder.decode(this.#bytes.subarray(start, start + length));
    } catch {
      throw frameError("Malformed UTF-8 in shortstr");
    }
  }

  /** Reads a text if it is ASCII. For a few bytes this is faster than a decoder, which is a call out of JavaScript. */
  #ascii(start: number, end: number): string | undefined {
    let text = "";
    for (let at = start; at < end; at++) {
      const byte = this.#bytes[at];
      if (byte >= 0x80) return undefined;
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /**
   * Reads a short string of any bytes, such as a routing key, into a text that no other bytes give: where it is not
   * UTF-8, each byte above 127 becomes a lone surrogate.
   */
  octetString(): string {
    const start = this.offset;
    try {
      return this.shortstr();
    } catch {
      const bytes = this.#bytes.subarray(start + 1, this.offset);
      return String.fromCharCode(...Array.from(bytes, (byte) => byte < 0x80 ? byte : 0xdc00 + byte));
    }
  }

  /** Copies a long string. */
  longstr(): Uint8Array {
    return this.bytes(this.long());
  }
}
