import { atomic, bytesTerm, type ErlangTerm, layOut, list, map, tuple } from "./erlang_layout.ts";
import { type FieldTable, fieldTypeName, type FieldValue } from "./field_table.ts";
import type { Json } from "./json.ts";

/** Width after which Erlang breaks a line. In columns. */
const LINE_LENGTH = 80;
/** Width of a line in the reason why an argument is refused, which RabbitMQ writes with `~255p`. In columns. */
const PROBLEM_LINE_LENGTH = 255;

/** Smallest integer that Erlang writes as a float with an exponent. */
const EXPONENT_FROM = 2 ** 53;

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

const CONTROL_CHARACTER = /[\p{Cc}\ufffe\uffff]/u;

/**
 * Returns whether a text has no control characters except those that Erlang escapes. Other texts are written as
 * numbers.
 */
const isPrintable = (text: string): boolean =>
  !CONTROL_CHARACTER.test(text) ||
  !Array.from(text).some((character) => CONTROL_CHARACTER.test(character) && !(character in ESCAPED));

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Quotes a text as Erlang writes a string of printable characters. */
export const erlangString = (text: string): string =>
  `"${Array.from(text, (character) => ESCAPED[character] ?? character).join("")}"`;

const stringTerm = (text: string): ErlangTerm =>
  isPrintable(text)
    ? atomic(erlangString(text))
    : list(Array.from(text, (character) => atomic(String(character.codePointAt(0)))));

/** Makes a term of a binary: its text where it is text, else its bytes. Text that is not ASCII is marked as UTF-8. */
function binaryTerm(value: string | Uint8Array): ErlangTerm {
  const text = typeof value === "string" ? value : textOf(value);
  if (text === "") return atomic("<<>>");
  if (!isPrintable(text)) return bytesTerm(typeof value === "string" ? encoder.encode(value) : value);
  const isUtf8 = /[^\0-\x7f]/.test(text) && (typeof value === "string" || isValidUtf8(value));
  return atomic(`<<${erlangString(text)}${isUtf8 ? "/utf8" : ""}>>`);
}

function isValidUtf8(bytes: Uint8Array): boolean {
  try {
    utf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Decodes bytes as UTF-8, or as Latin-1 where they are not UTF-8. */
const textOf = (bytes: Uint8Array): string =>
  isValidUtf8(bytes) ? utf8.decode(bytes) : Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** Writes a float with as few digits as tell it apart from others, and with an exponent where that is shorter. */
export function erlangFloat(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const [mantissa, exponent] = Math.abs(value).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  // Digits before the point.
  const place = Number(exponent) + 1;
  const [first, rest] = [digits[0], digits.slice(1)];
  const withExponent = `${first}.${rest || "0"}e${place - 1}`;
  const withZeros = place <= 0
    ? `0.${"0".repeat(-place)}${digits}`
    : place >= digits.length
    ? `${digits}${"0".repeat(place - digits.length)}.0`
    : `${digits.slice(0, place)}.${digits.slice(place)}`;
  if (value === 0) return `${sign}0.0`;
  const isShort = place >= 0 && place < digits.length || withZeros.length <= withExponent.length;
  return sign + (isShort && Math.abs(value) < EXPONENT_FROM ? withZeros : withExponent);
}

/** Returns a field's value as RabbitMQ's term in Erlang. */
function valueTerm(field: FieldValue): ErlangTerm {
  switch (field.type) {
    case "S":
    case "x":
      return binaryTerm(field.value);
    case "F":
      return list([...field.value].map(([name, value]) => fieldTerm(name, value)));
    case "A":
      return list(field.value.map(typedTerm));
    case "f":
    case "d":
      return atomic(erlangFloat(field.value));
    case "D":
      return tuple(atomic(String(field.value.scale)), atomic(String(field.value.value)));
    case "V":
      return atomic("undefined");
    default:
      return atomic(String(field.value));
  }
}

const typedTerm = (field: FieldValue): ErlangTerm => tuple(atomic(fieldTypeName(field)), valueTerm(field));

const fieldTerm = (name: string, field: FieldValue): ErlangTerm =>
  tuple(binaryTerm(name), atomic(fieldTypeName(field)), valueTerm(field));

/** Writes the fields of a table as Erlang does: `{<<"x-max-length">>,signedint,10}`. */
export const erlangFields = (table: FieldTable): string[] =>
  [...table].map(([name, field]) => layOut(fieldTerm(name, field), 1, LINE_LENGTH));

/** Writes a term behind a text. A term of several lines begins below the text. */
const behind = (before: string, term: ErlangTerm, lineLength = LINE_LENGTH): string =>
  before + layOut(term, Array.from(before).length + 1, lineLength);

/** Writes a field's value behind a text, as `~tp` does: `<<"a">>`, `9.0e5`, `[{signedint,1}]`. */
export const erlangValue = (before: string, field: FieldValue): string => behind(before, valueTerm(field));

/** Writes a field's value behind a text, with a text as it is, as RabbitMQ shows the value of an argument. */
export const erlangShown = (before: string, field: FieldValue): string =>
  field.type === "S" || field.type === "x"
    ? before + (typeof field.value === "string" ? field.value : textOf(field.value))
    : erlangValue(before, field);

/** Writes a binary behind a text: `<<"a">>`. */
export const erlangBinary = (before: string, text: string): string => behind(before, binaryTerm(text));

/** Writes the error of a regular expression behind a text: `{"missing closing parenthesis",1}`. */
export const erlangPatternError = (before: string, message: string, offset: number): string =>
  behind(before, tuple(stringTerm(message), atomic(String(offset))));

/** Writes the reason why an argument is refused as a sentence, a string in Erlang: `"unsupported queue mode 'a'"`. */
export const erlangSentence = (sentence: string): string => layOut(stringTerm(sentence), 1, PROBLEM_LINE_LENGTH);

/** Writes the reason why an argument is refused: `{value_negative,-1}`. */
export const erlangProblem = (reason: string, field: FieldValue): string =>
  layOut(tuple(atomic(reason), valueTerm(field)), 1, PROBLEM_LINE_LENGTH);

/** Writes the reason why an argument is refused, with the argument's type: `{invalid_stream_offset_arg,{longstr,<<"a">>}}`. */
export const erlangTypedProblem = (reason: string, field: FieldValue): string =>
  layOut(tuple(atomic(reason), typedTerm(field)), 1, PROBLEM_LINE_LENGTH);

/** Writes a JSON value behind a text. In RabbitMQ a JSON string is a binary, and an object a map: `#{<<"a">> => 1}`. */
export const erlangJson = (before: string, value: Json): string => behind(before, jsonTerm(value));

/** Writes a list of names with JSON values behind a text: `[{<<"a">>,1}]`. */
export const erlangPairs = (before: string, pairs: readonly (readonly [name: string, value: Json])[]): string =>
  behind(before, list(pairs.map(([name, value]) => tuple(binaryTerm(name), jsonTerm(value)))));

function jsonTerm(value: Json): ErlangTerm {
  if (typeof value === "string") return binaryTerm(value);
  if (typeof value === "number") return atomic(isErlangInteger(value) ? String(value) : erlangFloat(value));
  if (value === null || typeof value === "boolean") return atomic(String(value));
  if (!isList(value)) {
    const names = Object.keys(value).sort();
    return map(names.map((name) => [binaryTerm(name), jsonTerm(value[name])]));
  }
  return isString(value) ? stringTerm(String.fromCodePoint(...value)) : list(value.map(jsonTerm));
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** Returns whether Erlang reads a JSON number as an integer: JavaScript writes it without a point or an exponent. */
const isErlangInteger = (value: number): boolean => Number.isInteger(value) && !String(value).includes("e");

/** Returns whether Erlang takes a list for a string: all of its numbers are printable characters. */
const isString = (value: readonly Json[]): value is readonly number[] =>
  value.length > 0 &&
  value.every((one) =>
    typeof one === "number" && isErlangInteger(one) && one >= 0 && one <= 0x10ffff && (one < 0xd800 || one > 0xdfff) &&
    isPrintable(String.fromCodePoint(one))
  );
