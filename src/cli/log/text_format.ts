import type { LogLevel } from "../../broker/events/logger.ts";
import type { LogFormat } from "../../config/keys/log_format.ts";
import { levelText } from "./level_format.ts";
import { onOneLine } from "./log_line.ts";
import type { Format, LogRecord } from "./log_record.ts";
import { timeText } from "./time_format.ts";

/** RabbitMQ's colors. */
export const COLORS: Readonly<Record<LogLevel, string>> = {
  debug: "\x1b[38;5;246m",
  info: "",
  notice: "\x1b[38;5;87m",
  warning: "\x1b[38;5;214m",
  error: "\x1b[38;5;160m",
};

const COLORS_END = "\x1b[0m";
const DEFAULT_FORMAT = "$time [$level] $pid $msg";

type Part = (record: LogRecord) => string;

/** Makes a format with lines of text like RabbitMQ's. */
export function textFormat(format: LogFormat = {}, colors?: Readonly<Partial<Record<string, string>>>): Format {
  const { plaintext = DEFAULT_FORMAT, timeFormat, levelFormat } = format;
  const variables: Readonly<Record<string, Part>> = {
    time: ({ timeMs }) => timeText(timeMs, timeFormat),
    level: ({ level }) => levelText(level, levelFormat),
    pid: ({ pid }) => pid,
    msg: ({ line }) => onOneLine(line),
    domain: ({ category }) => category === "default" ? "[rabbitmq]" : `[rabbitmq,${category}]`,
  };
  const parts = plaintext.split(/(\$\w+)/).map((text): Part => {
    const variable = text.startsWith("$") ? text.slice(1) : undefined;
    return variable === undefined ? () => text : variables[variable] ?? (() => `<unknown ${variable}>`);
  });
  const written = (record: LogRecord) => parts.map((part) => part(record)).join("").trimEnd();
  if (colors === undefined) return (record) => `${written(record)}\n`;
  return (record) => `${colors[record.level] ?? COLORS[record.level]}${written(record)}${COLORS_END}\n`;
}
