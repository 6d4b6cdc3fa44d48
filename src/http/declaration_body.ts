import type { ObjectReader } from "../definitions/object_reader.ts";
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
