import type { Row } from "./cases.ts";
import type { Results } from "./results.ts";

export interface Column {
  readonly label: string;
  /** True for HareMQ: its ratios to the other brokers are shown. */
  readonly isOurs: boolean;
  /** Runtime of a HareMQ: one of another checkout is compared with ours on the same runtime. */
  readonly runtime?: string;
}

const NOT_MEASURED = "not measured";
const ARROWS = { higher: "↑", lower: "↓" } as const;

/** Formats a table for people: a row for each figure, a column for each broker, then the ratios of ours to theirs. */
export function formatTable(columns: readonly Column[], results: Results): string {
  const pairs = columns.filter(({ isOurs }) => isOurs).flatMap((ours) =>
    columns.filter(({ isOurs, runtime = ours.runtime }) => !isOurs && runtime === ours.runtime)
      .map((theirs) => [ours.label, theirs.label] as const)
  );
  const head = ["", "", ...columns.map(({ label }) => label), ...pairs.map((pair) => pair.join(" / "))];
  const lines = results.rows().map(({ row, medians }) => [
    row.name,
    `${row.unit} ${ARROWS[row.isBetter]}`.trim(),
    ...columns.map(({ label }) => formatFigure(row, medians.get(label))),
    ...pairs.map(([ours, theirs]) => formatRatio(medians.get(ours), medians.get(theirs))),
  ]);
  const widths = head.map((_, index) => Math.max(...[head, ...lines].map((cells) => cells[index].length)));
  return [head, ...lines].map((cells) =>
    cells.map((cell, index) => index < 2 ? cell.padEnd(widths[index]) : cell.padStart(widths[index])).join("  ")
      .trimEnd()
  ).join("\n");
}

function formatFigure({ unit }: Row, value: number | undefined): string {
  if (value === undefined) return NOT_MEASURED;
  const digits = unit === "" ? 2 : value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0;
  // A shared machine does not give more than three digits.
  const rounded = value >= 1000 ? Number(value.toPrecision(3)) : value;
  return rounded.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function formatRatio(ours: number | undefined, theirs: number | undefined): string {
  if (ours === undefined || theirs === undefined || theirs === 0) return "";
  const ratio = ours / theirs;
  return ratio < 2 ? ratio.toPrecision(3) : ratio < 99.5 ? ratio.toPrecision(2) : `${Math.round(ratio)}`;
}
