import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../../src/cli/haremq.ts", import.meta.url));
const runtime = "Deno" in globalThis ? ["run", "-A", "--no-check", program] : [program];

interface Ended {
  readonly status: number | null;
  readonly lines: readonly string[];
  readonly stderr: string;
}

interface RunOptions {
  /** Output at which the program is interrupted. */
  readonly interruptAt?: RegExp;
  /** Called at its first figures. */
  readonly onFigures?: () => void;
  /** Environment variables that it has besides those of the tests. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs the program to its end. */
export function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { interruptAt, environment } = options;
  let { onFigures } = options;
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [...runtime, "perf", ...args], { env });
  let stdout = "";
  let stderr = "";
  let isInterrupted = false;
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
    if (/msg\/s/.test(stdout)) {
      onFigures?.();
      onFigures = undefined;
    }
    if (!interruptAt?.test(stdout) || isInterrupted) return;
    isInterrupted = true;
    child.kill("SIGINT");
  });
  child.stderr.setEncoding("utf8").on("data", (text) => stderr += text);
  return new Promise((resolve) =>
    child.on("close", (status, signal) => {
      // Shells, and this, make no difference between the exit code and the signal that it stands for.
      resolve({ status: signal === "SIGINT" ? 130 : status, lines: stdout.trimEnd().split("\n"), stderr });
    })
  );
}
