import { LOG_LEVELS, type LogThreshold } from "../log_level.ts";
import { readName } from "../value.ts";
import type { Effect } from "./effect.ts";

export const TIME_FORMATS = ["rfc3339_space", "rfc3339_T", "epoch_usecs", "epoch_secs", "lager_default"] as const;
export const LEVEL_FORMATS = ["lc", "uc", "lc3", "uc3", "lc4", "uc4"] as const;

/** A field of a line in JSON with its name there, unless it is dropped. */
export interface MappedField {
  /** `*` stands for all other fields. */
  readonly field: string;
  readonly name: string | false;
}

/** The format of a line. */
export interface LogFormat {
  readonly isJson?: boolean;
  readonly timeFormat?: typeof TIME_FORMATS[number];
  readonly levelFormat?: typeof LEVEL_FORMATS[number];
  /** Text with `$time`, `$level`, `$pid`, `$msg` and the like. */
  readonly plaintext?: string;
  readonly fieldMap?: readonly MappedField[];
  /** The number of each level in the field `verbosity`. */
  readonly verbosityMap?: Readonly<Partial<Record<LogThreshold, number>>>;
}

/** Reads `time:ts level msg gl:- *:-`: fields in their order, renamed or dropped. */
function readFieldMap(text: string): MappedField[] {
  return text.split(" ").filter((entry) => entry !== "").map((entry) => {
    const [, field, name = field] = /^([^:]+)(?::(.+))?$/.exec(entry) ?? [];
    if (field === undefined || (field === "*" && name !== "-")) {
      throw new RangeError(`This is a list of fields, such as "time:ts level msg *:-": received "${entry}" in it.`);
    }
    return { field, name: name === "-" ? false : name };
  });
}

/** Reads `debug:2 info:1 *:0`. */
function readVerbosityMap(text: string): Partial<Record<LogThreshold, number>> {
  const numbers: Partial<Record<LogThreshold, number>> = {};
  const entries = text.split(" ").filter((entry) => entry !== "").map((entry) => {
    const [, level, digits] = /^([a-z]+|\*):(\d+)$/.exec(entry) ?? [];
    if (level === undefined) {
      throw new RangeError(`This is a list of levels and numbers, such as "debug:2 info:1 *:0": received "${entry}".`);
    }
    return { level, number: Number(digits) };
  });
  const rest = entries.find(({ level }) => level === "*");
  if (rest !== undefined) { for (const level of LOG_LEVELS) numbers[level] = rest.number; }
  for (const { level, number } of entries) if (level !== "*") numbers[readName(level, LOG_LEVELS)] = number;
  return numbers;
}

/** Makes the effects of keys for the format of an output's lines. */
export function formatKeys<Draft>(
  prefix: string,
  set: (draft: Draft, format: LogFormat) => void,
  plaintextDefault = "$time [$level] $pid $msg",
): Record<string, Effect<Draft>> {
  const key = (help: string, read: (value: string) => LogFormat, fallback?: string): Effect<Draft> => ({
    help,
    default: fallback,
    live: "now",
    apply: (draft, value) => set(draft, read(value)),
  });
  return {
    [prefix]: key("plaintext or json", (value) => ({
      isJson: readName(value, ["plaintext", "json"]) === "json",
    }), "plaintext"),
    [`${prefix}.time_format`]: key(
      `format of the time: ${TIME_FORMATS.join(", ")}`,
      (value) => ({ timeFormat: readName(value, TIME_FORMATS) }),
      "rfc3339_space",
    ),
    [`${prefix}.level_format`]: key(
      "format of levels: in lower or upper case, in full or with 3 or 4 letters",
      (value) => ({ levelFormat: readName(value, LEVEL_FORMATS) }),
      "lc",
    ),
    [`${prefix}.single_line`]: key("lines are never broken: on or off makes no difference", () => ({})),
    [`${prefix}.plaintext.format`]: key(
      "format of a line of text",
      (plaintext) => ({ plaintext }),
      plaintextDefault,
    ),
    [`${prefix}.json.field_map`]: key("fields of JSON, renamed or dropped", (value) => ({
      fieldMap: readFieldMap(value),
    })),
    [`${prefix}.json.verbosity_map`]: key("numbers of levels in the field verbosity of JSON", (value) => ({
      verbosityMap: readVerbosityMap(value),
    })),
  };
}
