import { erlangTypedProblem } from "../../../wire/erlang_text.ts";
import type { FieldTable, FieldValue } from "../../../wire/field_table.ts";
import { parseAgeMs } from "../age.ts";

/** Start of a consumer of a stream (RabbitMQ: Streams, `x-stream-offset`). */
export type StartOffset =
  | { readonly from: "first" | "last" | "next" }
  | { readonly from: "offset"; readonly offset: number }
  /** Milliseconds since 1970. */
  | { readonly from: "time"; readonly timeMs: number };

const INTEGER_TYPES = "bBsuIil";

/** Parses a start, at a time in milliseconds since 1970; returns `undefined` for an invalid one. */
function parseOffset(field: FieldValue, nowMs: number): StartOffset | undefined {
  if (field.type === "T") return { from: "time", timeMs: Number(field.value) * 1000 };
  if (INTEGER_TYPES.includes(field.type)) return { from: "offset", offset: Number(field.value) };
  if (field.type !== "S" || typeof field.value !== "string") return undefined;
  const { value } = field;
  if (value === "first" || value === "last" || value === "next") return { from: value };
  const ageMs = parseAgeMs(value);
  return ageMs === undefined ? undefined : { from: "time", timeMs: nowMs - ageMs };
}

/** Returns why a value of `x-stream-offset` is refused, in RabbitMQ's words; `undefined` when it is valid. */
export function checkOffset(field: FieldValue): string | undefined {
  return parseOffset(field, 0) === undefined ? erlangTypedProblem("invalid_stream_offset_arg", field) : undefined;
}

/** Returns the start in a consumer's checked arguments, at a time in milliseconds since 1970. */
export function startOffset(consumerArguments: FieldTable, nowMs: number): StartOffset {
  const field = consumerArguments.get("x-stream-offset");
  return field && parseOffset(field, nowMs) || { from: "next" };
}
