/**
 * Runs the clients of other languages, and their own test suites, against HareMQ on each runtime; or, with AMQP_URL in the
 * environment, against the broker at that address, with MANAGEMENT_URL for its management API, which proves the suites. `tests/interop/install.sh` installs what it needs.
 *
 *     deno run -A tests/interop/run.ts [--runtime deno bun] [--suite NAME...] [--verbose]
 */
import { Command, Option } from "commander";
import { type Broker, findBroker, runtimeNames, startBroker } from "./broker.ts";
import { execute } from "./command.ts";
import type { Outcome, Suite } from "./suite.ts";
import { suites } from "./suites.ts";

const suiteNames = suites.map(({ name }) => name);
const options = new Command("run.ts")
  .description("Runs other languages' clients and their tests against HareMQ, or against the broker at AMQP_URL.")
  .addOption(new Option("--runtime <name...>", "runtimes to run HareMQ on").choices(runtimeNames).default(runtimeNames))
  .addOption(new Option("--suite <name...>", "suites to run").choices(suiteNames).default(suiteNames))
  .option("--verbose", "show what passing suites print, too")
  .parse(Deno.args, { from: "user" })
  .opts<{ runtime: string[]; suite: string[]; verbose?: true }>();

const url = Deno.env.get("AMQP_URL");
const starts = url ? [() => findBroker(url)] : options.runtime.map((runtime) => () => startBroker(runtime));
const total = { passed: 0, failed: 0 };
const chosen = suites.filter(({ name, isOurs }) => options.suite.includes(name) && !(url && isOurs));
for (const start of starts) {
  try {
    const broker = await start();
    console.log(`\n${broker.description}`);
    await runSuites(broker);
    await broker.stop();
  } catch (error) {
    fail([error instanceof Error ? error.message : String(error)]);
  }
}
console.log("\nLeft out of other people's suites");
for (const { name, exclusions } of chosen) {
  for (const { tests, reason } of exclusions) console.log(`  ${name}: ${tests}: ${reason}`);
}
console.log(`\ninterop: ${total.passed} passed, ${total.failed} failed`);
Deno.exit(total.failed === 0 ? 0 : 1);

/**
 * Runs the chosen suites, two at a time: others' suites one after the other, since they share the broker, and our own
 * tests beside them, since these start their own brokers. Beside both run those that wait, unless another broker than HareMQ
 * is tested, which they share too.
 */
async function runSuites(broker: Broker): Promise<void> {
  const waiting = chosen.filter(({ waits }) => waits && !url);
  const ours = chosen.filter(({ isOurs }) => isOurs);
  const others = chosen.filter((suite) => !suite.isOurs && !waiting.includes(suite));
  const runInOrder = async (next: () => Suite | undefined) => {
    for (let suite = next(); suite; suite = next()) await runSuite(suite, broker);
  };
  await Promise.all([
    runInOrder(() => others.shift() ?? ours.shift()),
    runInOrder(() => ours.shift()),
    runInOrder(() => waiting.shift()),
  ]);
}

async function runSuite(suite: Suite, broker: Broker): Promise<void> {
  const started = Date.now();
  const missing = await missingNeeds(suite);
  if (missing.length > 0) {
    console.log(`  ${suite.name}: ${suite.description}`);
    return fail(missing);
  }
  const { passed, failures, output } = await suite.run(broker, suite).catch(failedToRun);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`  ${suite.name}: ${suite.description}: ${passed} passed, ${failures.length} failed in ${seconds} s`);

  const ran = passed + failures.length;
  const problems = ran < suite.tests ? [...failures, `only ${ran} of ${suite.tests} tests ran`] : failures;
  if (options.verbose || problems.length > 0) console.log(output.replace(/^/gm, "      "));
  total.passed += passed;
  fail(problems);
}

function failedToRun(error: unknown): Outcome {
  return { passed: 0, failures: [`could not be run: ${error}`], output: "" };
}

async function missingNeeds({ needs }: Suite): Promise<string[]> {
  const results = await Promise.all(needs.map(({ check }) => execute(check)));
  return needs.filter((_, index) => !results[index].succeeded)
    .map(({ name, debianPackage }) =>
      `needs ${name}: run tests/interop/install.sh${debianPackage ? `, or apt-get install ${debianPackage}` : ""}`
    );
}

function fail(failures: readonly string[]): void {
  total.failed += failures.length;
  for (const failure of failures) console.log(`      failed: ${failure}`);
}
