/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

export interface ExecuteOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly timeoutSeconds?: number;
}

/** Exit code of `timeout` when it had to end the program. */
const timedOut = 124;

/** Runs a program to its end, or ends it and all its children when it takes too long. */
export async function execute(
  command: Command,
  { cwd, env, timeoutSeconds = 30 }: ExecuteOptions = {},
): Promise<{ succeeded: boolean; output: string }> {
  const { code, stdout, stderr } = await new Deno.Command("timeout", {
    args: ["--kill-after=5", `${timeoutSeconds}`, ...command],
    cwd,
    env,
    stdin: "null",
  }).output();
  const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  const note = code === timedOut ? `\n${command[0]} did not end within ${timeoutSeconds} seconds\n` : "";
  return { succeeded: code === 0, output: output + note };
}
