import { phrase } from "../../phrase/phrase.ts";
import { type ExactJson, type ExactObject, isExactObject, parseExactJson, WrittenNumber } from "./exact_json.ts";
import { AdminFailure, misused } from "./failure.ts";
import type { Operation } from "./objects.ts";
import type { Settings } from "./switches.ts";

/** An operation with its arguments. */
export interface Request {
  /** Path below `/api`. */
  readonly path: string;
  readonly body: ExactObject;
}

/** Reads arguments that are written as `name=value`. */
export function readArguments(args: readonly string[], operation: Operation, settings: Settings): Request {
  const { mandatory, optional, json = [] } = operation;
  const names = [...mandatory.flat(), ...Object.keys(optional)];
  const body: Record<string, ExactJson> = {};
  for (const [name, value] of Object.entries(optional)) {
    if (value !== null) body[name] = typeof value === "number" ? new WrittenNumber(String(value)) : value;
  }
  for (const argument of args) {
    const at = argument.indexOf("=");
    if (at < 0) throw misused(phrase`Argument "${argument}" not in the name=value format`);
    const [name, value] = [argument.slice(0, at), argument.slice(at + 1)];
    if (!names.includes(name)) throw misused(phrase`Argument "${name}" is not recognised`);
    body[name] = json.includes(name) ? parseJson(value) : value;
  }
  for (const name of mandatory) {
    if (typeof name !== "string" && !name.some((name) => Object.hasOwn(body, name))) {
      const list = name.map((name) => `'${name}'`).join(", ");
      throw misused(phrase`one of mandatory arguments "[${list}]" is required`);
    }
    if (typeof name === "string" && !Object.hasOwn(body, name)) {
      throw misused(phrase`mandatory argument "${name}" is required`);
    }
  }
  if (!mandatory.includes("vhost")) body.vhost = String(settings.vhost || settings.declare_vhost);
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => quote(pathPart(name, body)));
  if (body.queue_type !== undefined) {
    const given = isExactObject(body.arguments) ? body.arguments : {};
    body.arguments = { ...given, "x-queue-type": body.queue_type };
  }
  return { path, body };
}

function pathPart(name: string, body: ExactObject): string {
  const value = name === "destination_char" ? String(body.destination_type).slice(0, 1) : String(body[name]);
  if (value === "") throw misused(phrase`argument "${name}" must not be empty`);
  return value;
}

/** Encodes all but letters, digits and `-._~`. */
export const quote = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

function parseJson(text: string): ExactJson {
  try {
    return parseExactJson(text);
  } catch {
    throw new AdminFailure(phrase`ERROR: Could not parse JSON:\n  ${text}`);
  }
}
