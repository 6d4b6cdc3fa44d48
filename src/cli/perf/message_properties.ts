import { type Phrase, phrase } from "../../phrase/phrase.ts";
import { type FieldTable, fieldTable, type PlainValue } from "../../wire/field_table.ts";
import type { BasicProperties } from "../../wire/properties.ts";
import { keyValues } from "./arguments.ts";
import { PerfError } from "./perf_error.ts";
import type { Values } from "./values.ts";

type Value = string | number | boolean;

/** Properties that are texts of at most 255 bytes. */
const TEXTS = [
  "contentType",
  "contentEncoding",
  "correlationId",
  "replyTo",
  "expiration",
  "messageId",
  "type",
  "userId",
  "appId",
  "clusterId",
] as const;
const TEXT_MAX_BYTES = 255;
/** Properties that are numbers up to 255. */
const NUMBERS = ["deliveryMode", "priority"] as const;
const NUMBER_MAX = 255;

/** Reads the properties of messages by `-mp`, such as `priority=5,contentType=text/plain`; the rest become headers. */
export function messagePropertiesOf(values: Values): BasicProperties {
  const properties: Record<string, string | number | bigint | FieldTable> = {};
  const headers: Record<string, PlainValue> = {};
  for (const [name, value] of Object.entries(keyValues(values.list("mp")))) {
    if (isIn(TEXTS, name)) properties[name] = text(name, value);
    else if (isIn(NUMBERS, name)) properties[name] = number(name, value);
    else if (name === "timestamp") properties[name] = seconds(value);
    else headers[name] = value;
  }
  if (Object.keys(headers).length > 0) properties.headers = fieldTable(headers);
  return properties;
}

const isIn = (names: readonly string[], name: string): boolean => names.includes(name);

function text(name: string, value: Value): string {
  const text = `${value}`;
  if (new TextEncoder().encode(text).length > TEXT_MAX_BYTES) {
    throw wrong(name, value, phrase`a text of up to 255 bytes`);
  }
  return text;
}

function number(name: string, value: Value): number {
  if (typeof value !== "number" || value < 0 || value > NUMBER_MAX) {
    throw wrong(name, value, phrase`a number from 0 to 255`);
  }
  return value;
}

function seconds(value: Value): bigint {
  const ms = Date.parse(`${value}`);
  if (Number.isNaN(ms)) throw wrong("timestamp", value, phrase`a time such as 2026-01-02T03:04:05Z`);
  return BigInt(Math.floor(ms / 1000));
}

const wrong = (name: string, value: Value, wanted: Phrase): PerfError =>
  new PerfError(phrase`Invalid message property ${name}: ${JSON.stringify(value)}. It takes ${wanted}.`);
