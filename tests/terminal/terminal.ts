import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("screen.py", import.meta.url));
const program = fileURLToPath(new URL("../../src/cli/haremq.ts", import.meta.url));

/** The command of the program on this runtime. */
export const HAREMQ = [
  process.execPath,
  ...("Deno" in globalThis ? ["run", "-A", "--no-check", program] : [program]),
];

/** What a person does in a terminal, and sees. */
export interface Step {
  /** Regular expression (of Python) that the screen matches before anything is done. Default: the program has ended. */
  readonly until?: string;
  /** True when the screen is recorded. */
  readonly record?: boolean;
  readonly resize?: readonly [columns: number, rows: number];
  readonly type?: string;
  /** Number of a signal. */
  readonly kill?: number;
}

export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command in a terminal of its own. Returns the recorded screens and the exit code; throws what went wrong. */
export async function runInTerminal(
  command: readonly string[],
  { columns, rows, env }: Terminal,
  steps: readonly Step[],
): Promise<{ screens: readonly (readonly string[])[]; status: number }> {
  // Debian's own Python finds Debian's packages.
  const child = spawn("/usr/bin/python3", [script], { stdio: ["pipe", "pipe", "pipe"] });
  const { PATH = "", HOME = "" } = process.env;
  const clean = { PATH, HOME, TERM: "xterm-256color", LANG: "C.UTF-8", ...env };
  child.stdin.end(JSON.stringify({ command, columns, rows, env: clean, steps }));
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => stdout += chunk);
  child.stderr.setEncoding("utf8").on("data", (chunk) => stderr += chunk);
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
  return JSON.parse(stdout);
}
