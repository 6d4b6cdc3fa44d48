import { findHeader, headersRange, TABLE_LENGTH_BYTES } from "../../wire/find_header.ts";
import {
  EMPTY_FRAME_BYTES,
  FRAME_BODY,
  FRAME_END,
  FRAME_HEADER,
  FRAME_HEADER_BYTES,
  writeFrameHead,
} from "../frame.ts";
import { setLonglong } from "../../wire/longlong.ts";
import { nextField } from "../../wire/field_table.ts";
import { CONTENT_HEADER_MIN_BYTES, FLAGS_OFFSET } from "../../wire/properties.ts";
import type { MessageContent } from "../../store/message_content.ts";
import type { Output } from "../output.ts";
import { bodyFrameCount, type DeliveryPrefix } from "./content.ts";

const OFFSET_HEADER = new TextEncoder().encode("x-stream-offset");
/** Size of the offset header: its name, the letter of a signed 64-bit integer and the value. In bytes. */
const OFFSET_FIELD_BYTES = 1 + OFFSET_HEADER.length + 1 + 8;
const LETTER_L = "l".charCodeAt(0);
const [HAS_CONTENT_TYPE, HAS_CONTENT_ENCODING, HAS_HEADERS] = [0x80, 0x40, 0x20];
/** Largest size that is copied faster by a loop than through a view. In bytes. */
const LOOP_MAX_BYTES = 64;

/**
 * Writes a message of a stream as `basic.deliver`, content header and body frames. `x-stream-offset` is added to its
 * headers, in place of one that the publisher may have set.
 */
export function writeStreamDelivery(
  output: Output,
  prefix: DeliveryPrefix,
  deliveryTag: number,
  message: MessageContent,
  offset: number,
  frameMax: number,
): void {
  const { bytes, addressBytes, headerBytes, bodyBytes } = message;
  const address = message.offset;
  const prefixBytes = prefix.length;
  const methodBytes = prefixBytes - FRAME_HEADER_BYTES + 9 + addressBytes;
  output.reserve(
    methodBytes + headerBytes + TABLE_LENGTH_BYTES + OFFSET_FIELD_BYTES + bodyBytes +
      EMPTY_FRAME_BYTES * (2 + bodyFrameCount(bodyBytes, frameMax)),
  );
  const writer = new FrameWriter(output, prefix);
  writer.copy(prefix.bytes, 0, prefixBytes);
  writer.patchPayloadSize(methodBytes);
  writer.longlong(deliveryTag);
  // `redelivered`, which is always false in a stream.
  writer.octet(0);
  writer.copy(bytes, address, address + addressBytes);
  writer.octet(FRAME_END);
  writeHeader(writer, bytes, address + addressBytes, headerBytes, offset);
  const end = address + addressBytes + headerBytes + bodyBytes;
  for (let from = end - bodyBytes; from < end;) {
    const size = frameMax === 0 ? end - from : Math.min(end - from, frameMax - EMPTY_FRAME_BYTES);
    writer.frameHead(FRAME_BODY, size);
    writer.copy(bytes, from, from + size);
    writer.octet(FRAME_END);
    from += size;
  }
  output.length = writer.at;
  output.frames += 2 + bodyFrameCount(bodyBytes, frameMax);
}

/** Writes the frame of a content header whose payload lies at an offset. */
function writeHeader(writer: FrameWriter, bytes: Uint8Array, at: number, headerBytes: number, offset: number): void {
  const end = at + headerBytes;
  const headers = headersRange(bytes, at);
  if (headers === undefined) {
    writer.frameHead(FRAME_HEADER, headerBytes + TABLE_LENGTH_BYTES + OFFSET_FIELD_BYTES);
    const flags = bytes[at + FLAGS_OFFSET];
    writer.copy(bytes, at, at + FLAGS_OFFSET);
    writer.octet(flags | HAS_HEADERS);
    let table = at + CONTENT_HEADER_MIN_BYTES;
    if ((flags & HAS_CONTENT_TYPE) !== 0) table += 1 + bytes[table];
    if ((flags & HAS_CONTENT_ENCODING) !== 0) table += 1 + bytes[table];
    writer.copy(bytes, at + FLAGS_OFFSET + 1, table);
    writer.long(OFFSET_FIELD_BYTES);
    writeOffset(writer, offset);
    writer.copy(bytes, table, end);
  } else {
    const own = findHeader(bytes, headers, OFFSET_HEADER);
    // Without an own header, the fields up to the table's end are kept, and nothing behind it.
    const ownStart = own === -1 ? headers.end : own;
    const ownEnd = own === -1 ? headers.end : nextField(bytes, own);
    writer.frameHead(FRAME_HEADER, headerBytes - (ownEnd - ownStart) + OFFSET_FIELD_BYTES);
    writer.copy(bytes, at, headers.start);
    writer.long(headers.end - headers.start - TABLE_LENGTH_BYTES - (ownEnd - ownStart) + OFFSET_FIELD_BYTES);
    writer.copy(bytes, headers.start + TABLE_LENGTH_BYTES, ownStart);
    writer.copy(bytes, ownEnd, headers.end);
    writeOffset(writer, offset);
    writer.copy(bytes, headers.end, end);
  }
  writer.octet(FRAME_END);
}

function writeOffset(writer: FrameWriter, offset: number): void {
  writer.octet(OFFSET_HEADER.length);
  writer.copy(OFFSET_HEADER, 0, OFFSET_HEADER.length);
  writer.octet(LETTER_L);
  writer.longlong(offset);
}

/** Writes into the free room of an output, from its end on. */
class FrameWriter {
  at: number;
  readonly #start: number;
  readonly #target: Uint8Array;
  readonly #view: DataView;
  readonly #channel: number;

  constructor({ bytes, view, length }: Output, { channel }: DeliveryPrefix) {
    this.at = this.#start = length;
    this.#target = bytes;
    this.#view = view;
    this.#channel = channel;
  }

  octet(value: number): void {
    this.#target[this.at++] = value;
  }

  long(value: number): void {
    this.#view.setInt32(this.at, value);
    this.at += 4;
  }

  longlong(value: number): void {
    setLonglong(this.#view, this.at, value);
    this.at += 8;
  }

  copy(source: Uint8Array, from: number, to: number): void {
    const target = this.#target;
    let at = this.at;
    if (to - from > LOOP_MAX_BYTES) {
      target.set(source.subarray(from, to), at);
      at += to - from;
    } else for (let i = from; i < to; i++) target[at++] = source[i];
    this.at = at;
  }

  frameHead(type: number, payloadBytes: number): void {
    this.at = writeFrameHead(this.#view, this.at, type, this.#channel, payloadBytes);
  }

  /** Fills in the payload size of the first frame. */
  patchPayloadSize(payloadBytes: number): void {
    this.#target[this.#start + 5] = payloadBytes >> 8;
    this.#target[this.#start + 6] = payloadBytes;
  }
}
