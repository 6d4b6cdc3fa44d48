import type { Runtime } from "../../runtime/runtime.ts";
import { VERSION } from "../ctl/version.ts";
import { parametersOf } from "./parameters.ts";
import { TerminalOutput } from "./output.ts";
import { Run } from "./run.ts";
import { parseSwitches, type Switches, usage, withEnvironment } from "./switches.ts";

/** Exit codes by signal, as the Java virtual machine has them. */
const INTERRUPTED: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };

/** Runs `rabbitmq-perf-test`, and ends the process with its exit code. */
export async function main(runtime: Runtime, args: readonly string[]): Promise<never> {
  let switches: Switches;
  try {
    switches = withEnvironment(parseSwitches(args), (name) => runtime.environment(name));
  } catch (error) {
    runtime.writeLine("stderr", (error as Error).message);
    runtime.writeLine("stdout", usage());
    return runtime.exit(1);
  }
  if (switches.has("?")) {
    runtime.writeLine("stdout", usage());
    return runtime.exit(0);
  }
  if (switches.has("v")) {
    runtime.writeLine(
      "stdout",
      `RabbitMQ Perf Test of HareMQ (RabbitMQ ${VERSION}; ${runtime.name} ${runtime.version})`,
    );
    return runtime.exit(0);
  }
  const output = new TerminalOutput(runtime);
  try {
    const run = new Run(parametersOf(switches, new Date()), output);
    let code = 0;
    runtime.onStopSignal((signal) => {
      if (code !== 0) runtime.exit(code);
      code = INTERRUPTED[signal];
      run.interrupt();
    });
    await run.run();
    return runtime.exit(code);
  } catch (error) {
    output.progress("");
    const { message, name } = error as Error;
    runtime.writeLine("stderr", name === "PerfError" ? message : `Main thread caught exception: ${message}`);
    return runtime.exit(1);
  }
}
