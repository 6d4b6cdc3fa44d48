import { erlangProblem, erlangSentence } from "../../wire/erlang_text.ts";
import { type FieldTable, fieldTypeName, type FieldValue } from "../../wire/field_table.ts";
import { parseAgeMs } from "./age.ts";
import { isQueueTypeName, QUEUE_TYPE_NAMES } from "./queue_type.ts";

/** Returns why a value is refused, in RabbitMQ's words; `undefined` when it is valid. */
type ValueCheck = (field: FieldValue) => string | undefined;
/** Returns the same for a value that depends on the other arguments. */
export type Check = (field: FieldValue, all: FieldTable) => string | undefined;

const INTEGER_TYPES = "bBsuIil";

export const integer: ValueCheck = (field) =>
  INTEGER_TYPES.includes(field.type) ? undefined : `"expected integer, got ${fieldTypeName(field)}"`;

export const atLeastZero: ValueCheck = (field) =>
  integer(field) ?? (Number(field.value) < 0 ? erlangProblem("value_negative", field) : undefined);

const atLeastOne: ValueCheck = (field) =>
  atLeastZero(field) ?? (Number(field.value) === 0 ? erlangProblem("value_zero", field) : undefined);

/** Longest time in an argument: ten years. In milliseconds. */
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

/** Makes a check that a text is one of `values`. `problem` describes another one. */
function oneOf(values: readonly string[], problem: (value: string) => string): ValueCheck {
  return (field) => text(field) ?? (values.includes(String(field.value)) ? undefined : problem(String(field.value)));
}

export const OVERFLOWS = ["drop-head", "reject-publish", "reject-publish-dlx"];
export const QUEUE_MODES = ["default", "lazy"];
export const DEAD_LETTER_STRATEGIES = ["at-most-once", "at-least-once"];

const overflow = oneOf(OVERFLOWS, () => "invalid_overflow");
const queueMode = oneOf(QUEUE_MODES, (mode) => erlangSentence(`unsupported queue mode '${mode}'`));
const deadLetterStrategy = oneOf(DEAD_LETTER_STRATEGIES, () => "invalid_dlx_strategy");

const queueVersion: ValueCheck = (field) =>
  integer(field) ??
    (["1", "2"].includes(String(field.value))
      ? undefined
      : erlangSentence(`unsupported queue version '${field.value}'`));

const age: ValueCheck = (field) =>
  text(field) ?? (parseAgeMs(String(field.value)) === undefined ? "invalid_max_age" : undefined);

const leaderLocator: ValueCheck = (field) =>
  text(field) ?? (LEADER_LOCATORS.includes(String(field.value)) ? undefined : "invalid_queue_locator_arg");

export const LEADER_LOCATORS = ["client-local", "balanced", "random", "least-leaders"];

const typeName: ValueCheck = (field) => {
  if (field.type !== "S") return `{unacceptable_type,${fieldTypeName(field)}}`;
  const name = String(field.value);
  return name === "" || isQueueTypeName(name) ? undefined : erlangSentence(`unsupported queue type '${name}'`);
};

export const anything: ValueCheck = () => undefined;

/** The valid values of an argument. */
export interface ArgumentValue {
  /** Description in the documentation. */
  readonly description: string;
  readonly check: Check;
}

const listed = (values: readonly string[]): string => values.map((value) => `\`${value}\``).join(", ");

export const VALUES = {
  count: { description: "integer, 0 or more", check: atLeastZero },
  positiveCount: { description: "integer, 1 or more", check: atLeastOne },
  priority: { description: "integer, 0 to 255", check: priority },
  timeToLive: { description: "milliseconds, 0 to ten years", check: timeToLive },
  timeUnused: { description: "milliseconds, 1 to ten years", check: timeUnused },
  timeout: { description: "milliseconds, 0 or more", check: atLeastZero },
  age: { description: "text such as `7D` or `12h`; units are Y, M, D, h, m, s", check: age },
  text: { description: "text", check: text },
  boolean: { description: "boolean", check: boolean },
  deadLetterKey: { description: "text, only beside `x-dead-letter-exchange`", check: deadLetterKey },
  deadLetterStrategy: { description: listed(DEAD_LETTER_STRATEGIES), check: deadLetterStrategy },
  overflow: { description: listed(OVERFLOWS), check: overflow },
  queueMode: { description: listed(QUEUE_MODES), check: queueMode },
  queueVersion: { description: "integer, 1 or 2", check: queueVersion },
  queueType: { description: listed(QUEUE_TYPE_NAMES), check: typeName },
  leaderLocator: { description: listed(LEADER_LOCATORS), check: leaderLocator },
  // Other bounds are checked with the properties of the queue, with RabbitMQ's other texts.
  segmentSize: { description: "integer, 0 to 3000000000", check: atLeastZero },
  filterSize: { description: "integer, 16 to 255", check: atLeastZero },
  uncheckedBoolean: { description: "boolean; not checked", check: anything },
  unchecked: { description: "any; not checked", check: anything },
} as const satisfies Record<string, ArgumentValue>;
