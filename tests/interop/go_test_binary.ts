import { execute } from "./command.ts";
import type { Outcome, Suite } from "./suite.ts";

/** Runs those tests of a Go client that use a broker, in the program made by `go test -c`. */
export async function runGoTests(
  suite: Suite,
  { source, env }: { source: string; env: Record<string, string> },
): Promise<Outcome> {
  const { succeeded, output } = await execute([
    `${source}/integration.test`,
    "-test.v",
    `-test.run=^(${await brokerTests(source)})$`,
    `-test.skip=^(${suite.exclusions.map(({ tests }) => tests).join("|")})$`,
    `-test.timeout=${suite.timeoutSeconds}s`,
  ], { cwd: source, env, timeoutSeconds: suite.timeoutSeconds + 5 });
  // A test that skips itself was not excluded on purpose, so it counts as a failure too.
  const failures: string[] = output.match(/^(--- FAIL|--- SKIP|panic): .*$/gm) ?? [];
  if (!succeeded && failures.length === 0) failures.push("the tests did not come to their end");
  return { passed: output.match(/^--- PASS/gm)?.length ?? 0, failures, output };
}

/**
 * Returns the names of the tests in files for integration tests, or that use the broker's address. The others use
 * fakes.
 */
async function brokerTests(source: string): Promise<string> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(source)) {
    if (!name.endsWith("_test.go")) continue;
    const text = await Deno.readTextFile(`${source}/${name}`);
    if (!text.includes("//go:build integration") && !text.includes('os.Getenv("AMQP_URL")')) continue;
    names.push(...Array.from(text.matchAll(/^func ((Test|Example)\w+)\(/gm), ([_, test]) => test));
  }
  return names.join("|");
}
