/**
 * A JSON value with RabbitMQ's distinctions: integers of more than 53 bits are bigints, and a float that is a whole
 * number, such as `1.0`, is a {@linkcode JsonFloat}.
 */
export type JsonValue = string | number | bigint | boolean | null | JsonFloat | JsonValue[] | JsonObject;

export interface JsonObject {
  [key: string]: JsonValue;
}

/** A whole number that is written as a float. */
export class JsonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof JsonFloat);

/** Returns the name of a value's kind in sentences. */
export function kindOf(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "an object";
  if (typeof value === "string") return "a text";
  return typeof value === "boolean" ? "true or false" : "a number";
}
