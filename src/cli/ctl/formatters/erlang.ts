import {
  AmqpTable,
  amqpTypeOf,
  Atom,
  Dictionary,
  isObject,
  type JsonValue,
  Pid,
  Properties,
  type Term,
  Tuple,
} from "../term.ts";
import { flat, layOut, type Shape } from "./erlang_layout.ts";

/** Returns a term as `io_lib:format("~p", …)` writes it. */
export const writeErlang = (term: Term): string => layOut(shapeOf(term));

/** Returns a term in Erlang's syntax, in one line. */
export const writeErlangLine = (term: Term): string => flat(shapeOf(term));

/** Returns the arguments of a table, each as a tuple of name, type and value in one line. */
export const argumentTuples = ({ entries }: AmqpTable): string[] =>
  entries.map(([key, value]) => flat(tuple(binary(key), ...typedShapes(value))));

function shapeOf(term: Term): Shape {
  if (typeof term === "string") return binary(term);
  if (typeof term === "number" || typeof term === "boolean") return String(term);
  if (term === null) return "nil";
  if (term instanceof Atom) return /^[a-z][\w@]*$/.test(term.name) ? term.name : `'${escaped(term.name, "'")}'`;
  if (term instanceof Pid) return term.text;
  if (term instanceof Tuple) return tuple(...term.items.map(shapeOf));
  if (term instanceof AmqpTable) return tableShape(term);
  if (term instanceof Properties) {
    return list(term.entries.map(([key, value]) => tuple(shapeOf(new Atom(key)), shapeOf(value))));
  }
  if (term instanceof Dictionary) {
    const keyOf = (key: string) => flat(shapeOf(term.hasAtomKeys ? new Atom(key) : key));
    return {
      open: "#{",
      close: "}",
      items: term.entries.map(([key, value]) => ({ key: keyOf(key), value: shapeOf(value) })),
    };
  }
  // A list of characters is a string.
  if (term.length > 0 && term.every(isPrintable)) return `"${escaped(String.fromCharCode(...term as number[]), '"')}"`;
  return list(term.map(shapeOf));
}

const isPrintable = (term: Term): boolean =>
  typeof term === "number" && (term >= 0x20 && term <= 0x7e || term >= 0xa0 && term <= 0xff || term >= 8 && term <= 13);

const list = (items: readonly Shape[]): Shape => items.length === 0 ? "[]" : { open: "[", close: "]", items };
const tuple = (...items: readonly Shape[]): Shape => ({ open: "{", close: "}", items });

const escaped = (text: string, quote: string) =>
  text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`).replaceAll("\n", "\\n").replaceAll("\t", "\\t");

function binary(text: string): string {
  if (text === "") return "<<>>";
  const isPrintable = /^[\x20-\x7e\xa0-\xff\n\t\r]*$/.test(text);
  return isPrintable ? `<<"${escaped(text, '"')}">>` : `<<${new TextEncoder().encode(text).join(",")}>>`;
}

/** A table of AMQP is a list of names with types and values. The management API keeps no types but JSON's. */
const tableShape = ({ entries }: AmqpTable): Shape =>
  list(entries.map(([key, value]) => tuple(binary(key), ...typedShapes(value))));

function typedShapes(value: JsonValue): Shape[] {
  const type = amqpTypeOf(value);
  if (typeof value === "string") return [type, binary(value)];
  if (value === null) return [type, "undefined"];
  if (isObject(value)) return [type, tableShape(new AmqpTable(value))];
  return [type, typeof value === "object" ? list(value.map((item) => tuple(...typedShapes(item)))) : String(value)];
}
