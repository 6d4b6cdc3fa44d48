import { JsonFloat, kindOf } from "../definitions/json/json_value.ts";
import type { ObjectReader } from "../definitions/object_reader.ts";
import { shown } from "../definitions/problem.ts";
import type { ApiRequest } from "./request.ts";
import { badRequest } from "./http_error.ts";

const WORDS: Readonly<Record<string, boolean>> = { true: true, false: false };

/** Reads a boolean, which may be a text as in RabbitMQ. Default: false. */
export function booleanIn(body: ObjectReader, key: string): boolean {
  const value = body.value(key);
  return typeof value === "string" && Object.hasOwn(WORDS, value) ? WORDS[value] : body.boolean(key, false);
}

/** Throws `HttpError` 400 when a body names another node than this one, which is the only one. */
export function checkNode(body: ObjectReader, { node }: ApiRequest): void {
  const name = body.optionalText("node");
  if (name !== undefined && name !== node.name) throw badRequest(`Node ${name} is not a cluster member`);
}

/** Bounds of an integer. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Reads an integer, which may be written as `1.0` or as a text of digits, as in RabbitMQ; `undefined` for none. */
export function integerIn(body: ObjectReader, key: string, { min, max }: Bounds): number | undefined {
  const given = body.value(key);
  if (given === undefined) return undefined;
  const value = given instanceof JsonFloat ? given.value : given;
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= min && number <= max) return number;
  const isShown = typeof value === "number" || typeof value === "bigint" || typeof value === "string";
  const received = isShown ? shown(String(value)) : kindOf(value);
  throw body.problem(key, `an integer from ${min} to ${max} is expected here: received ${received}`);
}

/** Reads an integer that must be there, in the same way. */
export function requiredIntegerIn(body: ObjectReader, key: string, bounds: Bounds): number {
  const number = integerIn(body, key, bounds);
  if (number === undefined) throw body.problem(key, "an integer is expected here: received null");
  return number;
}

/** Reads a text that is one of several. */
export function oneOf<Word extends string>(body: ObjectReader, key: string, words: readonly Word[]): Word {
  const text = body.text(key);
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw body.problem(key, `one of ${words.join(", ")} is expected here: received ${shown(text)}`);
}
