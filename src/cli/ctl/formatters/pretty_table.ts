import { visible } from "../../../runtime/visible.ts";
import { breakAtWidth, displayWidth, endRightToLeft } from "../../display_width.ts";
import type { Page } from "../page.ts";
import { AmqpTable, Dictionary, Pid, Properties, type Term } from "../term.ts";
import { argumentTuples, writeErlang, writeErlangLine } from "./erlang.ts";
import { type Formatter, whole } from "./formatter.ts";
import { formatItem } from "./item.ts";

/** Width that a column keeps at least, if it needs it, when the table has to be narrower. In columns of the terminal. */
const CELL_WIDTH_MIN = 12;

/** A table with frames, drawn with the line characters of VT100 terminals, and not wider than the terminal. */
export const PRETTY_TABLE: Formatter = {
  isMachineReadable: false,
  isDrawn: true,
  format: (term, _options, page) => {
    const rows = [["Output"], [typeof term === "string" ? term : writeErlang(term)]].map((row) => row.map(linesOf));
    return draw(rows, widthsFor(rows, page.width, [CELL_WIDTH_MIN]), (row) => page.isColoured && row === 0);
  },
  list: (_options, page) =>
    whole((terms) => {
      if (terms.length === 0) return [];
      const titles = pairs(terms[0]).map(([key]) => key);
      const rows = [titles, ...terms.map((term) => pairs(term).map(([, value]) => cell(value)))];
      return table(rows.map((row) => row.map(linesOf)), page);
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

/** The lines of a cell. */
type Cell = readonly string[];

/** A tab is as wide as the column where it begins demands, so that it is written like other control characters. */
const linesOf = (text: string): Cell => text.split("\n").map((line) => visible(line).replaceAll("\t", "\\x09"));

/** Draws a table, or a table for each row when the columns have no room beside each other. */
function table(rows: readonly (readonly Cell[])[], { width, isColoured }: Page): string[] {
  const [titles, ...others] = rows;
  const least = titles.map((cell) => Math.max(CELL_WIDTH_MIN, cellWidth(cell)));
  const widths = widthsFor(rows, width, least);
  if (frameWidth(widths) <= width) return draw(rows, widths, (row) => isColoured && row === 0);
  return others.flatMap((row) => {
    const turned = row.map((cell, at) => [titles[at], cell]);
    return draw(
      turned,
      widthsFor(turned, width, [cellWidth(titles.flat()), CELL_WIDTH_MIN]),
      (_, column) => isColoured && column === 0,
    );
  });
}

const cellWidth = (cell: Cell): number => Math.max(...cell.map(displayWidth));

/** Returns the width of a table whose columns have these widths. */
const frameWidth = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width + 3, 1);

/**
 * Returns the widths of the columns in a table of at most a width: those that they need, or else the widest ones
 * narrower. When all have their least width the table may still be too wide.
 */
function widthsFor(
  rows: readonly (readonly Cell[])[],
  width: number,
  least: readonly number[],
): readonly number[] {
  const needed = rows[0].map((_, column) => rows.reduce((most, row) => Math.max(most, cellWidth(row[column])), 0));
  if (frameWidth(needed) <= width) return needed;
  const below = (limit: number) => needed.map((width, column) => Math.min(width, Math.max(limit, least[column])));
  let limit = Math.min(width, Math.max(...needed));
  while (limit > CELL_WIDTH_MIN && frameWidth(below(limit)) > width) limit--;
  return below(limit);
}

const LINES = "\x1b(0";
const TEXT = "\x1b(B";
const BAR = `${LINES}x${TEXT}`;

/** Draws rows in a frame. Longer lines of cells are broken. */
function draw(
  rows: readonly (readonly Cell[])[],
  widths: readonly number[],
  isBold: (row: number, column: number) => boolean,
): string[] {
  const rule = (left: string, middle: string, right: string) =>
    `${LINES}${left}${widths.map((columns) => "q".repeat(columns + 2)).join(middle)}${right}${TEXT}`;
  const lines = rows.flatMap((row, at) => [
    ...at === 0 ? [] : [rule("t", "n", "u")],
    ...rowLines(row, widths, (column) => isBold(at, column)),
  ]);
  return [rule("l", "w", "k"), ...lines, rule("m", "v", "j")];
}

function rowLines(
  row: readonly Cell[],
  widths: readonly number[],
  isBold: (column: number) => boolean,
): string[] {
  const broken = row.map((cell, column) => cell.flatMap((line) => breakAtWidth(line, widths[column])));
  const height = Math.max(...broken.map((lines) => lines.length));
  return Array.from({ length: height }, (_, at) => {
    const texts = broken.map((lines, column) => {
      const text = lines[at] ?? "";
      const padding = " ".repeat(widths[column] - displayWidth(text));
      const shown = endRightToLeft(text);
      return ` ${isBold(column) ? `\x1b[1m${shown}\x1b[0m` : shown}${padding} `;
    });
    return `${BAR}${texts.join(BAR)}${BAR}`;
  });
}
