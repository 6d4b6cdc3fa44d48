import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";

const mod = fileURLToPath(new URL("../../mod.ts", import.meta.url));
const runtime = "Deno" in globalThis ? ["run", "-A", "--no-check", mod] : [mod];

/** Time that a line may take. In milliseconds. */
const LINE_MS = 60_000;

/** The broker's command, run as a user would. */
export class Haremq {
  static readonly #started: Haremq[] = [];
  static #environment: Readonly<Record<string, string>> = {};
  readonly #folder: string;
  readonly child: ChildProcess;
  readonly ended: Promise<number>;
  stdout = "";
  stderr = "";
  /** Callbacks that wait for more output. */
  readonly #waiting = new Set<() => void>();

  /**
   * Runs in a folder of its own, so that its data folder is its own unless the flags set another. It serves the
   * management API and metrics only where a flag says so, because tests share the ports of a machine.
   */
  constructor(...given: string[]) {
    const isServer = given.length === 0 || given[0].startsWith("--");
    const unserved = ["management", "prometheus"].filter((what) => isServer && !given.includes(`--${what}-port`));
    const flags = [...given, ...unserved.map((what) => `--no-${what}-port`)];
    const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
    // What it writes is the same whatever the locale of the tests is.
    const env = { ...process.env, LC_ALL: "C", ...Haremq.#environment };
    const stdio = ["ignore", "pipe", "pipe"] as const;
    this.child = spawn(process.execPath, [...runtime, ...flags], { cwd: folder, env, stdio: [...stdio] });
    Haremq.#started.push(this);
    this.#folder = folder;
    this.child.stdout!.on("data", (chunk) => {
      this.stdout += chunk;
      for (const wake of [...this.#waiting]) wake();
      this.#waiting.clear();
    });
    this.child.stderr!.on("data", (chunk) => this.stderr += chunk);
    this.ended = once(this.child, "close").then(([code]) => code);
  }

  /** Runs it with environment variables. */
  static with(environment: Readonly<Record<string, string>>, ...flags: string[]): Haremq {
    Haremq.#environment = environment;
    const haremq = new Haremq(...flags);
    Haremq.#environment = {};
    return haremq;
  }

  /** Stops all that still run. */
  static async stopAll(): Promise<void> {
    for (const { child } of Haremq.#started) child.kill("SIGKILL");
    for (const { ended } of Haremq.#started) await ended;
    for (const haremq of Haremq.#started) rmSync(haremq.#folder, { recursive: true, force: true });
  }

  /** Waits for a line that matches, and returns the match. Fails when there is none after a minute. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    const missing = (why: string) => new Error(`${why} without ${pattern}:\n${this.stdout}${this.stderr}`);
    let timer: ReturnType<typeof setTimeout>;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(missing("a minute passed")), LINE_MS);
    });
    const ended = this.ended.then((code) => {
      throw missing(`ended with ${code}`);
    });
    try {
      for (;;) {
        const match = pattern.exec(this.stdout);
        if (match !== null) return match;
        await Promise.race([new Promise<void>((resolve) => this.#waiting.add(resolve)), ended, late]);
      }
    } finally {
      clearTimeout(timer!);
      ended.catch(() => {});
      late.catch(() => {});
    }
  }

  /** Waits until it listens, and returns the address. */
  async address(): Promise<{ host: string; port: number }> {
    const [, host, port] = await this.line(/accepting AMQP on (\S+):(\d+),/);
    return { host, port: Number(port) };
  }

  /** Returns the resident memory of the process, in bytes. */
  residentBytes(): number {
    const { pid } = this.child;
    // Linux has /proc; elsewhere there is ps.
    const kibibytes = existsSync("/proc/self/status")
      ? /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]
      : execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" });
    return Number(kibibytes) * 1024;
  }
}
