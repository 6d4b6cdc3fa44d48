import { phrase, textOfError } from "../../phrase/phrase.ts";
import { languageOf } from "../language.ts";
import { sayIn } from "../texts/say.ts";
import { NodeTerminal } from "../../runtime/node_terminal.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { pageOf } from "../ctl/page.ts";
import { VERSION } from "../ctl/version.ts";
import { wrapLines } from "../wrap.ts";
import { parametersOf } from "./parameters.ts";
import { TerminalOutput } from "./output.ts";
import { ParsingError, PerfError } from "./perf_error.ts";
import { Run } from "./run.ts";
import { parseSwitches, type Switches, usage, usageWithVariables, withEnvironment } from "./switches.ts";

/** Exit codes by signal, as the Java virtual machine has them. */
const INTERRUPTED: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };

/** Runs `rabbitmq-perf-test`, and ends the process with its exit code. */
export async function main(runtime: Runtime, args: readonly string[]): Promise<never> {
  const language = languageOf(runtime.environment);
  const say = await sayIn(language, async () => (await import("./russian.ts")).RUSSIAN);
  const { width } = pageOf(new NodeTerminal(runtime));
  let switches: Switches;
  try {
    switches = withEnvironment(parseSwitches(args), (name) => runtime.environment(name));
  } catch (error) {
    runtime.writeLine("stderr", say(textOfError(error as Error)));
    if (error instanceof ParsingError) runtime.writeLine("stdout", wrapLines(usage(say), width));
    return runtime.exit(1);
  }
  if (switches.has("env")) {
    runtime.writeLine("stdout", wrapLines(usageWithVariables(say), width));
    return runtime.exit(0);
  }
  if (switches.has("?")) {
    runtime.writeLine("stdout", wrapLines(usage(say), width));
    return runtime.exit(0);
  }
  if (switches.has("v")) {
    runtime.writeLine(
      "stdout",
      say(phrase`RabbitMQ Perf Test of HareMQ (RabbitMQ ${VERSION}; ${runtime.name} ${runtime.version})`),
    );
    return runtime.exit(0);
  }
  let output = new TerminalOutput(runtime);
  let code = 0;
  try {
    const parameters = parametersOf(switches, new Date(), runtime);
    const { outputFile } = parameters;
    if (outputFile !== undefined) output = new TerminalOutput(runtime, appenderOf(runtime, outputFile));
    const run = new Run(parameters, output, say);
    runtime.onStopSignal((signal) => {
      if (code !== 0) runtime.exit(code);
      code = INTERRUPTED[signal];
      run.interrupt();
    });
    const { prometheus } = parameters;
    if (prometheus !== undefined) {
      const { prometheusPage, serveMetrics } = await import("./prometheus.ts");
      await serveMetrics(runtime, prometheus, () => prometheusPage(run.figures, prometheus, args));
    }
    await run.run();
  } catch (error) {
    output.progress("");
    const text = textOfError(error as Error);
    const isExpected = error instanceof PerfError;
    runtime.writeLine("stderr", say(isExpected ? text : phrase`Main thread caught exception: ${text}`));
    return runtime.exit(1);
  }
  return runtime.exit(code);
}

/** Returns a function that adds to a file, which it empties now. Throws {@linkcode PerfError} when it can't be written. */
function appenderOf(runtime: Runtime, path: string): (text: string) => void {
  const terminal = new NodeTerminal(runtime);
  try {
    terminal.writeTextFile(path, "");
  } catch (error) {
    throw new PerfError(phrase`The output file ${path} can't be written: ${(error as Error).message}.`);
  }
  return (text) => terminal.appendTextFile(path, text);
}
