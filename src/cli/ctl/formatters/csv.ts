import { Dictionary, Properties, type Term } from "../term.ts";
import { eachItem, type Formatter } from "./formatter.ts";
import { formatItem } from "./item.ts";

/** Comma-separated values (RFC 4180), below a line with the names of the columns. */
export const CSV: Formatter = {
  isMachineReadable: true,
  format: (term) => [...header(term).map(csvLine), csvLine(values(term)), ""],
  list: () => eachItem((term, isFirst) => [...(isFirst ? header(term).map(csvLine) : []), csvLine(values(term))]),
};

const isPairs = (term: Term) => term instanceof Properties || term instanceof Dictionary;

const header = (term: Term): string[][] => isPairs(term) ? [term.entries.map(([key]) => key)] : [];

function values(term: Term): string[] {
  if (isPairs(term)) return term.entries.map(([, value]) => formatItem(value));
  return Array.isArray(term) ? term.map(formatItem) : [formatItem(term)];
}

const csvLine = (cells: readonly string[]): string => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");
