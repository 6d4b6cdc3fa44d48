import { preconditionFailed } from "../../wire/error.ts";
import { type FieldTable, fieldTypeName, nextField } from "../../wire/field_table.ts";
import { headersOffset } from "../../wire/properties.ts";

/**
 * Headers with further routing keys (RabbitMQ: Sender-selected Distribution). Consumers see the first and not the
 * second.
 */
const ROUTING_HEADERS = ["CC", "BCC"];
const LETTER_B = 0x42;
const LETTER_C = 0x43;
const TABLE_LENGTH_BYTES = 4;

/**
 * Returns whether a message has further routing keys in its headers. `offset` is where its checked content header's
 * payload begins. For the publishing path: without headers it costs one comparison, and with some no more than skipping
 * them.
 */
export function isSenderSelected(bytes: Uint8Array, offset: number): boolean {
  const table = headersOffset(bytes, offset);
  return table !== undefined && hasRoutingHeader(bytes, table);
}

function hasRoutingHeader(bytes: Uint8Array, table: number): boolean {
  const end = tableEnd(bytes, table);
  for (let at = table + TABLE_LENGTH_BYTES; at < end; at = nextField(bytes, at)) {
    if (isCc(bytes, at) || isBcc(bytes, at)) return true;
  }
  return false;
}

/** Returns the routing keys in a message's headers. Throws PRECONDITION_FAILED when a header is not an array. */
export function senderSelectedKeys(headers: FieldTable): string[] {
  const keys: string[] = [];
  for (const name of ROUTING_HEADERS) {
    const field = headers.get(name);
    if (field === undefined) continue;
    if (field.type !== "A") {
      throw preconditionFailed(
        `invalid message: {unacceptable_type_in_header,"${name}",${fieldTypeName(field)}}`,
      );
    }
    for (const { type, value } of field.value) if (type === "S" && typeof value === "string") keys.push(value);
  }
  return keys;
}

/** Returns the routing keys in the CC header of an accepted message; none when it is not an array of texts. */
export const carbonCopies = (headers: FieldTable): string[] => textsIn(headers, "CC");

/** Returns the routing keys in the BCC header of a message that still has it. */
export const blindCarbonCopies = (headers: FieldTable): string[] => textsIn(headers, "BCC");

function textsIn(headers: FieldTable, name: string): string[] {
  const field = headers.get(name);
  if (field?.type !== "A") return [];
  return field.value.flatMap(({ type, value }) => type === "S" && typeof value === "string" ? [value] : []);
}

/** Copies a checked content header's payload with headers, without BCC. */
export function withoutBcc(header: Uint8Array): Uint8Array {
  const table = headersOffset(header, 0)!;
  const end = tableEnd(header, table);
  const kept = new Uint8Array(header.length);
  let length = table + TABLE_LENGTH_BYTES;
  kept.set(header.subarray(0, length));
  for (let at = table + TABLE_LENGTH_BYTES, next; at < end; at = next) {
    next = nextField(header, at);
    if (isBcc(header, at)) continue;
    kept.set(header.subarray(at, next), length);
    length += next - at;
  }
  new DataView(kept.buffer).setUint32(table, length - table - TABLE_LENGTH_BYTES);
  kept.set(header.subarray(end), length);
  return kept.subarray(0, length + header.length - end);
}

const isCc = (bytes: Uint8Array, field: number): boolean =>
  bytes[field] === 2 && bytes[field + 1] === LETTER_C && bytes[field + 2] === LETTER_C;

const isBcc = (bytes: Uint8Array, field: number): boolean =>
  bytes[field] === 3 && bytes[field + 1] === LETTER_B && bytes[field + 2] === LETTER_C && bytes[field + 3] === LETTER_C;

const tableEnd = (bytes: Uint8Array, table: number): number =>
  table + TABLE_LENGTH_BYTES +
  (bytes[table] << 24 | bytes[table + 1] << 16 | bytes[table + 2] << 8 | bytes[table + 3]);
