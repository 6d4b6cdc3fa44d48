import { type ChannelError, preconditionFailed } from "../../wire/error.ts";
import type { FieldTable } from "../../wire/field_table.ts";
import { QUEUE_ARGUMENTS, type QueueArgument } from "./argument_table.ts";
import { type Check, VALUES } from "./argument_values.ts";
import { type QueueTypeName, queueTypeName } from "./queue_type.ts";

/** Arguments of queues of each type, in the order in which RabbitMQ checks them. */
const KNOWN: Readonly<Record<QueueTypeName, readonly (readonly [string, QueueArgument])[]>> = {
  classic: knownTo("classic"),
  quorum: knownTo("quorum"),
  stream: knownTo("stream"),
};

function knownTo(type: QueueTypeName): readonly (readonly [string, QueueArgument])[] {
  return [...QUEUE_ARGUMENTS].filter(([, { types, isOfPlugin }]) => !isOfPlugin && types.includes(type));
}

/** Returns the names of the arguments that must be equal in two declarations of a queue of a type. */
export const argumentNamesOf = (type: QueueTypeName): readonly string[] => KNOWN[type].map(([name]) => name);

/** A refused argument of a queue. */
export interface ArgumentProblem {
  readonly argument: string;
  /** End of the sentence that begins with the names of the argument and the queue. */
  readonly reason: string;
}

/**
 * Throws PRECONDITION_FAILED for an invalid value, or for an argument that only queues of other types accept. `queue`
 * names the queue in errors.
 */
export function checkQueueArguments(queueArguments: FieldTable, queue: string): void {
  const problem = findArgumentProblem(queueArguments);
  if (problem !== undefined) throw refusedArgument(problem, queue);
}

/** Returns the first argument that {@linkcode checkQueueArguments} refuses. */
export function findArgumentProblem(queueArguments: FieldTable): ArgumentProblem | undefined {
  const typeProblem = problemOf("x-queue-type", VALUES.queueType.check, queueArguments);
  if (typeProblem !== undefined) return typeProblem;
  const type = queueTypeName(queueArguments);
  for (const [name, { value }] of KNOWN[type]) {
    const problem = problemOf(name, value.check, queueArguments);
    if (problem !== undefined) return problem;
  }
  const unknown = [...queueArguments.keys()].filter((name) =>
    QUEUE_ARGUMENTS.get(name)?.types.includes(type) === false
  );
  // RabbitMQ names the first in alphabetical order, whatever the order of the client.
  return unknown.length === 0 ? undefined : unknownToType(unknown.sort()[0], type);
}

/** Throws PRECONDITION_FAILED when an argument is present and fails its check. */
export function checkArgument(name: string, check: Check, all: FieldTable, queue: string): void {
  const problem = problemOf(name, check, all);
  if (problem !== undefined) throw refusedArgument(problem, queue);
}

function problemOf(argument: string, check: Check, all: FieldTable): ArgumentProblem | undefined {
  const field = all.get(argument);
  const reason = field && check(field, all);
  return reason === undefined ? undefined : { argument, reason: `: ${reason}` };
}

/** Returns the problem of an argument that only other queue types have. */
export const unknownToType = (argument: string, type: QueueTypeName): ArgumentProblem => ({
  argument,
  reason: ` of queue type rabbit_${type}_queue`,
});

/** Makes the error for a refused argument. `queue` names the queue in errors. */
export const refusedArgument = ({ argument, reason }: ArgumentProblem, queue: string): ChannelError =>
  preconditionFailed(`invalid arg '${argument}' for ${queue}${reason}`);
