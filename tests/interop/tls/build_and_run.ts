import { runChecksProgram } from "../checks_program.ts";
import { execute } from "../command.ts";
import type { Outcome } from "../suite.ts";

const program = new URL("main.go", import.meta.url).pathname;

/** Runs the checks that are written in Go, with the client whose source is in a folder. */
export async function buildAndRun(
  client: string,
  certificates: string,
  url: string,
  timeoutSeconds: number,
): Promise<Outcome> {
  const folder = await Deno.makeTempDir({ prefix: "haremq-interop-go-" });
  try {
    await Deno.copyFile(program, `${folder}/main.go`);
    const name = "github.com/rabbitmq/amqp091-go";
    const module = `module checks\n\ngo 1.20\n\nrequire ${name} v1.0.0\n\nreplace ${name} => ${client}\n`;
    await Deno.writeTextFile(`${folder}/go.mod`, module);
    const path = `${Deno.env.get("PATH")}:/usr/local/go/bin`;
    const env = { PATH: path, GOFLAGS: "-mod=mod", GOPROXY: "off" };
    const built = await execute(["go", "build", "-o", "checks", "."], { cwd: folder, env, timeoutSeconds });
    if (!built.succeeded) return { passed: 0, failures: ["the program does not build"], output: built.output };
    return await runChecksProgram([`${folder}/checks`, certificates], url, timeoutSeconds);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
