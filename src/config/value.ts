import { phrase, PhraseRangeError } from "../phrase/phrase.ts";
import { Pattern } from "../pattern/pattern.ts";
import { isQueueTypeName, type QueueTypeName } from "../broker/queue/queue_type.ts";

/** Words for "never", as in RabbitMQ's `advanced.config`. */
const NEVER: readonly string[] = ["false", "undefined"];

/** Longest delay of timers. In milliseconds. */
const DELAY_MAX_MS = 2 ** 31 - 1;

/** Reads a number of milliseconds, or `false` for none. Throws `RangeError`. */
export function parseTimeout(text: string): number | false {
  if (NEVER.includes(text)) return false;
  const timeoutMs = Number(text);
  if (Number.isInteger(timeoutMs) && timeoutMs > 0) return timeoutMs;
  throw new PhraseRangeError(
    phrase`A timeout is a whole number of milliseconds, at least 1, such as 1800000, or false: received "${text}".`,
  );
}

/** Reads a number of milliseconds that a timer can wait for; `infinity` is the longest one. */
export const readDelay = (text: string): number => Math.min(readCount(text), DELAY_MAX_MS);

export function readNumber(text: string): number {
  const number = Number(text);
  if (text === "" || !(number >= 0)) throw new RangeError(`This is a number, such as 0.4: received "${text}".`);
  return number;
}

export function readCount(text: string): number {
  if (text === "infinity") return Infinity;
  if (!/^\d+$/.test(text)) throw new RangeError(`This is a whole number, or infinity: received "${text}".`);
  return Number(text);
}

export function readBoolean(text: string): boolean {
  if (text !== "true" && text !== "false") throw new RangeError(`This is true or false: received "${text}".`);
  return text === "true";
}

export function readPart(text: string): number {
  const part = readNumber(text);
  if (part === 0 || part > 1) {
    throw new RangeError(`This is a part of the memory, more than 0 and at most 1: received "${text}".`);
  }
  return part;
}

/** RabbitMQ's modules of queue types, which its configuration accepts too. */
const QUEUE_TYPE_MODULES: Readonly<Record<string, QueueTypeName>> = {
  rabbit_classic_queue: "classic",
  rabbit_quorum_queue: "quorum",
  rabbit_stream_queue: "stream",
};

export function readQueueType(text: string): QueueTypeName {
  const name = QUEUE_TYPE_MODULES[text] ?? text;
  if (isQueueTypeName(name)) return name;
  throw new RangeError(`This is classic, quorum or stream: received "${text}".`);
}

/** Reads a name of a table. */
export function readName<Name extends string>(text: string, names: readonly Name[]): Name {
  const name = names.find((name) => name === text);
  if (name !== undefined) return name;
  throw new RangeError(`This is one of ${names.join(", ")}: received "${text}".`);
}

/** Units of time, in milliseconds. */
const TIME_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  f: 1_209_600_000,
};

/** Reads a duration such as `1h30m`, in milliseconds. A bare number is in milliseconds. */
export function readDuration(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdwf])/g)];
  return Math.ceil(parts.reduce((sum, [, number, unit]) => sum + Number(number) * TIME_UNITS[unit], 0));
}

/** Reads a regular expression. */
export function readPattern(text: string): string {
  try {
    new Pattern(text);
  } catch (error) {
    throw new RangeError(`This is a regular expression: ${(error as Error).message}`);
  }
  return text;
}
