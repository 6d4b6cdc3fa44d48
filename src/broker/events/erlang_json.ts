import { erlangString } from "./erlang_term.ts";
import type { Json } from "../policy/parameters.ts";

/** Writes a value as Erlang does, for RabbitMQ's error texts are made so: a string is `<<"a">>`, a map `#{<<"a">> => 1}`. */
export function erlangJson(value: Json): string {
  if (typeof value === "string") return erlangBinary(value);
  if (typeof value === "number") return erlangNumber(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (isList(value)) return `[${value.map(erlangJson).join(",")}]`;
  return `#{${Object.entries(value).map(([name, one]) => `${erlangBinary(name)} => ${erlangJson(one)}`).join(",")}}`;
}

/** Writes names and values as a list of pairs. */
export const erlangPairs = (pairs: readonly (readonly [name: string, value: Json])[]): string =>
  `[${pairs.map(([name, value]) => `{${erlangBinary(name)},${erlangJson(value)}}`).join(",")}]`;

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** A text that is not ASCII says so. */
const erlangBinary = (text: string): string =>
  text === "" ? "<<>>" : `<<${erlangString(text)}${/[^\0-\x7f]/.test(text) ? "/utf8" : ""}>>`;

function erlangNumber(value: number): string {
  const text = String(value);
  // Erlang's floats have a point: 1.0e21.
  return text.includes("e") && !text.includes(".")
    ? text.replace("e", ".0e").replace("e+", "e")
    : text.replace("e+", "e");
}
