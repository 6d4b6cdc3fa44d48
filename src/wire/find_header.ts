import { ByteReader } from "./byte_reader.ts";
import { type FieldValue, nextField, readTableFields } from "./field_table.ts";
import { headersOffset } from "./properties.ts";

/** The position of the headers table in a checked content header's payload: its length, its fields, its end. */
export interface HeadersRange {
  /** Offset of its length. */
  readonly start: number;
  readonly end: number;
}

export const TABLE_LENGTH_BYTES = 4;

/** Finds the headers table in a checked content header's payload; returns `undefined` when there is none. */
export function headersRange(bytes: Uint8Array, offset: number): HeadersRange | undefined {
  const start = headersOffset(bytes, offset);
  if (start === undefined) return undefined;
  const length = bytes[start] << 24 | bytes[start + 1] << 16 | bytes[start + 2] << 8 | bytes[start + 3];
  return { start, end: start + TABLE_LENGTH_BYTES + length };
}

/** Finds the header with a name, without decoding any, and returns where it begins; -1 when there is none. */
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

/** Returns the text of a header whose name begins at an offset; `undefined` when its value is not a text. */
export function headerText(bytes: Uint8Array, at: number): Uint8Array | undefined {
  const value = at + 1 + bytes[at];
  return bytes[value] === LONG_STRING
    ? bytes.subarray(value + 1 + TABLE_LENGTH_BYTES, nextField(bytes, at))
    : undefined;
}

/**
 * Reads the header with a name, and no other, from a checked content header's payload at an offset. Returns `undefined`
 * when there is none.
 */
export function readHeader(bytes: Uint8Array, offset: number, name: Uint8Array): FieldValue | undefined {
  const range = headersRange(bytes, offset);
  const at = range === undefined ? -1 : findHeader(bytes, range, name);
  if (at === -1) return undefined;
  const [field] = readTableFields(new ByteReader(bytes, at), nextField(bytes, at)).values();
  return field;
}
