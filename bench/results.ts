import type { Outcome, Row } from "./cases.ts";
import type { Faults } from "./generator.ts";

/** A row with its results by the broker's label: the figures of all rounds, and their median. */
export interface ResultRow {
  readonly row: Row;
  readonly rounds: ReadonlyMap<string, readonly number[]>;
  readonly medians: ReadonlyMap<string, number>;
}

/** Gathers the results of runs. */
export class Results {
  readonly #rounds = new Map<Row, Map<string, number[]>>();
  /** Sentences about failures. */
  readonly troubles: string[] = [];
  hasFaults = false;

  add(rows: readonly Row[], label: string, { figures, faults }: Outcome): void {
    rows.forEach((row, index) => this.addFigure(row, label, figures[index]));
    if (faults !== undefined) this.addFaults(rows[0], label, faults);
  }

  addFigure(row: Row, label: string, figure: number): void {
    const figuresByLabel = this.#figuresOf(row);
    figuresByLabel.set(label, [...figuresByLabel.get(label) ?? [], figure]);
  }

  /** Reserves places in the table for rows without results. */
  announce(rows: readonly Row[]): void {
    for (const row of rows) this.#figuresOf(row);
  }

  addFailure(row: Row, label: string, { message }: Error): void {
    this.troubles.push(`${row.name}, ${label}: ${message}`);
  }

  addFaults(row: Row, label: string, { lost, outOfOrder, repeated, nacked }: Faults): void {
    if (lost + outOfOrder + repeated + nacked === 0) return;
    this.hasFaults = true;
    this.troubles.push(
      `${row.name}, ${label}: ${lost} messages lost, ${outOfOrder} out of order, ${repeated} repeated, ${nacked} refused`,
    );
  }

  rows(): readonly ResultRow[] {
    return [...this.#rounds].map(([row, rounds]) => ({
      row,
      rounds,
      medians: new Map([...rounds].map(([label, figures]) => [label, median(figures)])),
    }));
  }

  #figuresOf(row: Row): Map<string, number[]> {
    let figures = this.#rounds.get(row);
    if (figures === undefined) this.#rounds.set(row, figures = new Map());
    return figures;
  }
}

export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
