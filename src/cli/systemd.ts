import type { Logger } from "../amqp091/logger.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** States of the service, by RabbitMQ's names, as systemd is told of them (sd_notify(3)). */
export const SYSTEMD_STATES = {
  stopped: "STATUS=Standing by",
  starting: "STATUS=Startup in progress",
  running: "READY=1\nSTATUS=",
  stopping: "STATUS=",
  ending: "STOPPING=1",
} as const;

/** Tells systemd about the state of the service, where it has started this process. */
export function notifySystemd(
  runtime: Pick<Runtime, "environment" | "sendDatagram">,
  log: Logger,
  state: keyof typeof SYSTEMD_STATES,
): void {
  const path = runtime.environment("NOTIFY_SOCKET");
  if (path === undefined || path === "") return;
  try {
    runtime.sendDatagram(path, SYSTEMD_STATES[state]);
  } catch (error) {
    log("error", `systemd can't be told that the application is ${state}: ${(error as Error).message}.`);
  }
}
