import { AmqpTable, Dictionary, Pid, Properties, type Term } from "../term.ts";
import { argumentTuples, writeErlang, writeErlangLine } from "./erlang.ts";
import { type Formatter, whole } from "./formatter.ts";
import { formatItem } from "./item.ts";

/** A table with frames, drawn with the line characters of VT100 terminals. */
export const PRETTY_TABLE: Formatter = {
  isMachineReadable: false,
  format: (term, _, isBold) => frame(["Output"], [[typeof term === "string" ? term : writeErlang(term)]], isBold),
  list: (_, isBold) =>
    whole((terms) => {
      if (terms.length === 0) return [];
      const rows = terms.map((term) => pairs(term).map(([, value]) => cell(value)));
      return frame(pairs(terms[0]).map(([key]) => key), rows, isBold);
    }),
};

const pairs = (term: Term) => term instanceof Properties || term instanceof Dictionary ? term.entries : [];

/** Items of a list stand in a cell without anything in between. */
function cell(term: Term): string {
  if (term instanceof AmqpTable) return argumentTuples(term).join("");
  if (Array.isArray(term)) return term.map((item: Term) => cell(item)).join("");
  if (term instanceof Properties) return writeErlangLine(term);
  return term instanceof Pid ? term.text : formatItem(term);
}

const LINES = "\x1b(0";
const TEXT = "\x1b(B";
const BAR = `${LINES}x${TEXT}`;

function frame(titles: readonly string[], rows: readonly (readonly string[])[], isBold: boolean): string[] {
  const cells = [titles, ...rows].map((row) => row.map((text) => text.split("\n")));
  const widths = titles.map((_, at) => Math.max(...cells.map((row) => Math.max(...row[at].map(width)))));
  const rule = (left: string, middle: string, right: string) =>
    `${LINES}${left}${widths.map((columns) => "q".repeat(columns + 2)).join(middle)}${right}${TEXT}`;
  const lines = cells.flatMap((row, at) => [
    ...at === 0 ? [] : [rule("t", "n", "u")],
    ...rowLines(row, widths, isBold && at === 0),
  ]);
  return [rule("l", "w", "k"), ...lines, rule("m", "v", "j")];
}

function rowLines(row: readonly (readonly string[])[], widths: readonly number[], isBold: boolean): string[] {
  const height = Math.max(...row.map((texts) => texts.length));
  return Array.from({ length: height }, (_, at) => {
    const texts = row.map((lines, column) => {
      const text = lines[at] ?? "";
      const padding = " ".repeat(widths[column] - width(text));
      return ` ${isBold ? `\x1b[1m${text}\x1b[0m` : text}${padding} `;
    });
    return `${BAR}${texts.join(BAR)}${BAR}`;
  });
}

const width = (text: string): number => [...text].length;
