/** Where a command reads and writes. */
export interface Terminal {
  /**
   * Writes a line to stderr, on a terminal without control characters.
   *
   * @param help what stands behind it and may be bold.
   */
  complain(text: string, help?: string): void;
  /**
   * Writes lines to stdout, on a terminal without control characters: names that clients choose may have any. Rejects
   * with {@linkcode OutputClosed} when nobody reads any longer.
   */
  print(lines: readonly string[]): Promise<void>;
  /** Writes lines to stdout as they are, with what makes them bold or moves the cursor. Rejects as `print` does. */
  draw(lines: readonly string[]): Promise<void>;
  /** Writes a line to stdout at once, for questions. */
  printNow(line: string): void;
  /** Returns everything that stdin holds. */
  readInput(): string;
  /** Returns the next line of stdin; `undefined` at its end. */
  readLine(): string | undefined;
  /** Returns the next lines of stdin that are there together, at least one; `undefined` at its end. */
  readLines(): readonly string[] | undefined;
  readTextFile(path: string): string;
  /** Reads part of a file, from an offset up to a maximum length in bytes. Returns it with the size of the file. */
  readPart(path: string, start: number, maxBytes: number): { readonly bytes: Uint8Array; readonly size: number };
  writeTextFile(path: string, text: string): void;
  appendTextFile(path: string, text: string): void;
  writeFile(path: string, bytes: Uint8Array): void;
  fileExists(path: string): boolean;
  /** Resolves to true when a TCP connection can be opened. */
  canConnect(host: string, port: number, timeoutMs: number): Promise<boolean>;
  /** True while a process of this id runs. */
  isAlive(pid: number): boolean;
  /** Returns a signal that is aborted by Ctrl-C and by SIGTERM, which then don't end the process. */
  stopSignal(): AbortSignal;
  /** Returns the size of the terminal, in characters. */
  size(): { readonly columns: number; readonly rows: number };
  /** Calls back when the size of the terminal has changed. */
  onResize(callback: () => void): void;
  /** True when stdout is a terminal. */
  readonly isInteractive: boolean;
  /** True when stdout is a terminal, where text may be bold. */
  readonly isColoured: boolean;
}

/** Thrown when the reader of stdout is gone, as behind `| head`. */
export class OutputClosed extends Error {
  override name = "OutputClosed";
}
