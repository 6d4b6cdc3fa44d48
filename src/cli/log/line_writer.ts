/** Time for which lines are gathered, so that many short connections don't cost a system call each. In milliseconds. */
const GATHER_MS = 20;
/** Maximum length of waiting text, above which lines are dropped. In UTF-16 code units. */
const WAITING_MAX = 1024 * 1024;

/** Outputs of a line writer. */
export interface LineWriterOptions {
  /** Writes text. Nothing else is written before it resolves; lines are lost when it rejects. */
  readonly write: (text: string) => Promise<void>;
  /** Makes the line that reports a number of dropped lines. */
  readonly droppedLine: (count: number) => string;
  /** Called with the reason when lines can't be written, once until they can again. Default: nothing. */
  readonly report?: (why: string) => void;
  /** Default: 1 MiB. */
  readonly waitingMax?: number;
}

/**
 * Writes lines in the background. While a console or a disk is slow, lines wait up to a limit; those above it are
 * dropped, and one line reports their number.
 */
export class LineWriter {
  readonly #options: LineWriterOptions;
  #waiting = "";
  #waitingCount = 0;
  #droppedCount = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | undefined;
  #isFailing = false;

  constructor(options: LineWriterOptions) {
    this.#options = options;
  }

  /** Adds a line, which ends with a line feed. */
  add(line: string): void {
    if (this.#waiting.length + line.length > (this.#options.waitingMax ?? WAITING_MAX)) {
      this.#droppedCount++;
      return;
    }
    this.#waiting += line;
    this.#waitingCount++;
    if (this.#writing === undefined) this.#timer ??= setTimeout(() => this.#start(), GATHER_MS);
  }

  /** Resolves when all lines are written, or can't be. */
  async flush(): Promise<void> {
    this.#start();
    await this.#writing;
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#writeAll().finally(() => this.#writing = undefined);
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting !== "") {
      const [count, dropped] = [this.#waitingCount, this.#droppedCount];
      const text = dropped === 0 ? this.#waiting : this.#waiting + this.#options.droppedLine(dropped);
      this.#waiting = "";
      this.#waitingCount = this.#droppedCount = 0;
      try {
        await this.#options.write(text);
        this.#isFailing = false;
      } catch (error) {
        this.#droppedCount += count + dropped;
        if (!this.#isFailing) this.#options.report?.((error as Error).message);
        this.#isFailing = true;
      }
    }
  }
}
