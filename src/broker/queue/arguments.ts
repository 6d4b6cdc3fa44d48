import { type ChannelError, preconditionFailed } from "../../wire/error.ts";
import type { FieldTable } from "../../wire/field_table.ts";
import { QUEUE_ARGUMENTS, type QueueArgument } from "./argument_table.ts";
import { type Check, VALUES } from "./argument_values.ts";
import { type QueueTypeName, queueTypeName } from "./queue_type.ts";

/** The arguments that queues of a type know, in the order in which RabbitMQ looks at them. */
const KNOWN: Readonly<Record<QueueTypeName, readonly (readonly [string, QueueArgument])[]>> = {
  classic: knownTo("classic"),
  quorum: knownTo("quorum"),
  stream: knownTo("stream"),
};

function knownTo(type: QueueTypeName): readonly (readonly [string, QueueArgument])[] {
  return [...QUEUE_ARGUMENTS].filter(([, { types, isOfPlugin }]) => !isOfPlugin && types.includes(type));
}

/** The names of the arguments that two declarations of a queue of a type must agree on. */
export const argumentNamesOf = (type: QueueTypeName): readonly string[] => KNOWN[type].map(([name]) => name);

/**
 * Throws PRECONDITION_FAILED for an argument with a value it cannot have, or that queues of the type which is asked for
 * don't know and others do. `queue` is how errors call the queue.
 */
export function checkQueueArguments(queueArguments: FieldTable, queue: string): void {
  checkArgument("x-queue-type", VALUES.queueType.check, queueArguments, queue);
  const type = queueTypeName(queueArguments);
  for (const [name, { value }] of KNOWN[type]) checkArgument(name, value.check, queueArguments, queue);
  for (const name of queueArguments.keys()) {
    if (QUEUE_ARGUMENTS.get(name)?.types.includes(type) === false) throw unknownToType(name, type, queue);
  }
}

/** Throws PRECONDITION_FAILED when an argument is present and does not pass its check. */
export function checkArgument(name: string, check: Check, all: FieldTable, queue: string): void {
  const field = all.get(name);
  const problem = field && check(field, all);
  if (problem !== undefined) throw preconditionFailed(`invalid arg '${name}' for ${queue}: ${problem}`);
}

/** Returns the error for an argument that only other queue types have. */
export const unknownToType = (name: string, type: QueueTypeName, queue: string): ChannelError =>
  preconditionFailed(`invalid arg '${name}' for ${queue} of queue type rabbit_${type}_queue`);
