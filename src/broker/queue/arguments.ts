import { type ChannelError, preconditionFailed } from "../../wire/error.ts";
import { erlangProblem, erlangSentence } from "../../wire/erlang_text.ts";
import { type FieldTable, fieldTypeName, type FieldValue } from "../../wire/field_table.ts";
import { parseAgeMs } from "./age.ts";
import { isQueueTypeName, type QueueTypeName, queueTypeName } from "./queue_type.ts";

/** Why a value is refused, in RabbitMQ's words; `undefined` when it is fine. */
type ValueCheck = (field: FieldValue) => string | undefined;
/** The same, with all arguments to look at. */
export type Check = (field: FieldValue, all: FieldTable) => string | undefined;

const INTEGER_TYPES = "bBsuIil";

export const integer: ValueCheck = (field) =>
  INTEGER_TYPES.includes(field.type) ? undefined : `"expected integer, got ${fieldTypeName(field)}"`;

export const atLeastZero: ValueCheck = (field) =>
  integer(field) ?? (Number(field.value) < 0 ? erlangProblem("value_negative", field) : undefined);

const atLeastOne: ValueCheck = (field) =>
  atLeastZero(field) ?? (Number(field.value) === 0 ? erlangProblem("value_zero", field) : undefined);

/** Ten years. */
const MILLISECONDS_MAX = 315_360_000_000;

const notTooLong: ValueCheck = (field) =>
  Number(field.value) > MILLISECONDS_MAX ? erlangProblem("value_too_large", field) : undefined;
const timeToLive: ValueCheck = (field) => atLeastZero(field) ?? notTooLong(field);
const timeUnused: ValueCheck = (field) => atLeastOne(field) ?? notTooLong(field);

const deadLetterKey: Check = (field, all) =>
  text(field) ?? (all.has("x-dead-letter-exchange") ? undefined : "routing_key_but_no_dlx_defined");

const priority: ValueCheck = (field) =>
  atLeastZero(field) ?? (Number(field.value) > 255 ? erlangProblem("max_value_exceeded", field) : undefined);

const text: ValueCheck = (field) => field.type === "S" ? undefined : `{unacceptable_type,${fieldTypeName(field)}}`;

const boolean: ValueCheck = (field) => field.type === "t" ? undefined : `{unacceptable_type,${fieldTypeName(field)}}`;

/** A text that is one of some. `problem` tells what is wrong with another one. */
function oneOf(values: readonly string[], problem: (value: string) => string): ValueCheck {
  return (field) => text(field) ?? (values.includes(String(field.value)) ? undefined : problem(String(field.value)));
}

const OVERFLOWS = ["drop-head", "reject-publish", "reject-publish-dlx"];
const overflow = oneOf(OVERFLOWS, () => "invalid_overflow");
const queueMode = oneOf(["default", "lazy"], (mode) => erlangSentence(`unsupported queue mode '${mode}'`));
const deadLetterStrategy = oneOf(["at-most-once", "at-least-once"], () => "invalid_dlx_strategy");

const queueVersion: ValueCheck = (field) =>
  integer(field) ??
    (["1", "2"].includes(String(field.value))
      ? undefined
      : erlangSentence(`unsupported queue version '${field.value}'`));

const age: ValueCheck = (field) =>
  text(field) ?? (parseAgeMs(String(field.value)) === undefined ? "invalid_max_age" : undefined);

const leaderLocator: ValueCheck = (field) =>
  text(field) ?? (LEADER_LOCATORS.includes(String(field.value)) ? undefined : "invalid_queue_locator_arg");

const LEADER_LOCATORS = ["client-local", "balanced", "random", "least-leaders"];

const typeName: ValueCheck = (field) => {
  if (field.type !== "S") return `{unacceptable_type,${fieldTypeName(field)}}`;
  const name = String(field.value);
  return name === "" || isQueueTypeName(name) ? undefined : erlangSentence(`unsupported queue type '${name}'`);
};

export const anything: ValueCheck = () => undefined;

const CLASSIC: readonly QueueTypeName[] = ["classic"];
const QUORUM: readonly QueueTypeName[] = ["quorum"];
export const STREAM: readonly QueueTypeName[] = ["stream"];
/** The types whose queues give each message to one consumer. */
export const CLASSIC_QUORUM: readonly QueueTypeName[] = ["classic", "quorum"];
export const ALL: readonly QueueTypeName[] = ["classic", "quorum", "stream"];

interface QueueArgument {
  /** The types of queues that know it. Others refuse it. */
  readonly types: readonly QueueTypeName[];
  readonly check: Check;
}

/**
 * The arguments of `queue.declare` that RabbitMQ's queues know: of which type, and how each is checked. A second
 * declaration must give the same values for those of its type; of others nobody takes note.
 *
 * Those that tell where the members of a queue are to run have nothing to act on: there is but one member.
 */
export const QUEUE_ARGUMENTS: ReadonlyMap<string, QueueArgument> = new Map<string, QueueArgument>([
  ["x-expires", { types: CLASSIC_QUORUM, check: timeUnused }],
  ["x-message-ttl", { types: CLASSIC_QUORUM, check: timeToLive }],
  ["x-dead-letter-exchange", { types: CLASSIC_QUORUM, check: text }],
  ["x-dead-letter-routing-key", { types: CLASSIC_QUORUM, check: deadLetterKey }],
  ["x-dead-letter-strategy", { types: QUORUM, check: deadLetterStrategy }],
  ["x-max-length", { types: CLASSIC_QUORUM, check: atLeastZero }],
  ["x-max-length-bytes", { types: ALL, check: atLeastZero }],
  ["x-max-in-memory-length", { types: QUORUM, check: atLeastZero }],
  ["x-max-in-memory-bytes", { types: QUORUM, check: atLeastZero }],
  ["x-max-priority", { types: CLASSIC, check: priority }],
  ["x-overflow", { types: CLASSIC_QUORUM, check: overflow }],
  ["x-queue-mode", { types: CLASSIC, check: queueMode }],
  ["x-queue-version", { types: CLASSIC, check: queueVersion }],
  ["x-queue-master-locator", { types: CLASSIC, check: text }],
  ["x-single-active-consumer", { types: CLASSIC_QUORUM, check: boolean }],
  ["x-consumer-timeout", { types: CLASSIC_QUORUM, check: atLeastZero }],
  // Consumers don't lose the connection to a queue without losing theirs: it is in the same process.
  ["x-consumer-disconnected-timeout", { types: QUORUM, check: atLeastZero }],
  ["x-queue-type", { types: ALL, check: typeName }],
  ["x-quorum-initial-group-size", { types: QUORUM, check: atLeastOne }],
  ["x-delivery-limit", { types: QUORUM, check: anything }],
  ["x-delayed-retry-type", { types: QUORUM, check: anything }],
  ["x-delayed-retry-min", { types: QUORUM, check: anything }],
  ["x-delayed-retry-max", { types: QUORUM, check: anything }],
  ["x-max-age", { types: STREAM, check: age }],
  ["x-stream-max-segment-size-bytes", { types: STREAM, check: atLeastZero }],
  // A bloom filter is as large here as it needs to be.
  ["x-stream-filter-size-bytes", { types: STREAM, check: atLeastZero }],
  ["x-initial-cluster-size", { types: STREAM, check: atLeastOne }],
  ["x-queue-leader-locator", { types: ALL, check: leaderLocator }],
]);

/** The arguments that queues of a type know, in the order in which RabbitMQ looks at them. */
const KNOWN: Readonly<Record<QueueTypeName, readonly (readonly [string, QueueArgument])[]>> = {
  classic: knownTo("classic"),
  quorum: knownTo("quorum"),
  stream: knownTo("stream"),
};

function knownTo(type: QueueTypeName): readonly (readonly [string, QueueArgument])[] {
  return [...QUEUE_ARGUMENTS].filter(([, { types }]) => types.includes(type));
}

/** The names of the arguments that two declarations of a queue of a type must agree on. */
export const argumentNamesOf = (type: QueueTypeName): readonly string[] => KNOWN[type].map(([name]) => name);

/**
 * Throws PRECONDITION_FAILED for an argument with a value it cannot have, or that queues of the type which is asked for
 * don't know and others do. `queue` is how errors call the queue.
 */
export function checkQueueArguments(queueArguments: FieldTable, queue: string): void {
  checkArgument("x-queue-type", typeName, queueArguments, queue);
  const type = queueTypeName(queueArguments);
  for (const [name, { check }] of KNOWN[type]) checkArgument(name, check, queueArguments, queue);
  for (const name of queueArguments.keys()) {
    if (QUEUE_ARGUMENTS.get(name)?.types.includes(type) === false) throw unknownToType(name, type, queue);
  }
}

/** Throws PRECONDITION_FAILED when an argument is there and does not pass a check. */
export function checkArgument(name: string, check: Check, all: FieldTable, queue: string): void {
  const field = all.get(name);
  const problem = field && check(field, all);
  if (problem !== undefined) throw preconditionFailed(`invalid arg '${name}' for ${queue}: ${problem}`);
}

/** What is wrong with an argument that only queues of other types know. */
export const unknownToType = (name: string, type: QueueTypeName, queue: string): ChannelError =>
  preconditionFailed(`invalid arg '${name}' for ${queue} of queue type rabbit_${type}_queue`);
