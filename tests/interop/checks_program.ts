import { type Command, execute } from "./command.ts";
import type { Outcome } from "./suite.ts";

/** Runs one of our programs, which prints a line "ok …" for each passed check, and fails at the first failed one. */
export async function runChecksProgram(command: Command, url: string, timeoutSeconds: number): Promise<Outcome> {
  const env = { AMQP_URL: url, PYTHONDONTWRITEBYTECODE: "1" };
  const { succeeded, output } = await execute(command, { env, timeoutSeconds });
  const passed = output.match(/^ok /gm)?.length ?? 0;
  const failure = output.match(/^(Exception|\w*Error).*$/m)?.[0] ?? "the program failed";
  return { passed, failures: succeeded ? [] : [failure], output };
}
