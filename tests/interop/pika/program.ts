import { python } from "../pytest.ts";
import type { Address } from "../suite.ts";

/** Time within which a program must print an expected line. In milliseconds. */
const patienceMs = 15_000;

/** A running program of RabbitMQ's tutorials, with the lines that it has printed. */
export class Program {
  readonly lines: string[] = [];
  readonly #name: string;
  readonly #child: Deno.ChildProcess;
  readonly #ended: Promise<void>;
  #onLine = Promise.withResolvers<void>();

  constructor(name: string, args: string[], { url }: Address, signal: AbortSignal) {
    this.#name = name;
    this.#child = new Deno.Command(python, {
      args: ["-u", new URL(name, import.meta.url).pathname, ...args],
      env: { AMQP_URL: url, PYTHONDONTWRITEBYTECODE: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
      signal,
    }).spawn();
    this.#ended = this.#read();
  }

  /** Waits until the program has printed a line. */
  async prints(line: string): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!this.lines.includes(line)) {
      const expired = Promise.withResolvers<void>();
      const timer = setTimeout(expired.resolve, deadline - Date.now());
      await Promise.race([this.#onLine.promise, expired.promise]);
      clearTimeout(timer);
      if (Date.now() >= deadline) throw this.#surprise(`print "${line}" within ${patienceMs / 1000} seconds`);
    }
  }

  /** Waits until the program ends by itself. */
  async ends(): Promise<void> {
    const { success } = await this.#child.status;
    await this.#ended;
    if (!success) throw this.#surprise("succeed");
  }

  /** Waits until the program ends by itself, having printed exactly these lines. */
  async endsAfter(...lines: string[]): Promise<void> {
    await this.ends();
    if (this.lines.join("\n") !== lines.join("\n")) throw this.#surprise(`print\n    ${lines.join("\n    ")}`);
  }

  /** Presses Ctrl+C. The program must have printed exactly these lines, in this order. */
  async interruptedAfter(...lines: string[]): Promise<void> {
    this.#child.kill("SIGINT");
    await this.endsAfter(...lines, "Interrupted");
  }

  /** Kills the program, like a crash. */
  async crash(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      this.lines.push(...lines);
      this.#onLine.resolve();
      this.#onLine = Promise.withResolvers();
    }
  }

  #surprise(expectation: string): Error {
    return new Error(`${this.#name} did not ${expectation}\n  but printed\n    ${this.lines.join("\n    ")}`);
  }
}
