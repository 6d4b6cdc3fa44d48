import type { ToolName } from "./command.ts";

/** Programs that most commands belong to. */
export const CTL: readonly ToolName[] = ["rabbitmqctl"];
export const DIAGNOSTICS: readonly ToolName[] = ["rabbitmq-diagnostics"];
export const CTL_AND_DIAGNOSTICS: readonly ToolName[] = ["rabbitmqctl", "rabbitmq-diagnostics"];

/** All programs of commands. */
export const TOOL_NAMES: readonly ToolName[] = [
  "rabbitmqctl",
  "rabbitmq-diagnostics",
  "rabbitmq-queues",
  "rabbitmq-streams",
  "rabbitmq-plugins",
  "rabbitmq-upgrade",
];
