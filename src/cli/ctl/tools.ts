import type { ToolName } from "./command.ts";

/** Programs that most commands belong to. */
export const CTL: readonly ToolName[] = ["rabbitmqctl"];
export const DIAGNOSTICS: readonly ToolName[] = ["rabbitmq-diagnostics"];
export const CTL_AND_DIAGNOSTICS: readonly ToolName[] = ["rabbitmqctl", "rabbitmq-diagnostics"];
