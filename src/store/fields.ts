import type { ByteReader } from "../wire/byte_reader.ts";
import type { ByteWriter } from "../wire/byte_writer.ts";
import { type FieldTable, readFieldTable, writeFieldTable } from "../wire/field_table.ts";

/** Writes and reads a field of a record. */
export interface Field<Value> {
  write(writer: ByteWriter, value: Value): void;
  read(reader: ByteReader): Value;
}

const decoder = new TextDecoder();

/** A text of any length. */
export const text: Field<string> = {
  write: (writer, value) => writer.longstr(value),
  read: (reader) => decoder.decode(reader.longstr()),
};

/** A name of at most 255 bytes. */
export const shortText: Field<string> = {
  write: (writer, value) => writer.shortstr(value),
  read: (reader) => reader.shortstr(),
};

/** A text at the end of a record, which is absent in records of older versions. */
export const lastText: Field<string | undefined> = {
  write(writer, value) {
    if (value !== undefined) writer.longstr(value);
  },
  read: (reader) => reader.remaining === 0 ? undefined : decoder.decode(reader.longstr()),
};

export const binary: Field<Uint8Array> = {
  write: (writer, value) => writer.longstr(value),
  read: (reader) => reader.longstr().slice(),
};

/** From 0 to 255. */
export const octet: Field<number> = {
  write: (writer, value) => writer.octet(value),
  read: (reader) => reader.octet(),
};

/** An unsigned number of 32 bits. */
export const uint32: Field<number> = {
  write: (writer, value) => writer.long(value),
  read: (reader) => reader.long(),
};

export const boolean: Field<boolean> = {
  write: (writer, value) => writer.octet(value ? 1 : 0),
  read: (reader) => reader.octet() !== 0,
};

export const fieldTable: Field<FieldTable> = { write: writeFieldTable, read: readFieldTable };

/** One of a few texts, which stands on disk by its place among them. */
export function oneOf<Value extends string>(...values: readonly Value[]): Field<Value> {
  return {
    write: (writer, value) => writer.octet(values.indexOf(value)),
    read: (reader) => values[reader.octet()],
  };
}

export function list<Value>(field: Field<Value>): Field<readonly Value[]> {
  return {
    write(writer, values) {
      writer.long(values.length);
      for (const value of values) field.write(writer, value);
    },
    read: (reader) => Array.from({ length: reader.long() }, () => field.read(reader)),
  };
}

/** The fields of an object, one behind the other in the order of their names here. */
export function object<Value extends object>(
  fields: { readonly [Name in keyof Value]-?: Field<Value[Name]> },
): Field<Value> {
  const entries = Object.entries(fields) as [keyof Value, Field<Value[keyof Value]>][];
  return {
    write(writer, value) {
      for (const [name, field] of entries) field.write(writer, value[name]);
    },
    read(reader) {
      const value: Partial<Value> = {};
      for (const [name, field] of entries) value[name] = field.read(reader);
      return value as Value;
    },
  };
}
