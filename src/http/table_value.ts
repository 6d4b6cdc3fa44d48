import { fieldJson } from "../definitions/json/table_json.ts";
import type { FieldTable, FieldValue } from "../wire/field_table.ts";
import { rawJson } from "./reply.ts";

/** Returns a field table as an object that becomes RabbitMQ's JSON of it (`amqp_table`), sorted by name. */
export const tableValue = (table: FieldTable): object =>
  Object.fromEntries([...table.keys()].sort().map((name) => [name, fieldOf(table.get(name)!)]));

function fieldOf(field: FieldValue): unknown {
  if (field.type === "F") return tableValue(field.value);
  if (field.type === "A") return field.value.map(fieldOf);
  const json = fieldJson(field);
  const value: unknown = JSON.parse(json);
  // Large integers and whole floats are only exact as they are written.
  return typeof value === "number" && String(value) !== json ? rawJson(json) : value;
}
