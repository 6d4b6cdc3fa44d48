import type { Runtime } from "../../runtime/runtime.ts";
import type { Output } from "./run.ts";

/** Clears the line of the terminal. */
const CLEAR = "\r\x1b[K";
/** Interval between changes of the progress. In milliseconds. */
const PROGRESS_MS = 200;

/** Writes lines to stdout, and on a terminal the progress below them. */
export class TerminalOutput implements Output {
  readonly #runtime: Runtime;
  readonly #append: (text: string) => void;
  readonly #showsProgress: boolean;
  readonly #dim: readonly [string, string];
  #shown = "";
  #shownAtMs = 0;

  /** `append` adds a text to the file of the figures; without it there is none. */
  constructor(runtime: Runtime, append: (text: string) => void = () => {}) {
    this.#runtime = runtime;
    this.#append = append;
    this.#showsProgress = runtime.isTerminal("stdout") && runtime.isTerminal("stderr");
    this.#dim = (runtime.environment("NO_COLOR") ?? "") === "" ? ["\x1b[2m", "\x1b[0m"] : ["", ""];
  }

  line(text: string): void {
    // Both are the terminal, and stderr is written in the background: the line itself takes the progress away.
    const start = this.#shown === "" ? "" : CLEAR;
    this.#shown = "";
    this.#runtime.writeLine("stdout", start + text);
  }

  record(line: string): void {
    this.#append(`${line}\n`);
  }

  progress(text: string): void {
    const nowMs = performance.now();
    if (!this.#showsProgress || (text !== "" && nowMs - this.#shownAtMs < PROGRESS_MS)) return;
    this.#shownAtMs = nowMs;
    this.#show(text);
  }

  #show(text: string): void {
    if (text === this.#shown) return;
    this.#shown = text;
    const [dim, plain] = this.#dim;
    this.#runtime.write("stderr", text === "" ? CLEAR : `${CLEAR}${dim}${text}${plain}`).catch(() => {});
  }
}
