import { bunCommand } from "../../tasks/bun.ts";
import { failuresOnBun, failuresOnDeno } from "../../tasks/test_failures.ts";
import { type Command, execute } from "./command.ts";
import type { Address, Outcome, Suite } from "./suite.ts";

interface TestRunner {
  command(folder: string): Command;
  /** Extracts what failed, and why. */
  failuresIn(output: string): string;
  /** A line of the output for each passed test, and each failed one. */
  readonly passed: RegExp;
  readonly failed: RegExp;
}

/** The test runners of the runtimes. Deno prints a line for a `describe` too, which starts the line of no test in it. */
const runners: Record<string, TestRunner> = {
  deno: {
    command: (folder) => [Deno.execPath(), "test", "--allow-all", "--no-check", folder],
    failuresIn: failuresOnDeno,
    passed: /^ +.* \.\.\. ok \(.*\)$/gm,
    failed: /^ +.* \.\.\. FAILED \(.*\)$/gm,
  },
  bun: {
    command: (folder) => [bunCommand(), "test", "--timeout", "60000", `./${folder}`],
    failuresIn: failuresOnBun,
    passed: /^\(pass\) .*$/gm,
    failed: /^\(fail\) .*$/gm,
  },
};

const repository = new URL("../../", import.meta.url).pathname;

/** Runs a folder of our own tests on the runtime, for those that need a program which `npm test` can't count on. */
export async function runOwnTests(folder: string, { runtime }: Address, suite: Suite): Promise<Outcome> {
  if (runtime === undefined) throw new Error("our own tests have a broker of their own on Deno or Bun");
  const { command, failuresIn, passed, failed } = runners[runtime];
  const { timeoutSeconds } = suite;
  const options = { cwd: repository, env: { NO_COLOR: "1" }, timeoutSeconds };
  const { succeeded, output } = await execute(command(folder), options);
  const failures: string[] = output.match(failed)?.map((line) => line.trim()) ?? [];
  if (!succeeded && failures.length === 0) failures.push(`the tests on ${runtime} did not come to their end`);
  const report = failures.length > 0 ? failuresIn(output) : output;
  return { passed: output.match(passed)?.length ?? 0, failures, output: report };
}
