import { runChecksProgram } from "../checks_program.ts";
import { execute } from "../command.ts";
import type { Outcome } from "../suite.ts";

const folder = new URL(".", import.meta.url).pathname;
const sources = ["Checks.java", "Client.java", "Extensions.java"].map((name) => folder + name);

/** Runs the checks written in Java, with the client in `jars`. */
export async function compileAndRun(jars: readonly string[], url: string, timeoutSeconds: number): Promise<Outcome> {
  const classes = await Deno.makeTempDir({ prefix: "haremq-interop-java-" });
  try {
    const compiled = await execute(["javac", "-d", classes, "-cp", jars.join(":"), ...sources]);
    if (!compiled.succeeded) {
      return { passed: 0, failures: ["the program does not compile"], output: compiled.output };
    }
    return await runChecksProgram(["java", "-cp", [classes, ...jars].join(":"), "Client"], url, timeoutSeconds);
  } finally {
    await Deno.remove(classes, { recursive: true });
  }
}
