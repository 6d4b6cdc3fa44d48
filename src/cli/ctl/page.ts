import type { Terminal } from "../../runtime/terminal.ts";

/** What help and tables are laid out for. */
export interface Page {
  /** Width in columns; `Infinity` where it is no terminal. */
  readonly width: number;
  /** True when text may be bold. */
  readonly isColoured: boolean;
}

/** A file or a pipe: nothing is wrapped. */
export const PLAIN: Page = { width: Infinity, isColoured: false };

export const pageOf = (terminal: Terminal): Page => ({
  width: terminal.isInteractive ? terminal.size().columns : Infinity,
  isColoured: terminal.isColoured,
});
