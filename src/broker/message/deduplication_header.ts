import { canonicalValue, type FieldTable, type FieldValue } from "../../wire/field_table.ts";
import { readHeader } from "../../wire/find_header.ts";

const HEADER = "x-deduplication-header";
const HEADER_BYTES = new TextEncoder().encode(HEADER);

/**
 * What a message is known by, of which there is to be but one; `undefined` for one that is like no other. Integers of all
 * types are compared by value, as in RabbitMQ's plugin.
 */
export const identityIn = (headers: FieldTable): string | undefined => identityOf(headers.get(HEADER));

/** The same, where the message's content header lies at an offset and has been checked. */
export const identityAt = (bytes: Uint8Array, offset: number): string | undefined =>
  identityOf(readHeader(bytes, offset, HEADER_BYTES));

function identityOf(field: FieldValue | undefined): string | undefined {
  // The plugin makes nothing of tables and arrays.
  return field === undefined || field.type === "F" || field.type === "A" ? undefined : canonicalValue(field);
}
