import type { FieldTable, FieldValue } from "../../../wire/field_table.ts";
import { streamFilterValue } from "../../../wire/stream_filter_value.ts";
import type { MessageContent } from "../../../store/message_content.ts";
import type { BlockExtent } from "../../../store/message_reader.ts";
import { mayHold, valueHash } from "../../../store/value_filter.ts";

/** A consumer's filter of a stream's messages (RabbitMQ: Stream Filtering). */
export class StreamFilter {
  /** Values that match. */
  readonly values: readonly Uint8Array[];
  /** True when messages without a value match too. */
  readonly matchesUnfiltered: boolean;
  readonly #hashes: readonly number[];

  constructor(values: readonly Uint8Array[], matchesUnfiltered: boolean) {
    this.values = values;
    this.matchesUnfiltered = matchesUnfiltered;
    this.#hashes = values.map(valueHash);
  }

  /** Returns whether a block may contain a matching message; false is certain. */
  mayMatch({ values }: BlockExtent): boolean {
    if (values === undefined || (this.matchesUnfiltered && values.hasMessagesWithout)) return true;
    return this.#hashes.some((hash) => mayHold(values, hash));
  }

  matches({ bytes, offset, addressBytes }: MessageContent): boolean {
    const value = streamFilterValue(bytes, offset + addressBytes);
    if (value === undefined) return this.matchesUnfiltered;
    return this.values.some((wanted) => areEqual(wanted, value));
  }
}

/** Returns the filter in a consumer's arguments; `undefined` without one. */
export function streamFilter(consumerArguments: FieldTable): StreamFilter | undefined {
  const field = consumerArguments.get("x-stream-filter");
  if (field === undefined || (field.type === "A" && field.value.length === 0)) return undefined;
  // In RabbitMQ a value that is not a text matches no message, and an empty one is ignored.
  const values = field.type === "A" ? field.value.flatMap(valuesOf) : valuesOf(field);
  const matchesUnfiltered = consumerArguments.get("x-stream-match-unfiltered")?.value === true;
  return new StreamFilter(
    values.filter(({ length }) => length > 0),
    matchesUnfiltered || values.some(({ length }) => length === 0),
  );
}

function valuesOf(field: FieldValue): Uint8Array[] {
  if (field.type !== "S") return [];
  return [typeof field.value === "string" ? new TextEncoder().encode(field.value) : field.value];
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
