import type { FieldTable } from "../../../wire/field_table.ts";
import { anything, atLeastZero, type Check, integer } from "../argument_values.ts";
import { checkArgument, refusedArgument, unknownToType } from "../arguments.ts";
import { ALL, CLASSIC_QUORUM, type QueueTypeName, queueTypeName, STREAM } from "../queue_type.ts";
import { checkOffset } from "../stream/offset.ts";

interface ConsumerArgument {
  /** Types of queues whose consumers may have it. Others refuse it. */
  readonly types: readonly QueueTypeName[];
  readonly check: Check;
}

/** The arguments of `basic.consume` that RabbitMQ's queues accept. */
const CONSUMER_ARGUMENTS: ReadonlyMap<string, ConsumerArgument> = new Map<string, ConsumerArgument>([
  ["x-priority", { types: CLASSIC_QUORUM, check: integer }],
  ["x-consumer-timeout", { types: ALL, check: atLeastZero }],
  ["x-stream-offset", { types: STREAM, check: checkOffset }],
  ["x-stream-filter", { types: STREAM, check: anything }],
  ["x-stream-match-unfiltered", { types: STREAM, check: anything }],
]);

/** Throws PRECONDITION_FAILED for an invalid argument of a consumer. `phrase` names the queue in errors. */
export function checkConsumerArguments(
  consumerArguments: FieldTable,
  queueArguments: FieldTable,
  phrase: string,
): void {
  if (consumerArguments.size === 0) return;
  const type = queueTypeName(queueArguments);
  for (const name of consumerArguments.keys()) {
    const argument = CONSUMER_ARGUMENTS.get(name);
    if (argument === undefined) continue;
    if (!argument.types.includes(type)) throw refusedArgument(unknownToType(name, type), phrase);
    checkArgument(name, argument.check, consumerArguments, phrase);
  }
}

/** Returns a consumer's priority: those with a higher one get messages first (RabbitMQ: Consumer Priorities). */
export function consumerPriority(consumerArguments: FieldTable): number {
  return Number(consumerArguments.get("x-priority")?.value ?? 0);
}

/**
 * Returns a consumer's own acknowledgement timeout. In milliseconds; `undefined` for that of the queue or the broker.
 */
export function consumerTimeoutMs(consumerArguments: FieldTable): number | undefined {
  const field = consumerArguments.get("x-consumer-timeout");
  return field && Number(field.value);
}
