import { ByteReader } from "./byte_reader.ts";
import { type FieldValue, nextField, readTableFields } from "./field_table.ts";
import { headersOffset } from "./properties.ts";

/** Where the table of headers of a content header's payload lies that has been checked: its length, its fields, its end. */
export interface HeadersRange {
  /** Where its length begins. */
  readonly start: number;
  readonly end: number;
}

export const TABLE_LENGTH_BYTES = 4;

/** Where the headers lie in a content header's payload that has been checked; `undefined` when there are none. */
export function headersRange(bytes: Uint8Array, offset: number): HeadersRange | undefined {
  const start = headersOffset(bytes, offset);
  if (start === undefined) return undefined;
  const length = bytes[start] << 24 | bytes[start + 1] << 16 | bytes[start + 2] << 8 | bytes[start + 3];
  return { start, end: start + TABLE_LENGTH_BYTES + length };
}

/** Where the header with a name begins, without reading any; -1 when it is not there. */
export function findHeader(bytes: Uint8Array, { start, end }: HeadersRange, name: Uint8Array): number {
  for (let at = start + TABLE_LENGTH_BYTES; at < end; at = nextField(bytes, at)) {
    if (bytes[at] === name.length && isAt(name, bytes, at + 1)) return at;
  }
  return -1;
}

function isAt(part: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < part.length; i++) if (bytes[at + i] !== part[i]) return false;
  return true;
}

const LONG_STRING = "S".charCodeAt(0);

/** The text that lies in a header whose name begins at an offset; `undefined` when it is something else. */
export function headerText(bytes: Uint8Array, at: number): Uint8Array | undefined {
  const value = at + 1 + bytes[at];
  return bytes[value] === LONG_STRING
    ? bytes.subarray(value + 1 + TABLE_LENGTH_BYTES, nextField(bytes, at))
    : undefined;
}

/**
 * The value of the header with a name, in a content header's payload that lies at an offset and has been checked;
 * `undefined` when it is not there. No other header is read.
 */
export function readHeader(bytes: Uint8Array, offset: number, name: Uint8Array): FieldValue | undefined {
  const range = headersRange(bytes, offset);
  const at = range === undefined ? -1 : findHeader(bytes, range, name);
  if (at === -1) return undefined;
  const [field] = readTableFields(new ByteReader(bytes, at), nextField(bytes, at)).values();
  return field;
}
