import type { Logger } from "../amqp091/logger.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** Tells systemd about the state of the service, where it has started this process (sd_notify(3)). */
export function notifySystemd(
  runtime: Pick<Runtime, "environment" | "sendDatagram">,
  log: Logger,
  state: "READY=1" | "STOPPING=1",
): void {
  const path = runtime.environment("NOTIFY_SOCKET");
  if (path === undefined || path === "") return;
  try {
    runtime.sendDatagram(path, state);
  } catch (error) {
    log("error", `systemd can't be told ${state}: ${(error as Error).message}.`);
  }
}
