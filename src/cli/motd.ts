import type { Logger } from "../amqp091/logger.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** Logs the text of `motd_file`, each line behind a space as RabbitMQ does. One that can't be read is no reason not to start. */
export function logMotd(runtime: Pick<Runtime, "readTextFile">, path: string | undefined, log: Logger): void {
  if (path === undefined) return;
  let text: string;
  try {
    text = runtime.readTextFile(path);
  } catch (error) {
    return log("warning", `motd_file: ${(error as Error).message}`);
  }
  for (const line of text.replace(/[\r\n]+$/, "").split("\n")) log("info", ` ${line}`);
}
