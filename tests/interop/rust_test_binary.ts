import { execute } from "./command.ts";
import type { Address, Outcome, Suite } from "./suite.ts";

/**
 * Runs the integration tests of a crate for the management API, in the program that install.sh has built. They talk to
 * RabbitMQ's default ports.
 */
export async function runRustTests({ port, managementUrl }: Address, suite: Suite, source: string): Promise<Outcome> {
  if (port !== "5672" || managementUrl !== "http://127.0.0.1:15672") {
    throw new Error("its tests need the broker on ports 5672 and 15672, which another program uses");
  }
  const { succeeded, output } = await execute([
    `${source}/integration-tests`,
    "--test-threads=1",
    ...suite.exclusions.flatMap(({ tests }) => ["--skip", tests]),
  ], { cwd: source, env: { RUST_BACKTRACE: "0" }, timeoutSeconds: suite.timeoutSeconds });
  const failures: string[] = output.match(/^test .* \.\.\. FAILED$/gm) ?? [];
  if (!succeeded && failures.length === 0) failures.push("the tests did not come to their end");
  return { passed: output.match(/^test .* \.\.\. ok$/gm)?.length ?? 0, failures, output };
}
