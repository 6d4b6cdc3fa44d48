import { visibleInLine } from "../../../runtime/visible.ts";
import type { Options } from "../parser.ts";
import type { Page } from "../page.ts";
import { Dictionary, Properties, type Term } from "../term.ts";
import { eachItem, type Formatter } from "./formatter.ts";
import { inspect } from "./inspect.ts";
import { formatItem } from "./item.ts";

/** Columns that are separated by tabs, below a line with their names. */
export const TABLE: Formatter = {
  isMachineReadable: false,
  hasTableSwitches: true,
  format: (term, options, page) => [...header(term, options), line(term, options, page)],
  list: (options, page) =>
    eachItem((term, isFirst) => [...isFirst ? header(term, options) : [], line(term, options, page)]),
};

function header(term: Term, { silent, table_headers: hasHeaders }: Options): string[] {
  if (silent === true || hasHeaders === false || !isPairs(term) || term.entries.length === 0) return [];
  return [term.entries.map(([key]) => key).join("\t")];
}

function line(term: Term, { pad_to_header: isPadded }: Options, { width }: Page): string {
  if (!isPairs(term)) return Array.isArray(term) && term.length === 0 ? "" : inspect(term);
  return term.entries.map(([key, value]) => {
    // On a terminal each cell stays between its tabs.
    const cell = width === Infinity ? formatItem(value) : visibleInLine(formatItem(value));
    return isPadded === true ? cell.padEnd(key.length) : cell;
  }).join("\t");
}

const isPairs = (term: Term): term is Properties | Dictionary =>
  term instanceof Properties || term instanceof Dictionary;
