import type { Options } from "../parser.ts";
import type { Term } from "../term.ts";

export type FormatterName = "table" | "pretty_table" | "json" | "json_stream" | "csv" | "erlang" | "string" | "lines";

/** Way to write what a command returns. */
export interface Formatter {
  /** True when the output is for programs, so that no banner is written above it. */
  readonly isMachineReadable: boolean;
  /** Switches that it adds to those of the command. */
  readonly hasTableSwitches?: boolean;
  /** Returns the lines of one value. @param isBold true when titles may be bold. */
  format(term: Term, options: Options, isBold: boolean): string[];
  /** Returns the lines of a list, which comes in batches. @param isBold true when titles may be bold. */
  list(options: Options, isBold: boolean): ListFormatter;
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
