import type { FieldTable } from "../../wire/field_table.ts";

/** Types of queues (RabbitMQ: Queue Types), by their names in `x-queue-type`. */
export const QUEUE_TYPE_NAMES = ["classic", "quorum", "stream"] as const satisfies readonly QueueTypeName[];
/** Name of a type of queues. */
export type QueueTypeName = "classic" | "quorum" | "stream";

export const CLASSIC: readonly QueueTypeName[] = ["classic"];
export const QUORUM: readonly QueueTypeName[] = ["quorum"];
export const STREAM: readonly QueueTypeName[] = ["stream"];
/** Types whose queues give each message to one consumer. */
export const CLASSIC_QUORUM: readonly QueueTypeName[] = ["classic", "quorum"];
export const CLASSIC_STREAM: readonly QueueTypeName[] = ["classic", "stream"];
export const QUORUM_STREAM: readonly QueueTypeName[] = ["quorum", "stream"];
export const ALL: readonly QueueTypeName[] = QUEUE_TYPE_NAMES;

const DEFAULT_TYPE: QueueTypeName = "classic";

export function isQueueTypeName(name: string): name is QueueTypeName {
  return (QUEUE_TYPE_NAMES as readonly string[]).includes(name);
}

/** Returns the type of a queue with these arguments; the default for an unknown one. */
export function queueTypeName(queueArguments: FieldTable): QueueTypeName {
  const name = queueArguments.get("x-queue-type")?.value;
  return typeof name === "string" && isQueueTypeName(name) ? name : DEFAULT_TYPE;
}
