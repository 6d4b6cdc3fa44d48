import type { FieldTable, FieldValue } from "../../../wire/field_table.ts";
import { streamFilterValue } from "../../../wire/stream_filter_value.ts";
import type { BlockExtent, MessageContent } from "../../../store/store.ts";
import { mayHold, valueHash } from "../../../store/value_filter.ts";

/** Which messages of a stream a consumer wants (RabbitMQ: Stream Filtering). */
export class StreamFilter {
  /** A message with one of these is wanted. */
  readonly values: readonly Uint8Array[];
  /** Whether messages without a value are wanted too. */
  readonly matchesUnfiltered: boolean;
  readonly #hashes: readonly number[];

  constructor(values: readonly Uint8Array[], matchesUnfiltered: boolean) {
    this.values = values;
    this.matchesUnfiltered = matchesUnfiltered;
    this.#hashes = values.map(valueHash);
  }

  /** Whether a message that is wanted may be in a block; where not, there is none. */
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

/** The filter that a consumer's arguments ask for; `undefined` for one that wants all messages. */
export function streamFilter(consumerArguments: FieldTable): StreamFilter | undefined {
  const field = consumerArguments.get("x-stream-filter");
  if (field === undefined || (field.type === "A" && field.value.length === 0)) return undefined;
  // RabbitMQ takes a value that is no text for one that no message has, and an empty one for none.
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
