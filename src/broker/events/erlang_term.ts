import { type FieldTable, fieldTypeName, type FieldValue } from "../../wire/field_table.ts";

/** What Erlang writes with a backslash in a string. */
const ESCAPED: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\x1b": "\\e",
};

/** A field of a table as Erlang writes it: `{<<"x-max-length">>,signedint,10}`. */
export function erlangField(name: string, field: FieldValue): string {
  return `{${binary(name)},${fieldTypeName(field)},${term(field)}}`;
}

/** An IP address as Erlang writes it: `{127,0,0,1}`, or eight numbers for IPv6. */
export function erlangAddress(host: string): string {
  if (!host.includes(":")) return `{${host.split(".").map(Number).join(",")}}`;
  const [front, back] = host.split("::").map((part) =>
    part === "" ? [] : part.split(":").map((group) => parseInt(group, 16))
  );
  const zeros = new Array(8 - front.length - (back?.length ?? 0)).fill(0);
  return `{${[...front, ...zeros, ...(back ?? [])].join(",")}}`;
}

function term(field: FieldValue): string {
  switch (field.type) {
    case "S":
    case "x":
      return binary(field.value);
    case "F":
      return `[${fieldsOf(field.value).join(",")}]`;
    case "A":
      return `[${field.value.map((value) => `{${fieldTypeName(value)},${term(value)}}`).join(",")}]`;
    case "f":
    case "d":
      return Number.isInteger(field.value) ? field.value.toFixed(1) : String(field.value);
    case "D":
      return `{${field.value.scale},${field.value.value}}`;
    case "V":
      return "undefined";
    default:
      return String(field.value);
  }
}

/** The fields of a table as Erlang writes them. */
export function fieldsOf(table: FieldTable): string[] {
  return [...table].map(([name, field]) => erlangField(name, field));
}

/** Text where all its bytes are printable in Latin-1, and its bytes as numbers where they are not. */
function binary(value: string | Uint8Array): string {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  const isPrintable = bytes.every((byte) =>
    (byte >= 0x20 && byte < 0x7f) || byte >= 0xa0 || String.fromCharCode(byte) in ESCAPED
  );
  if (!isPrintable) return `<<${bytes.join(",")}>>`;
  const text = typeof value === "string" ? value : new TextDecoder().decode(value);
  return `<<${erlangString(text)}>>`;
}

/** A text as Erlang writes it, in quotes. */
export function erlangString(text: string): string {
  return `"${Array.from(text, (character) => ESCAPED[character] ?? character).join("")}"`;
}
