import { AmqpTable, Atom, Dictionary, isObject, type JsonValue, Pid, Properties, type Term, Tuple } from "../term.ts";
import { writeErlangLine } from "./erlang.ts";

/** Returns a value as it stands in a cell of a table. */
export function formatItem(term: Term): string {
  if (typeof term === "string") return term;
  if (term instanceof Atom) return term.name;
  if (term instanceof Pid) return term.text;
  if (term === null) return "nil";
  if (term instanceof Dictionary) {
    return `#{${term.entries.map(([key, value]) => `${key} => ${formatItem(value)}`).join(", ")}}`;
  }
  if (term instanceof AmqpTable) return formatTable(term);
  if (term instanceof Properties) {
    return `[${term.entries.map(([key, value]) => `{${key}, ${formatItem(value)}}`).join(", ")}]`;
  }
  if (term instanceof Tuple && term.items.length === 2) {
    return `{${writeErlangLine(term.items[0])}, ${formatItem(term.items[1])}}`;
  }
  if (Array.isArray(term) && term.some((item) => typeof item !== "number")) {
    return `[${term.map(formatItem).join(", ")}]`;
  }
  return writeErlangLine(term);
}

/** Returns arguments as pairs, with strings in quotes. */
const formatTable = ({ entries }: AmqpTable): string =>
  `[${entries.map(([key, value]) => `{${quoted(key)},${formatArgument(value)}}`).join(",")}]`;

function formatArgument(value: JsonValue): string {
  if (typeof value === "string") return quoted(value);
  if (value === null) return "undefined";
  if (isObject(value)) return formatTable(new AmqpTable(value));
  return typeof value === "object" ? `[${value.map(formatArgument).join(",")}]` : String(value);
}

/** Erlang shows an empty string as an empty list. */
const quoted = (text: string) => text === "" ? "[]" : `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
