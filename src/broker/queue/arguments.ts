import { preconditionFailed } from "../../amqp/error.ts";
import { type FieldTable, fieldTypeName, type FieldValue } from "../../amqp/field_table.ts";

/** Why a value is refused, in RabbitMQ's words; `undefined` when it is fine. */
type Check = (field: FieldValue) => string | undefined;

const INTEGER_TYPES = "bBsuIil";

const integer: Check = (field) =>
  INTEGER_TYPES.includes(field.type) ? undefined : `"expected integer, got ${fieldTypeName(field)}"`;

const atLeastZero: Check = (field) =>
  integer(field) ?? (Number(field.value) < 0 ? `{value_negative,${field.value}}` : undefined);

const atLeastOne: Check = (field) =>
  atLeastZero(field) ?? (Number(field.value) === 0 ? `{value_zero,${field.value}}` : undefined);

const priority: Check = (field) =>
  atLeastZero(field) ?? (Number(field.value) > 255 ? `{max_value_exceeded,${field.value}}` : undefined);

const text: Check = (field) => field.type === "S" ? undefined : `{unacceptable_type,${fieldTypeName(field)}}`;

const boolean: Check = (field) => field.type === "t" ? undefined : `{unacceptable_type,${fieldTypeName(field)}}`;

function oneOf(...values: readonly string[]): Check {
  return (field) => text(field) ?? (values.includes(String(field.value)) ? undefined : `{invalid,${field.value}}`);
}

const always = () => true;
const never = () => false;
const isClassic = ({ value }: FieldValue) => value === "classic";

interface QueueArgument {
  readonly check: Check;
  /** Whether a queue acts on this value here. */
  readonly hasEffect: (field: FieldValue) => boolean;
}

/**
 * The arguments of `queue.declare` that RabbitMQ's classic queues know: how each is checked, and whether a queue acts on
 * it here. A second declaration must give the same values for these; of others nobody takes note.
 */
export const QUEUE_ARGUMENTS: ReadonlyMap<string, QueueArgument> = new Map<string, QueueArgument>([
  ["x-expires", { check: atLeastOne, hasEffect: never }],
  ["x-message-ttl", { check: atLeastZero, hasEffect: never }],
  ["x-dead-letter-exchange", { check: text, hasEffect: never }],
  ["x-dead-letter-routing-key", { check: text, hasEffect: never }],
  ["x-max-length", { check: atLeastZero, hasEffect: never }],
  ["x-max-length-bytes", { check: atLeastZero, hasEffect: never }],
  ["x-max-priority", { check: priority, hasEffect: never }],
  ["x-overflow", { check: oneOf("drop-head", "reject-publish", "reject-publish-dlx"), hasEffect: never }],
  ["x-single-active-consumer", { check: boolean, hasEffect: never }],
  ["x-queue-mode", { check: oneOf("default", "lazy"), hasEffect: always }],
  ["x-queue-version", { check: atLeastOne, hasEffect: always }],
  ["x-queue-type", { check: oneOf("classic", "quorum"), hasEffect: isClassic }],
]);

/** Throws PRECONDITION_FAILED for an argument with a value it cannot have. `queue` is how errors call the queue. */
export function checkQueueArguments(queueArguments: FieldTable, queue: string): void {
  for (const [name, field] of queueArguments) {
    const problem = QUEUE_ARGUMENTS.get(name)?.check(field);
    if (problem !== undefined) throw preconditionFailed(`invalid arg '${name}' for ${queue}: ${problem}`);
  }
}

/** The names of those arguments that RabbitMQ's queues act on and these don't yet. */
export function argumentsWithoutEffect(queueArguments: FieldTable): string[] {
  const names = [...queueArguments.keys()];
  return names.filter((name) => QUEUE_ARGUMENTS.get(name)?.hasEffect(queueArguments.get(name)!) === false);
}
