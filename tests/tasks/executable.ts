import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { bunCommand } from "../../tasks/bun.ts";

const task = fileURLToPath(new URL("../../tasks/compile.ts", import.meta.url));

/** Time limit of a start and of a stop. In milliseconds. */
const LIMIT_MS = 60_000;

/** Makes executables with the task, and returns what it prints. */
export const compile = (folder: string, ...args: readonly string[]): string =>
  execFileSync(bunCommand(), [task, "--out-dir", folder, ...args], { encoding: "utf8" });

/** A program, with what precedes its own arguments. */
export interface Program {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A broker that runs from an executable. */
export class ExecutableBroker {
  readonly port: number;
  /** Time from the start of the process until it accepts connections, by its own log. In milliseconds. */
  readonly startedInMs: number;
  readonly child: ChildProcess;
  /** Resolves to the exit code. */
  readonly ended: Promise<number>;
  readonly #output: { text: string };

  private constructor(child: ChildProcess, ended: Promise<number>, output: { text: string }) {
    const [, port, ms] = STARTED.exec(output.text)!;
    this.child = child;
    this.port = Number(port);
    this.startedInMs = Number(ms);
    this.ended = ended;
    this.#output = output;
  }

  /** Starts it on free ports, and resolves when it accepts connections. */
  static async start({ command: [file, ...args], cwd, env }: Program): Promise<ExecutableBroker> {
    const flags = ["--port", "0", "--management-port", "0", "--prometheus-port", "0"];
    const child = spawn(file, [...args, ...flags], { cwd, env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const ended = once(child, "close").then(([code]) => code);
    const output = { text: "" };
    const started = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk) => {
          output.text += chunk;
          if (STARTED.test(output.text)) resolve();
        });
      }
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
    await Promise.race([started, ended]);
    clearTimeout(timer);
    if (!STARTED.test(output.text)) throw new Error(`${file} ${args.join(" ")} has not started:\n${output.text}`);
    return new ExecutableBroker(child, ended, output);
  }

  get output(): string {
    return this.#output.text;
  }

  /** Sends SIGTERM, and resolves to the exit code. */
  async stop(): Promise<number> {
    // After `child.kill`, Deno reports the signal in place of the exit code.
    process.kill(this.child.pid!, "SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), LIMIT_MS);
    const code = await this.ended;
    clearTimeout(timer);
    return code;
  }

  /** Kills it, unless it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }
}

/** The line of the log that tells the port, and how long the start took. */
const STARTED = /accepting AMQP on 127\.0\.0\.1:(\d+),.* started in (\d+) ms/;

/** Runs a command of the executable to its end, and returns what it prints. Throws when it fails. */
export function runExecutable({ command: [file, ...before], cwd, env }: Program, ...args: readonly string[]): string {
  return execFileSync(file, [...before, ...args], { cwd, env: { ...env }, encoding: "utf8", timeout: LIMIT_MS });
}
