import { type FieldTable, type FieldValue, nextField } from "../../../wire/field_table.ts";
import { findHeader, headersRange, readHeader } from "../../../wire/find_header.ts";

const HEADER = "x-delay";
const HEADER_BYTES = new TextEncoder().encode(HEADER);

/**
 * Maximum delay: that of an Erlang timer, some 50 days. A longer one counts as none, as in RabbitMQ's plugin. In
 * milliseconds.
 */
const DELAY_MAX_MS = 2 ** 32 - 1;

/** Returns the delay in a message's headers. In milliseconds; 0 for none. */
export const delayMsIn = (headers: FieldTable): number => delayMsOf(headers.get(HEADER));

/** Returns the delay in a checked content header at an offset. In milliseconds; 0 for none. */
export const delayMsAt = (bytes: Uint8Array, offset: number): number =>
  delayMsOf(readHeader(bytes, offset, HEADER_BYTES));

function delayMsOf(field: FieldValue | undefined): number {
  if (field === undefined) return 0;
  const delayMs = numberIn(field);
  return delayMs > 0 && delayMs <= DELAY_MAX_MS ? delayMs : 0;
}

/**
 * Reads a number: an integer, a float without its fraction, or decimal digits. The latest version of RabbitMQ's plugin
 * does not accept the integer type `b`, which older ones did and in which some clients write small numbers.
 */
function numberIn(field: FieldValue): number {
  switch (field.type) {
    case "l":
    case "b":
    case "B":
    case "s":
    case "u":
    case "I":
    case "i":
    case "f":
    case "d":
      return Math.trunc(Number(field.value));
    case "S":
      return typeof field.value === "string" && /^[+-]?\d+$/.test(field.value) ? Number(field.value) : 0;
    default:
      return 0;
  }
}

const LETTER_LONG = "l".charCodeAt(0);
const LONG_FIELD_BYTES = 9;

/**
 * Returns the content header of a message whose delay is over: consumers see the delay, and no exchange delays it again
 * (RabbitMQ's plugin negates the header). The message must have been delayed.
 */
export function withDelayOver(header: Uint8Array): Uint8Array {
  const { start } = headersRange(header, 0)!;
  const at = findHeader(header, { start, end: header.length }, HEADER_BYTES);
  const value = at + 1 + HEADER_BYTES.length;
  const rest = nextField(header, at);
  const over = new Uint8Array(value + LONG_FIELD_BYTES + header.length - rest);
  over.set(header.subarray(0, value));
  over[value] = LETTER_LONG;
  over.set(header.subarray(rest), value + LONG_FIELD_BYTES);
  const view = new DataView(over.buffer);
  view.setBigInt64(value + 1, -BigInt(delayMsAt(header, 0)));
  view.setUint32(start, view.getUint32(start) + over.length - header.length);
  return over;
}
