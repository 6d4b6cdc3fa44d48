import type { Options } from "../parser.ts";
import type { Page } from "../page.ts";
import type { Term } from "../term.ts";

export type FormatterName = "table" | "pretty_table" | "json" | "json_stream" | "csv" | "erlang" | "string" | "lines";

/** Way to write what a command returns. */
export interface Formatter {
  /** True when the output is for programs, so that no banner is written above it. */
  readonly isMachineReadable: boolean;
  /** Switches that it adds to those of the command. */
  readonly hasTableSwitches?: boolean;
  /** True when its lines have escape sequences of its own, and none in what is formatted. */
  readonly isDrawn?: boolean;
  /** Returns the lines of one value. Titles are bold where the page is coloured. */
  format(term: Term, options: Options, page: Page): string[];
  /** Returns the lines of a list, which comes in batches. */
  list(options: Options, page: Page): ListFormatter;
}

export interface ListFormatter {
  /** Returns lines above everything. */
  begin(): string[];
  /** Returns the lines of the next batch. */
  add(batch: readonly Term[]): string[];
  /** Returns lines below everything. */
  end(): string[];
}

/** Returns a list formatter for a format that needs the whole list to write any of it. */
export function whole(format: (terms: readonly Term[]) => string[]): ListFormatter {
  const terms: Term[] = [];
  return {
    begin: () => [],
    add(batch) {
      for (const term of batch) terms.push(term);
      return [];
    },
    end: () => format(terms),
  };
}

const NO_LINES: string[] = [];

/** Returns a list formatter that formats each item by itself. */
export const eachItem = (format: (term: Term, isFirst: boolean) => string[]): ListFormatter => {
  let isFirst = true;
  return {
    begin: () => NO_LINES,
    add: (batch) =>
      batch.flatMap((term) => {
        const lines = format(term, isFirst);
        isFirst = false;
        return lines;
      }),
    end: () => NO_LINES,
  };
};
