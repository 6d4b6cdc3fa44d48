import { parseSize } from "./size.ts";

/** Checks a value; returns a description of valid ones if it is not one of them. */
type Check = (value: string) => string | undefined;

const LEVELS = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency", "none"];
const TIME_FORMATS = ["rfc3339_space", "rfc3339_T", "epoch_usecs", "epoch_secs", "lager_default"];

const anything: Check = () => undefined;
const matching = (pattern: RegExp, what: string): Check => (value) => pattern.test(value) ? undefined : what;
const oneOf = (...words: string[]): Check => (value) =>
  words.includes(value) ? undefined : words.join(", ").replace(/, (?=[^,]*$)/, " or ");

/** The types of RabbitMQ's configuration keys. */
const TYPES: Readonly<Record<string, Check>> = {
  text: anything,
  /** A text that is not shown. */
  secret: anything,
  word: anything,
  words: anything,
  boolean: oneOf("true", "false"),
  flag: oneOf("on", "off"),
  integer: matching(/^[+-]?\d+$/, "a whole number"),
  number: matching(/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i, "a number, such as 0.4"),
  duration: matching(/^(\d+|(\d+(\.\d+)?(f|w|d|h|ms|m|s))+)$/, "a time, such as 10s or 500ms"),
  address: matching(/^\[?[0-9A-Fa-f.:]+\]?:\d{1,5}$/, "an IP address and a port, such as 127.0.0.1:5672"),
  size(value) {
    try {
      parseSize(value);
    } catch {
      return "a number of bytes, or one with a unit, such as 50MB";
    }
    return undefined;
  },
  level: oneOf(...LEVELS),
  "time format": oneOf(...TIME_FORMATS),
  "level format": oneOf("lc", "uc", "lc3", "uc3", "lc4", "uc4"),
};

/**
 * Returns what a value should be when it is not of a type; `undefined` when it is. A type is a name in the table above,
 * a word in quotes, a range such as `integer 1..65535`, or several of these.
 */
export function typeProblem(type: string, value: string): string | undefined {
  const problems: string[] = [];
  for (const alternative of type.split(" | ")) {
    const problem = checkOf(alternative)(value);
    if (problem === undefined) return undefined;
    problems.push(problem);
  }
  return problems.join(" or ");
}

function checkOf(type: string): Check {
  const [, word] = /^'(.*)'$/.exec(type) ?? [];
  if (word !== undefined) return oneOf(word);
  const [, name, least, most] = /^(\w+) (\d+)\.\.(\d*)$/.exec(type) ?? [];
  if (name === undefined) return TYPES[type];
  const what = most === "" ? `at least ${least}` : `from ${least} to ${most}`;
  return (value) => {
    const problem = TYPES[name](value);
    if (problem !== undefined) return `${problem}, ${what}`;
    const number = Number(value);
    return number >= Number(least) && (most === "" || number <= Number(most)) ? undefined : `a number ${what}`;
  };
}
