import type { Cell, Grid } from "./grid.ts";

/** Format of a listing, by which its lines are made. */
export interface GridFormat {
  /** Returns the lines above the rows, and then those of all rows. */
  lines(grid: Grid, isVerbose: boolean): string[];
}

const SEPARATOR = `\n${"-".repeat(80)}\n`;

/** Formats that show the answer of the broker itself. */
export const JSON_FORMATS = ["raw_json", "pretty_json"] as const;

export const GRID_FORMATS: Readonly<Record<string, GridFormat>> = {
  tsv: {
    lines: ({ columns, rows }, isVerbose) => {
      const lines = rows.map((row) => row.map(shown).join("\t"));
      return isVerbose ? [columns.join("\t"), ...lines] : lines;
    },
  },
  long: {
    lines({ columns, rows }) {
      const width = Math.max(0, ...columns.map(widthOf));
      return [
        SEPARATOR,
        ...rows.flatMap((
          row,
        ) => [...row.map((cell, at) => `${padStart(columns[at], width)}: ${named(cell)}`), SEPARATOR]),
      ];
    },
  },
  table: {
    lines({ columns, rows }) {
      const cells = rows.map((row) => row.map(shown));
      const widths = columns.map((column, at) =>
        cells.reduce((width, row) => Math.max(width, widthOf(row[at])), widthOf(column))
      );
      const bar = `+${widths.map((width) => `${"-".repeat(width + 2)}+`).join("")}`;
      const line = (row: readonly string[], pad: (text: string, width: number) => string) =>
        `|${row.map((text, at) => ` ${pad(text, widths[at])} |`).join("")}`;
      return [bar, line(columns, padAround), bar, ...cells.map((row) => line(row, padEnd)), bar];
    },
  },
  kvp: {
    lines: ({ columns, rows }) => rows.map((row) => row.map((cell, at) => `${columns[at]}="${named(cell)}"`).join(" ")),
  },
  bash: {
    lines({ columns, rows }) {
      const at = columns.lastIndexOf("name");
      return at < 0 ? [] : [rows.map((row) => shown(row[at])).join(" ")];
    },
  },
};

export const FORMAT_NAMES: readonly string[] = [...JSON_FORMATS, ...Object.keys(GRID_FORMATS)];

const shown = (cell: Cell): string => cell ?? "";
const named = (cell: Cell): string => cell ?? "None";

/** Returns the number of characters of a text. */
const widthOf = (text: string): number => /^[\x20-\x7e]*$/.test(text) ? text.length : [...text].length;
const blanks = (text: string, width: number): number => Math.max(0, width - widthOf(text));
const padEnd = (text: string, width: number): string => text + " ".repeat(blanks(text, width));
const padStart = (text: string, width: number): string => " ".repeat(blanks(text, width)) + text;

function padAround(text: string, width: number): string {
  const left = Math.floor(blanks(text, width) / 2);
  return padEnd(" ".repeat(left) + text, width);
}
