import { appendFile, mkdir, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** Text that may wait to be written. Beyond it lines are dropped, and that is told. In UTF-16 code units. */
const WAITING_MAX = 8 * 1024 * 1024;
const COUNT = 5;

export interface LogFileOptions {
  /** Length beyond which the file is renamed. In bytes. Default: none. */
  readonly maxBytes?: number;
  /** Old files that are kept, the newest with the ending `.0`. Default: 5. */
  readonly count?: number;
  /** Takes a sentence when the file can't be written, once until it can again. */
  readonly report: (line: string) => void;
}

/**
 * A log file, written beside what the broker does. It is opened for each write, so that a file which somebody moved away is
 * there again with the next one.
 */
export class LogFile {
  readonly path: string;
  readonly #options: LogFileOptions;
  #waiting = "";
  #dropped = 0;
  #writing: Promise<void> | undefined;
  #isFailing = false;

  constructor(path: string, options: LogFileOptions) {
    this.path = path;
    this.#options = options;
  }

  write(lines: string): void {
    if (this.#waiting.length + lines.length > WAITING_MAX) this.#dropped++;
    else this.#waiting += lines;
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when all is written, or can't be. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting !== "") {
      const lines = this.#waiting;
      const dropped = this.#dropped;
      this.#waiting = "";
      this.#dropped = 0;
      try {
        await this.#rotate();
        await mkdir(dirname(this.path), { recursive: true });
        await appendFile(this.path, dropped === 0 ? lines : `${lines}(${dropped} writes of lines were dropped)\n`);
        this.#isFailing = false;
      } catch (error) {
        if (!this.#isFailing) this.#options.report(`The log file can't be written: ${(error as Error).message}`);
        this.#isFailing = true;
      }
    }
    this.#writing = undefined;
  }

  /** Renames a file that is too long, and those before it. */
  async #rotate(): Promise<void> {
    const { maxBytes, count = COUNT } = this.#options;
    if (maxBytes === undefined || await sizeOf(this.path) < maxBytes) return;
    for (let number = count - 1; number > 0; number--) {
      await rename(`${this.path}.${number - 1}`, `${this.path}.${number}`).catch(ignoreMissing);
    }
    await rename(this.path, `${this.path}.0`);
  }
}

const sizeOf = (path: string): Promise<number> => stat(path).then(({ size }) => size, () => 0);

function ignoreMissing(error: Error & { readonly code?: string }): void {
  if (error.code !== "ENOENT") throw error;
}
