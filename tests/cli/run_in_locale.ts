import { runProgram } from "../../src/cli/program.ts";
import { runtime } from "../../src/runtime/current.ts";

/** The end of the process. */
class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super("exit");
    this.code = code;
  }
}

/** Runs `haremq` in this process, up to its end. */
export async function runInLocale(locale: string, ...args: string[]) {
  const written = { stdout: "", stderr: "" };
  const here = Object.assign(Object.create(runtime), {
    args,
    programName: "haremq",
    environment: (name: string) => name === "LC_ALL" ? locale : undefined,
    writeLine: (stream: "stdout" | "stderr", text: string) => void (written[stream] += `${text}\n`),
    onStopSignal() {},
    onReloadSignal() {},
    exit(code: number): never {
      throw new Exit(code);
    },
  });
  try {
    await runProgram(here);
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    return { ...written, exitCode: error.code };
  }
  throw new Error("The program has not ended.");
}
