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

/** Width that Erlang's `io_lib:format("~p", …)` fills. */
const WIDTH = 80;

/** Returns a term as `io_lib:format("~p", …)` writes it. */
export const writeErlang = (term: Term): string => layOut(shapeOf(term), 0, WIDTH);

/** Returns a term in Erlang's syntax, in one line. */
export const writeErlangLine = (term: Term): string => flat(shapeOf(term));

/** Returns the arguments of a table, each as a tuple of name, type and value in one line. */
export const argumentTuples = ({ entries }: AmqpTable): string[] =>
  entries.map(([key, value]) => flat(tuple(binary(key), ...typedShapes(value))));

/** A term as a tree of texts: what a group contains is written between its brackets. */
type Shape = string | { readonly open: string; readonly close: string; readonly items: readonly Shape[] };

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
    const items = term.entries.map(([key, value]) => `${binary(key)} => ${flat(shapeOf(value))}`);
    return { open: "#{", close: "}", items };
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

const flat = (shape: Shape): string =>
  typeof shape === "string" ? shape : `${shape.open}${shape.items.map(flat).join(",")}${shape.close}`;

/** Writes a shape from a column on: in one line when it fits, and else with one item a line. */
function layOut(shape: Shape, column: number, width: number): string {
  const line = flat(shape);
  if (typeof shape === "string" || column + line.length <= width) return line;
  const { open, close, items } = shape;
  const indent = column + open.length;
  const [first, ...others] = items;
  const isTagged = open === "{" && typeof first === "string" && others.length > 0;
  if (isTagged && column + first.length + 2 < width) return tagged(first, others, column, width);
  const lines = items.map((item) => layOut(item, indent, width - 1));
  return `${open}${lines.join(`,\n${" ".repeat(indent)}`)}${close}`;
}

/** A tuple that begins with an atom has its other items below each other, behind the atom when it is short. */
function tagged(tag: string, others: readonly Shape[], column: number, width: number): string {
  const behind = column + tag.length + 2;
  // Nothing can be gained by breaking before a single binary.
  if (others.length === 1 && typeof others[0] === "string" && others[0].startsWith("<<")) {
    return `{${tag},${others[0]}}`;
  }
  const isLong = tag.length > 6 && others.some((item) => behind + flat(item).length > width);
  const indent = isLong ? column + 4 : behind;
  const lines = others.map((item) => layOut(item, indent, width - 1)).join(`,\n${" ".repeat(indent)}`);
  return isLong ? `{${tag},\n${" ".repeat(indent)}${lines}}` : `{${tag},${lines}}`;
}
