import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { ROOT } from "./runtimes.ts";

/** Time limit for a child to exit after it was asked to. In milliseconds. */
const PATIENCE_MS = 3000;

const running = new Set<Child>();

/** A process that ends no later than this one. */
export class Child {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #lines: AsyncIterator<string> | undefined;
  #errors = "";
  #failure: Error | undefined;
  #onFailure: (error: Error) => void = () => {};

  constructor(path: string, args: readonly string[], { speaks }: { readonly speaks: boolean }) {
    this.#process = spawn(path, args, { cwd: ROOT, stdio: ["pipe", speaks ? "pipe" : "ignore", "pipe"] });
    this.#process.stderr!.setEncoding("utf8").on("data", (text: string) => this.#errors += text);
    // A write to a child that has ended fails here; its end is reported where its answer is awaited.
    this.#process.stdin!.on("error", () => {});
    if (speaks) this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
    running.add(this);
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        running.delete(this);
        resolve();
      };
      this.#process.once("close", end);
      // The output of a process that could not be started has no end.
      this.#process.once("error", (error) => {
        this.#failure = error;
        this.#onFailure(error);
        end();
      });
    });
  }

  get pid(): number {
    return this.#process.pid!;
  }

  get hasEnded(): boolean {
    return !running.has(this);
  }

  /** The child's standard error. */
  get errors(): string {
    return this.#failure?.message ?? this.#errors.trim();
  }

  say(line: string): void {
    this.#process.stdin!.write(`${line}\n`);
  }

  /** Returns the next line of the child; `what` names it. Throws when the child ends instead, or the time is over. */
  async hear(what: string, timeoutMs: number): Promise<string> {
    const line = await this.#nextLine(what, timeoutMs);
    if (line !== undefined) return line;
    await this.#ended;
    throw new Error(this.errors || `the load generator ended without saying ${what}`);
  }

  /** Returns the last line before the child ends. */
  async hearLast(what: string, timeoutMs: number): Promise<string> {
    let last = await this.hear(what, timeoutMs);
    for (let line; (line = await this.#nextLine(what, timeoutMs)) !== undefined;) last = line;
    return last;
  }

  async #nextLine(what: string, timeoutMs: number): Promise<string | undefined> {
    let timer;
    const failure = new Promise<never>((_, reject) => {
      this.#onFailure = reject;
      if (this.#failure !== undefined) reject(this.#failure);
      const error = new Error(`the load generator did not say ${what} within ${timeoutMs / 1000} s`);
      timer = setTimeout(() => reject(error), timeoutMs);
    });
    try {
      const { done, value } = await Promise.race([this.#lines!.next(), failure]);
      return done ? undefined : value;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits for the child to end, or kills it when that takes too long. */
  async wait(timeoutMs: number = PATIENCE_MS): Promise<void> {
    await this.#endWithin(timeoutMs);
  }

  /** Asks the child to end, and kills it if it does not. */
  async stop(): Promise<void> {
    this.#process.kill("SIGTERM");
    await this.#endWithin(PATIENCE_MS);
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  async #endWithin(timeoutMs: number): Promise<void> {
    const timer = setTimeout(() => this.kill(), timeoutMs);
    await this.#ended;
    clearTimeout(timer);
  }
}

/** Kills all children at once. */
function killAll(): void {
  for (const child of running) child.kill();
}

process.once("exit", killAll);
for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  process.once(signal, () => process.exit(status));
}
