import { runChecksProgram } from "../checks_program.ts";
import { execute } from "../command.ts";
import type { Outcome } from "../suite.ts";

const folder = new URL(".", import.meta.url).pathname;
const sources = ["Checks.java", "Client.java", "Extensions.java", "Tls.java"].map((name) => folder + name);

/** Runs the checks of a program in Java, with the client in `jars`. */
export async function compileAndRun(
  [program, ...args]: readonly [program: string, ...args: string[]],
  jars: readonly string[],
  url: string,
  timeoutSeconds: number,
): Promise<Outcome> {
  const classes = await Deno.makeTempDir({ prefix: "haremq-interop-java-" });
  try {
    const compiled = await execute(["javac", "-d", classes, "-cp", jars.join(":"), ...sources]);
    if (!compiled.succeeded) {
      return { passed: 0, failures: ["the program does not compile"], output: compiled.output };
    }
    return await runChecksProgram(["java", "-cp", [classes, ...jars].join(":"), program, ...args], url, timeoutSeconds);
  } finally {
    await Deno.remove(classes, { recursive: true });
  }
}
