import { type FieldTable, plainTable, type PlainValue } from "../wire/field_table.ts";

/** A field table as an object, whose 64-bit integers are bigints. */
export interface PlainObject {
  /** Values by the names of fields. */
  readonly [name: string]: PlainValue;
}

/** Makes an ordinary object of a field table, which tests can compare with one that they have written. */
export const plainObject = (table: FieldTable): PlainObject => objectOf(plainTable(table));

const objectOf = (table: PlainObject): PlainObject =>
  Object.fromEntries(Object.entries(table).map(([name, value]) => [name, valueOf(value)]));

function valueOf(value: PlainValue): PlainValue {
  if (Array.isArray(value)) return value.map(valueOf);
  const isTable = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === null;
  return isTable ? objectOf(value as PlainObject) : value;
}
