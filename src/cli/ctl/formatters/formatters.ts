import { Properties, type Term } from "../term.ts";
import { CSV } from "./csv.ts";
import { writeErlang } from "./erlang.ts";
import { eachItem, type Formatter, type FormatterName, whole } from "./formatter.ts";
import { inspect } from "./inspect.ts";
import { writeJson } from "./json.ts";
import { PRETTY_TABLE } from "./pretty_table.ts";
import { TABLE } from "./table.ts";

/** A JSON array with one item a line. */
const JSON_ARRAY: Formatter = {
  isMachineReadable: true,
  format: (term) => [writeJson(typeof term === "string" ? new Properties([["message", term]]) : term)],
  list: () => ({
    ...eachItem((term, isFirst) => [(isFirst ? "" : ",") + writeJson(term)]),
    begin: () => ["["],
    end: () => ["]"],
  }),
};

/** One JSON object a line. RabbitMQ leaves an empty line between them. */
const JSON_STREAM: Formatter = {
  isMachineReadable: true,
  format: (term) => [term === "" ? "" : writeJson(term)],
  list: () => eachItem((term) => [writeJson(term), ""]),
};

const ERLANG: Formatter = {
  isMachineReadable: false,
  format: (term) => [writeErlang(term)],
  list: () => whole((terms) => [writeErlang(terms)]),
};

const STRING: Formatter = {
  isMachineReadable: false,
  format: (term) => [inspect(term)],
  list: () => eachItem((term) => [inspect(term)]),
};

/** One item of a list a line. */
const LINES: Formatter = {
  isMachineReadable: false,
  format: (term) => Array.isArray(term) ? term.map((item: Term) => inspect(item)) : [inspect(term)],
  list: () => eachItem((term) => [inspect(term)]),
};

/** The formatters, by the names that `--formatter` takes. */
export const FORMATTERS: Readonly<Record<FormatterName, Formatter>> = {
  table: TABLE,
  pretty_table: PRETTY_TABLE,
  json: JSON_ARRAY,
  json_stream: JSON_STREAM,
  csv: CSV,
  erlang: ERLANG,
  string: STRING,
  lines: LINES,
};

/** Formatters that people choose. */
export const FORMATTER_NAMES = ["table", "pretty_table", "json", "json_stream", "csv", "erlang"] as const;

/** Returns the formatter of a name, or `otherwise` when there is none. */
export const formatterOf = (name: string | number | boolean | undefined, otherwise: FormatterName): Formatter =>
  Object.hasOwn(FORMATTERS, String(name)) ? FORMATTERS[name as FormatterName] : FORMATTERS[otherwise];
