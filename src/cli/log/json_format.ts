import type { LogFormat, MappedField } from "../../config/keys/log_format.ts";
import { levelText } from "./level_format.ts";
import { jsonOnOneLine } from "./log_line.ts";
import type { Format } from "./log_record.ts";
import { timeJson } from "./time_format.ts";

/** Makes a format with lines of JSON and RabbitMQ's fields. */
export function jsonFormat({ timeFormat, levelFormat, fieldMap, verbosityMap }: LogFormat): Format {
  return ({ timeMs, level, category, line, pid }) => {
    const verbosity = verbosityMap?.[level];
    const fields = {
      time: timeJson(timeMs, timeFormat),
      level: levelText(level, levelFormat),
      msg: line,
      pid,
      domain: category === "default" ? "rabbitmq" : `rabbitmq.${category}`,
      ...verbosity === undefined ? {} : { verbosity },
    };
    return `${jsonOnOneLine(fieldMap === undefined ? fields : mapped(fields, fieldMap))}\n`;
  };
}

/** Returns the fields of a map in its order and with its names, and behind them all others. */
function mapped(fields: Readonly<Record<string, unknown>>, map: readonly MappedField[]): Record<string, unknown> {
  const named = new Set(map.map(({ field }) => field));
  const result: Record<string, unknown> = {};
  for (const { field, name } of map) if (name !== false && field in fields) result[name] = fields[field];
  if (named.has("*")) return result;
  for (const [field, value] of Object.entries(fields)) if (!named.has(field)) result[field] = value;
  return result;
}
