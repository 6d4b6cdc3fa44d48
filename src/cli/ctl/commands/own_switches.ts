import { phrase } from "../../../phrase/phrase.ts";
import { type Call, textOf } from "../call.ts";
import type { Command } from "../command.ts";
import { UsageError } from "../command_error.ts";
import type { Letters, Options, Switches } from "../parser.ts";
import { isObject, type JsonObject, type JsonValue } from "../term.ts";

type Help = NonNullable<Command["help"]>;

export const JSON_SWITCH: Switches = { json: "boolean" };
export const JSON_HELP: Help[number] = ["--json", "Writes each item as JSON on a line of its own"];
export const COUNT_HELP = (of: string): Help[number] => ["--count <n>", of];

/** Letters for a queue, an exchange and a routing key. */
export const PLACE_LETTERS: Letters = { q: "queue", e: "exchange", k: "routing_key" };
export const PLACE_SWITCHES: Switches = { queue: "string", exchange: "string", routing_key: "string" };

/** Switches that choose messages, and their help. */
export const FILTER_SWITCHES: Switches = { exchange: "string", routing_key: "string", headers: "string" };
export const FILTER_HELP: Help = [
  ["--exchange <exchange>", "Only messages that were published to this exchange"],
  ["--routing-key <key>", "Only messages with this routing key"],
  ["--headers <JSON>", "Only messages with these headers"],
];

/** Returns the value of a switch that takes a positive number. */
export function positive(options: Options, name: string): number | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  if (typeof value === "number" && value >= 1) return value;
  throw new UsageError(phrase`--${name.replaceAll("_", "-")} must be a positive integer: received ${value}`);
}

/** Returns the object that a switch has as JSON; an empty one when it is not given. */
export function objectOf(options: Options, name: string): JsonObject {
  const text = options[name];
  if (text === undefined) return {};
  let parsed: JsonValue = null;
  try {
    parsed = JSON.parse(String(text));
  } catch {
    // The error below says it.
  }
  if (isObject(parsed)) return parsed;
  throw new UsageError(phrase`--${name} must be a JSON object such as {"a":1}: received ${text}`);
}

/** Returns the filter of a request for messages. */
export function filterOf(call: Call, ...names: readonly string[]): JsonObject {
  const { options } = call;
  const filter: Record<string, JsonValue> = {};
  for (const name of ["exchange", "routing_key", ...names]) {
    if (options[name] !== undefined) filter[name] = textOf(call, name);
  }
  if (options.headers !== undefined) filter.headers = objectOf(options, "headers");
  return filter;
}
