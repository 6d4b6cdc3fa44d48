import type { ByteReader } from "./byte_reader.ts";
import type { ByteWriter } from "./byte_writer.ts";
import { syntaxError } from "./error.ts";

/**
 * The types of a field table's values by their letter, as RabbitMQ reads and writes them (its errata to AMQP 0-9-1
 * §4.2.5.5): `s` is a 16-bit integer, `l` a signed 64-bit one, and there is no short string.
 *
 * @internal
 */
export interface ValueTypes {
  t: boolean;
  b: number;
  B: number;
  s: number;
  u: number;
  I: number;
  i: number;
  l: bigint;
  f: number;
  d: number;
  D: Decimal;
  /** Seconds since 1970. */
  T: bigint;
  /** A long string: text where it is UTF-8, its bytes where it is not. */
  S: string | Uint8Array;
  x: Uint8Array;
  F: FieldTable;
  A: readonly FieldValue[];
  V: null;
}
/** Letter of a type. */
export type TypeLetter = keyof ValueTypes;

/** A value of a field table with its type letter. */
export type FieldValue = { [T in TypeLetter]: { readonly type: T; readonly value: ValueTypes[T] } }[TypeLetter];

/** Makes a field of a text. */
export const textField = (value: string): FieldValue => ({ type: "S", value });

/** Makes a field of a 32-bit integer. */
export const integerField = (value: number): FieldValue => ({ type: "I", value });

/** `value / 10 ** scale`; RabbitMQ reads `value` as an unsigned 32-bit integer. */
export interface Decimal {
  /** Number of digits behind the point. */
  readonly scale: number;
  /** The digits. */
  readonly value: number;
}

/** A field table (AMQP 0-9-1 §4.2.5.5). Of two fields with one name the first counts, as in RabbitMQ. */
export type FieldTable = ReadonlyMap<string, FieldValue>;

export const EMPTY_TABLE: FieldTable = new Map();

/** Maximum depth of nested tables and arrays; deeper ones are refused with SYNTAX_ERROR. */
export const FIELD_TABLE_MAX_DEPTH = 64;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOrBytes(bytes: Uint8Array): string | Uint8Array {
  try {
    return utf8.decode(bytes);
  } catch {
    return bytes;
  }
}

interface FieldCodec<T extends TypeLetter> {
  read(reader: ByteReader, depth: number): ValueTypes[T];
  write(writer: ByteWriter, value: ValueTypes[T]): void;
}

const CODECS: { readonly [T in TypeLetter]: FieldCodec<T> } = {
  t: { read: (r) => r.octet() !== 0, write: (w, v) => w.octet(v ? 1 : 0) },
  b: { read: (r) => r.int8(), write: (w, v) => w.octet(v & 0xff) },
  B: { read: (r) => r.octet(), write: (w, v) => w.octet(v) },
  s: { read: (r) => r.int16(), write: (w, v) => w.short(v & 0xffff) },
  u: { read: (r) => r.short(), write: (w, v) => w.short(v) },
  I: { read: (r) => r.int32(), write: (w, v) => w.long(v >>> 0) },
  i: { read: (r) => r.long(), write: (w, v) => w.long(v) },
  l: { read: (r) => r.int64(), write: (w, v) => w.longlong(BigInt.asUintN(64, v)) },
  f: { read: (r) => r.float(), write: (w, v) => w.float(v) },
  d: { read: (r) => r.double(), write: (w, v) => w.double(v) },
  D: {
    read: (r) => ({ scale: r.octet(), value: r.long() }),
    write: (w, v) => {
      w.octet(v.scale);
      w.long(v.value);
    },
  },
  T: { read: (r) => r.longlong(), write: (w, v) => w.longlong(v) },
  S: { read: (r) => textOrBytes(r.longstr()), write: (w, v) => w.longstr(v) },
  x: { read: (r) => r.longstr(), write: (w, v) => w.longstr(v) },
  F: { read: readFieldTable, write: writeFieldTable },
  A: { read: readArray, write: writeArray },
  V: { read: () => null, write: () => {} },
};

/** RabbitMQ's names of the types in its error texts. */
const TYPE_NAMES: { readonly [T in TypeLetter]: string } = {
  t: "bool",
  b: "byte",
  B: "unsignedbyte",
  s: "short",
  u: "unsignedshort",
  I: "signedint",
  i: "unsignedint",
  l: "long",
  f: "float",
  d: "double",
  D: "decimal",
  T: "timestamp",
  S: "longstr",
  x: "binary",
  F: "table",
  A: "array",
  V: "void",
};

/** Returns RabbitMQ's name of a value's type, such as `longstr`. */
export const fieldTypeName = (field: FieldValue): string => TYPE_NAMES[field.type];

/** Letters that are read as another type: RabbitMQ takes `L` for a signed 64-bit integer, and writes `l`. */
const READ_AS: Readonly<Record<string, TypeLetter>> = { L: "l" };

function readValue(reader: ByteReader, depth: number): FieldValue {
  const letter = String.fromCharCode(reader.octet());
  const type = (READ_AS[letter] ?? letter) as TypeLetter;
  if (!Object.hasOwn(CODECS, type)) {
    throw syntaxError(`unknown type '${letter}' of a table field at byte ${reader.offset - 1} of the frame`);
  }
  return { type, value: CODECS[type].read(reader, depth) } as FieldValue;
}

function writeValue(writer: ByteWriter, field: FieldValue): void {
  writer.octet(field.type.charCodeAt(0));
  (CODECS[field.type].write as (writer: ByteWriter, value: FieldValue["value"]) => void)(writer, field.value);
}

/** Enters a table or an array: checks its depth and length, and returns where it ends. */
function readNestedEnd(reader: ByteReader, depth: number): number {
  if (depth >= FIELD_TABLE_MAX_DEPTH) {
    throw syntaxError(`tables and arrays are nested more than ${FIELD_TABLE_MAX_DEPTH} deep`);
  }
  const length = reader.long();
  if (length > reader.remaining) {
    throw syntaxError(`a table or array of ${length} bytes does not fit into the ${reader.remaining} that are left`);
  }
  return reader.offset + length;
}

function checkNestedEnd(reader: ByteReader, end: number): void {
  if (reader.offset !== end) {
    throw syntaxError(`a table or array ends ${reader.offset - end} bytes behind its announced length`);
  }
}

/** Reads a field table. Throws SYNTAX_ERROR when it is cut short, nested too deeply or contains an unknown type. */
export function readFieldTable(reader: ByteReader, depth = 0): FieldTable {
  return readTableFields(reader, readNestedEnd(reader, depth), depth);
}

/** Reads the fields of a table that has no length in front of it, up to the offset `end`. */
export function readTableFields(reader: ByteReader, end: number, depth = 0): FieldTable {
  if (reader.offset === end) return EMPTY_TABLE;
  const table = new Map<string, FieldValue>();
  while (reader.offset < end) {
    const name = reader.shortstr();
    const value = readValue(reader, depth + 1);
    if (!table.has(name)) table.set(name, value);
  }
  checkNestedEnd(reader, end);
  return table;
}

function readArray(reader: ByteReader, depth: number): FieldValue[] {
  const end = readNestedEnd(reader, depth);
  const values: FieldValue[] = [];
  while (reader.offset < end) values.push(readValue(reader, depth + 1));
  checkNestedEnd(reader, end);
  return values;
}

const NOT_FIXED = -1;
/** Size of a value in bytes by type letter, or {@linkcode NOT_FIXED}. */
const FIXED_BYTES = fixedBytes({
  t: 1,
  b: 1,
  B: 1,
  s: 2,
  u: 2,
  I: 4,
  i: 4,
  l: 8,
  L: 8,
  f: 4,
  d: 8,
  D: 5,
  T: 8,
  V: 0,
});

function fixedBytes(byLetter: Readonly<Record<string, number>>): Int8Array {
  const sizes = new Int8Array(256).fill(NOT_FIXED);
  for (const [letter, size] of Object.entries(byLetter)) sizes[letter.charCodeAt(0)] = size;
  return sizes;
}

const [LETTER_S, LETTER_x, LETTER_F, LETTER_A] = [..."SxFA"].map((letter) => letter.charCodeAt(0));

/**
 * Checks that the bytes from `at` on are a field table, without decoding it, and returns where it ends. Throws
 * SYNTAX_ERROR when it does not end at or before `end`, is nested too deeply or contains an unknown type.
 */
export function checkFieldTable(bytes: Uint8Array, at: number, end: number): number {
  return checkFields(bytes, at, end, true, 0);
}

/** Checks the fields of a table, or those of an array, which have no names. */
function checkFields(bytes: Uint8Array, start: number, limit: number, isNamed: boolean, depth: number): number {
  let at = start;
  const end = at + 4 + (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]);
  if (at + 4 > limit || end < at + 4 || end > limit) throw syntaxError("a field table is cut short");
  if (depth >= FIELD_TABLE_MAX_DEPTH) {
    throw syntaxError(`tables and arrays are nested more than ${FIELD_TABLE_MAX_DEPTH} deep`);
  }
  at += 4;
  while (at < end) {
    if (isNamed) at += 1 + bytes[at];
    const letter = at < end ? bytes[at] : 0;
    const size = FIXED_BYTES[letter];
    if (size !== NOT_FIXED) {
      at += 1 + size;
    } else if (letter === LETTER_S || letter === LETTER_x) {
      const length = bytes[at + 1] << 24 | bytes[at + 2] << 16 | bytes[at + 3] << 8 | bytes[at + 4];
      if (at + 5 > end || length < 0) throw syntaxError("a field table is cut short");
      at += 5 + length;
    } else if (letter === LETTER_F || letter === LETTER_A) {
      at = checkFields(bytes, at + 1, end, letter === LETTER_F, depth + 1);
    } else {
      throw syntaxError(`a field table is cut short or has an unknown type: ${letter}`);
    }
  }
  if (at !== end) throw syntaxError("a field table is cut short");
  return end;
}

/**
 * Returns where the field behind the one at `at` begins, or where their table ends. The table must have been checked.
 */
export function nextField(bytes: Uint8Array, at: number): number {
  const type = at + 1 + bytes[at];
  const size = FIXED_BYTES[bytes[type]];
  if (size !== NOT_FIXED) return type + 1 + size;
  // All other values begin with their length.
  return type + 5 + (bytes[type + 1] << 24 | bytes[type + 2] << 16 | bytes[type + 3] << 8 | bytes[type + 4]);
}

export function writeFieldTable(writer: ByteWriter, table: FieldTable): void {
  writer.lengthPrefixed(() => {
    for (const [name, field] of table) {
      writer.shortstr(name);
      writeValue(writer, field);
    }
  });
}

function writeArray(writer: ByteWriter, values: readonly FieldValue[]): void {
  writer.lengthPrefixed(() => {
    for (const value of values) writeValue(writer, value);
  });
}

/** A plain JavaScript value for a table; see {@linkcode fieldTable}. */
export type PlainValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Date
  | Uint8Array
  | readonly PlainValue[]
  | PlainTable;
/** A table of plain JavaScript values; see {@linkcode fieldTable}. */
export interface PlainTable {
  /** The value of a field. */
  readonly [name: string]: PlainValue;
}

/**
 * Makes a field table of plain values: text becomes `S`, integers `I` or `l`, other numbers `d`, a `Date` a timestamp
 * in whole seconds, `Uint8Array` a byte array, `null` void. Throws `RangeError` for a bigint of more than 64 bits.
 */
export function fieldTable(plain: PlainTable): FieldTable {
  return new Map(Object.entries(plain).map(([name, value]) => [name, fieldValue(value)]));
}

function fieldValue(value: PlainValue): FieldValue {
  if (value === null) return { type: "V", value };
  if (typeof value === "string") return { type: "S", value };
  if (typeof value === "boolean") return { type: "t", value };
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) return { type: "d", value };
    return value === (value | 0) ? { type: "I", value } : { type: "l", value: BigInt(value) };
  }
  if (typeof value === "bigint") {
    if (BigInt.asIntN(64, value) !== value) {
      throw new RangeError(`An integer of a field table takes 64 bits at most: received ${value}`);
    }
    return { type: "l", value };
  }
  if (value instanceof Date) return { type: "T", value: BigInt(Math.floor(value.getTime() / 1000)) };
  if (value instanceof Uint8Array) return { type: "x", value };
  if (isArray(value)) return { type: "A", value: value.map(fieldValue) };
  return { type: "F", value: fieldTable(value) };
}

/** `Array.isArray`, with a type that narrows readonly arrays too. */
const isArray = (value: unknown): value is readonly PlainValue[] => Array.isArray(value);

/**
 * Makes plain values of a field table, for display, as the reverse of {@linkcode fieldTable}: 64-bit integers become
 * bigints, decimals numbers.
 */
export function plainTable(table: FieldTable): { [name: string]: PlainValue } {
  const plain: { [name: string]: PlainValue } = Object.create(null);
  for (const [name, field] of table) plain[name] = plainValue(field);
  return plain;
}

function plainValue(field: FieldValue): PlainValue {
  switch (field.type) {
    case "F":
      return plainTable(field.value);
    case "A":
      return field.value.map(plainValue);
    case "D":
      return field.value.value / 10 ** field.value.scale;
    case "T":
      return new Date(Number(field.value) * 1000);
    default:
      return field.value;
  }
}

/** Compares two values as RabbitMQ does: integers of any width and floats of any width by value. */
export function fieldValuesEqual(a: FieldValue | undefined, b: FieldValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalValue(a) === canonicalValue(b);
}

/** Returns a text that two tables share exactly when they hold equal values under the same names, in any order. */
export function canonicalTable(table: FieldTable): string {
  const names = [...table.keys()].sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalValue(table.get(name)!)}`).join()}}`;
}

/** Returns a text that two values share exactly when they are equal. */
export function canonicalValue(field: FieldValue): string {
  switch (field.type) {
    case "F":
      return canonicalTable(field.value);
    case "A":
      return `[${field.value.map(canonicalValue).join()}]`;
    case "D":
      return `D${field.value.scale}:${field.value.value}`;
    case "S":
      return typeof field.value === "string" ? JSON.stringify(field.value) : `S${field.value.join()}`;
    case "x":
      return `x${field.value.join()}`;
    case "T":
      return `T${field.value}`;
    case "t":
    case "V":
      return String(field.value);
    case "f":
    case "d":
      return `d${Object.is(field.value, -0) ? "-0" : field.value}`;
    default:
      return `i${field.value}`;
  }
}
