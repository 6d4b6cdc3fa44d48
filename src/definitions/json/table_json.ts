import { EMPTY_TABLE, type FieldTable, type FieldValue } from "../../wire/field_table.ts";
import { DefinitionProblem, keyStep, within } from "../problem.ts";
import { isObject, JsonFloat, type JsonObject, type JsonValue } from "./json_value.ts";

/** Maximum size of arguments: a client's fit into a frame, which is as large by default. In bytes. */
const TABLE_BYTES_MAX = 128 * 1024;
/** Maximum length of a field's name. In bytes. */
const NAME_BYTES_MAX = 255;
/** Length of RabbitMQ's lines of base64. In columns. */
const BASE64_LINE_LENGTH = 76;

/** Maximum number of bytes that a UTF-16 code unit takes in UTF-8. */
const UTF_8_BYTES_MAX = 3;

const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads arguments as RabbitMQ does (`to_amqp_table`): an integer is a `long`, a float a `double`, a text a `longstr`.
 * In addition, null is void, which is exported as null.
 */
export function argumentsOf(object: JsonObject): FieldTable {
  const table = tableOf(object);
  if (bytesOfTable(table) <= TABLE_BYTES_MAX) return table;
  throw new DefinitionProblem("", `arguments take no more than ${TABLE_BYTES_MAX} bytes`);
}

/** Returns an upper bound of the size of a table. In bytes. */
function bytesOfTable(table: FieldTable): number {
  let bytes = 4;
  for (const [name, field] of table) bytes += 1 + UTF_8_BYTES_MAX * name.length + bytesOfField(field);
  return bytes;
}

function bytesOfField(field: FieldValue): number {
  if (field.type === "S") return 5 + UTF_8_BYTES_MAX * field.value.length;
  if (field.type === "F") return 1 + bytesOfTable(field.value);
  return field.type === "A" ? field.value.reduce((bytes, item) => bytes + bytesOfField(item), 5) : 9;
}

function tableOf(object: JsonObject): FieldTable {
  // RabbitMQ reads an object into a map, which is sorted. Tables in bindings are hashed in this order.
  const names = Object.keys(object).sort();
  if (names.length === 0) return EMPTY_TABLE;
  const table = new Map<string, FieldValue>();
  for (const name of names) {
    if (name.length * UTF_8_BYTES_MAX > NAME_BYTES_MAX && encoder.encode(name).length > NAME_BYTES_MAX) {
      throw new DefinitionProblem(keyStep(name), `a name has no more than ${NAME_BYTES_MAX} bytes`);
    }
    const value = object[name];
    table.set(name, isScalar(value) ? fieldOf(value) : within(keyStep(name), () => fieldOf(value)));
  }
  return table;
}

const isScalar = (value: JsonValue): boolean => typeof value !== "object";

function fieldOf(value: JsonValue): FieldValue {
  if (typeof value === "string") return { type: "S", value };
  if (typeof value === "boolean") return { type: "t", value };
  if (typeof value === "bigint") return { type: "l", value };
  if (typeof value === "number") {
    return Number.isInteger(value) ? { type: "l", value: BigInt(value) } : { type: "d", value };
  }
  if (value === null) return { type: "V", value };
  if (value instanceof JsonFloat) return { type: "d", value: value.value };
  if (isObject(value)) return { type: "F", value: tableOf(value) };
  return { type: "A", value: value.map((item, at) => within(`[${at}]`, () => fieldOf(item))) };
}

/** Writes arguments as RabbitMQ does (`amqp_table`), sorted by name. */
export function tableJson(table: FieldTable): string {
  if (table.size === 0) return "{}";
  return `{${[...table.keys()].sort().map((name) => `${JSON.stringify(name)}:${fieldJson(table.get(name)!)}`).join()}}`;
}

/** Writes a value of a field table as RabbitMQ does. */
export function fieldJson(field: FieldValue): string {
  switch (field.type) {
    case "S":
    case "x":
      return JSON.stringify(typeof field.value === "string" ? field.value : utf8Safe(field.value));
    case "F":
      return tableJson(field.value);
    case "A":
      return `[${field.value.map(fieldJson).join()}]`;
    case "f":
    case "d":
      return floatJson(field.value);
    case "D":
      return floatJson(field.value.value / 10 ** field.value.scale);
    case "V":
      return "null";
    default:
      return String(field.value);
  }
}

/** Writes a float; one that is a whole number stays recognizable as a float. JSON has no infinite ones, and no NaN. */
function floatJson(value: number): string {
  if (!Number.isFinite(value)) return "null";
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Writes bytes as their text, or else in RabbitMQ's words. */
function utf8Safe(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    return `Not UTF-8, base64 is: ${base64.replace(new RegExp(`.{${BASE64_LINE_LENGTH}}`, "g"), "$&\n")}`;
  }
}
