import { execute } from "./command.ts";
import type { Outcome, Suite } from "./suite.ts";

/** Debian's own Python, which finds Debian's packages. */
export const python = "/usr/bin/python3";

/** Runs a folder of a client's source with pytest, with half a minute for each test. */
export async function runPytest(
  suite: Suite,
  { source, tests, env }: { source: string; tests: string; env: Record<string, string> },
): Promise<Outcome> {
  const files = suite.exclusions.filter((exclusion) => exclusion.wholeFile);
  const names = suite.exclusions.filter((exclusion) => !exclusion.wholeFile);
  const { succeeded, output } = await execute([
    python,
    ...["-m", "pytest", "-q", "-ra", "-W", "ignore", "-p", "no:cacheprovider", "--timeout=30"],
    ...["--override-ini", "python_files=*test*.py", "-k", names.map(({ tests }) => `not ${tests}`).join(" and ")],
    ...files.map(({ tests }) => `--ignore-glob=*/${tests}`),
    tests,
  ], {
    cwd: source,
    env: { PYTHONPATH: ".", PYTHONDONTWRITEBYTECODE: "1", COLUMNS: "200", ...env },
    timeoutSeconds: suite.timeoutSeconds,
  });
  // A test that skips itself was not excluded on purpose, so it counts as a failure too.
  const summary = output.split("short test summary info").at(1) ?? "";
  const failures: string[] = summary.match(/^(FAILED|ERROR|SKIPPED) .*$/gm) ?? [];
  if (!succeeded && failures.length === 0) failures.push("pytest did not come to its end");
  return { passed: Number(output.match(/(\d+) passed/)?.[1] ?? 0), failures, output };
}
