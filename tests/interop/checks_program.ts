import { type Command, execute } from "./command.ts";
import type { Outcome } from "./suite.ts";

/** Runs a program of ours that prints a line "ok …" for each check that passed, and fails with the first that didn't. */
export async function runChecksProgram(command: Command, url: string, timeoutSeconds: number): Promise<Outcome> {
  const env = { AMQP_URL: url, PYTHONDONTWRITEBYTECODE: "1" };
  const { succeeded, output } = await execute(command, { env, timeoutSeconds });
  const passed = output.match(/^ok /gm)?.length ?? 0;
  const failure = output.match(/^(Exception|\w*Error).*$/m)?.[0] ?? "the program failed";
  return { passed, failures: succeeded ? [] : [failure], output };
}
