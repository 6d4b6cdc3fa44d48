import { canonicalValue, type FieldTable, type FieldValue } from "../../wire/field_table.ts";
import { readHeader } from "../../wire/find_header.ts";

const HEADER = "x-deduplication-header";
const HEADER_BYTES = new TextEncoder().encode(HEADER);

/**
 * Returns the identity of a message, which must be unique; `undefined` for a message without one. Integers of all types
 * are compared by value, as in RabbitMQ's plugin.
 */
export const identityIn = (headers: FieldTable): string | undefined => identityOf(headers.get(HEADER));

/** Returns the same for a checked content header at an offset. */
export const identityAt = (bytes: Uint8Array, offset: number): string | undefined =>
  identityOf(readHeader(bytes, offset, HEADER_BYTES));

function identityOf(field: FieldValue | undefined): string | undefined {
  // The plugin ignores tables and arrays.
  return field === undefined || field.type === "F" || field.type === "A" ? undefined : canonicalValue(field);
}
