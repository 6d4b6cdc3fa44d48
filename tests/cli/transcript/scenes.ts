import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { type ChannelModel, connect } from "amqplib";
import type { Scene } from "./invocations.ts";
import type { Entry } from "./transcript.ts";

/** A broker with its commands. */
export interface Stage {
  readonly amqpUrl: string;
  /** Folder with `rabbitmqctl` and its like. */
  readonly binFolder: string;
  /** Folder that commands are run in. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Waits until the broker's statistics have what was done before. */
  settle?(): Promise<void>;
  /** Runs a command without a shell; `undefined` is returned for one that needs it. */
  run?(command: string): Promise<Entry | undefined>;
}

/** Plays a scene, and returns what its commands wrote. */
export async function playScene(stage: Stage, { prepare, commands }: Scene): Promise<Entry[]> {
  const connections: ChannelModel[] = [];
  await prepare?.(async (vhost = "/", name = "test") => {
    const connection = await connect(`${stage.amqpUrl}/${encodeURIComponent(vhost)}`, {
      clientProperties: { connection_name: name },
    });
    connection.on("error", () => {});
    connections.push(connection);
    return connection;
  });
  await stage.settle?.();
  const entries: Entry[] = [];
  for (const command of commands) {
    entries.push(await stage.run?.(command) ?? await runCommand(stage, command));
  }
  // Some are closed by the commands.
  for (const connection of connections) await connection.close().catch(() => {});
  return entries;
}

/** Runs a command in a shell. */
export async function runCommand(stage: Stage, command: string): Promise<Entry> {
  const { PATH } = process.env;
  const { port } = new URL(stage.amqpUrl);
  const env = { ...process.env, ...stage.environment, AMQP_PORT: port, PATH: `${stage.binFolder}:${PATH}` };
  const child = spawn("bash", ["-o", "pipefail", "-c", command], {
    cwd: stage.folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => stdout += chunk);
  child.stderr.setEncoding("utf8").on("data", (chunk) => stderr += chunk);
  const [exitCode] = await once(child, "close");
  return { command, stdout, stderr, exitCode };
}
