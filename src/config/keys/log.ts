import { LOG_CATEGORIES, type LogCategory } from "../../broker/events/logger.ts";
import { LOG_LEVELS, type LogThreshold } from "../log_level.ts";
import { parseRotationDate, type RotationDate } from "../rotation_date.ts";
import { parseSize } from "../size.ts";
import { readBoolean, readCount, readName } from "../value.ts";
import type { Effect, Effects } from "./effect.ts";
import { formatKeys, type LogFormat } from "./log_format.ts";
import { JOURNALD, type JournaldOptions } from "./journald.ts";
import { SYSLOG, type SyslogOptions } from "./syslog.ts";

/** Conditions for the rotation of a log file, and the number of old files. */
export interface RotationOptions {
  readonly date?: RotationDate;
  /** Size above which the file is rotated. In bytes; 0 is any size. */
  readonly maxBytes?: number;
  /** Number of old files that are kept. */
  readonly count?: number;
  readonly isCompressed?: boolean;
}

interface OutputOptions {
  readonly level?: LogThreshold;
  readonly format?: LogFormat;
}

export interface ConsoleLogOptions extends OutputOptions {
  readonly isEnabled?: boolean;
  readonly stdio?: "stdout" | "stderr";
  readonly hasColors?: boolean;
  /** Escape sequences that turn a color on, by level. */
  readonly colors?: Readonly<Partial<Record<LogThreshold, string>>>;
}

export interface LogFileOptions extends OutputOptions {
  /** Name below `logDir`, or a path; false for none. */
  readonly path?: string | false;
  readonly rotation?: RotationOptions;
}

export interface CategoryLogOptions {
  readonly level?: LogThreshold;
  /** A file for these lines only, by its name below `logDir` or its path. */
  readonly file?: string;
  readonly rotation?: RotationOptions;
}

export interface LogExchangeOptions extends OutputOptions {
  readonly isEnabled?: boolean;
}

/** Levels and outputs of the log. */
export interface LogConfig {
  readonly logDir?: string;
  readonly logConsole?: ConsoleLogOptions;
  readonly logFile?: LogFileOptions;
  readonly logExchange?: LogExchangeOptions;
  readonly logSyslog?: SyslogOptions;
  readonly logJournald?: JournaldOptions;
  readonly logCategories?: { readonly [Name in LogCategory]?: CategoryLogOptions };
}

const STREAMS = ["stdout", "stderr"] as const;

type Draft = { -readonly [Name in keyof LogConfig]: LogConfig[Name] };

const readLevel = (text: string): LogThreshold => readName(text, LOG_LEVELS);

const key = (
  help: string,
  apply: (draft: Draft, value: string) => string | void,
  fallback?: string,
): Effect<Draft> => ({ help, default: fallback, live: "now", apply });

const setConsole = (draft: Draft, options: ConsoleLogOptions) =>
  void (draft.logConsole = { ...draft.logConsole, ...options });
const setFile = (draft: Draft, options: LogFileOptions) => void (draft.logFile = { ...draft.logFile, ...options });
const setExchange = (draft: Draft, options: LogExchangeOptions) =>
  void (draft.logExchange = { ...draft.logExchange, ...options });
const setCategory = (draft: Draft, name: LogCategory, options: CategoryLogOptions) =>
  void (draft.logCategories = {
    ...draft.logCategories,
    [name]: { ...draft.logCategories?.[name], ...options },
  });

function rotationKeys(
  prefix: string,
  countDefault: string | undefined,
  set: (draft: Draft, change: (before: RotationOptions | undefined) => RotationOptions) => void,
): Record<string, Effect<Draft>> {
  const part = (help: string, read: (value: string) => RotationOptions, fallback?: string) =>
    key(help, (draft, value) => set(draft, (before) => ({ ...before, ...read(value) })), fallback);
  return {
    [`${prefix}.rotation.date`]: part(
      "times at which the file is rotated, such as $D0 for every midnight",
      (value) => ({
        date: parseRotationDate(value),
      }),
    ),
    [`${prefix}.rotation.size`]: part("size in bytes above which the file is rotated", (value) => ({
      maxBytes: parseSize(value),
    })),
    [`${prefix}.rotation.count`]: part(
      "number of old files that are kept",
      (value) => ({ count: readCount(value) }),
      countDefault,
    ),
    [`${prefix}.rotation.compress`]: part("whether old files are compressed", (value) => ({
      isCompressed: readBoolean(value),
    })),
  };
}

const categoryRotation = (name: LogCategory): Record<string, Effect<Draft>> =>
  rotationKeys(
    `log.${name}`,
    undefined,
    (draft, change) => setCategory(draft, name, { rotation: change(draft.logCategories?.[name]?.rotation) }),
  );

function categoryKeys(name: LogCategory): Record<string, Effect<Draft>> {
  const help = name === "audit"
    ? "lowest level of logins (info) and changes of users, permissions and policies (notice)"
    : `lowest level of category ${name}`;
  const level = key(
    help,
    (draft, value) => setCategory(draft, name, { level: readLevel(value) }),
    name === "audit" ? undefined : "info",
  );
  if (name === "default") return { "log.default.level": level, ...categoryRotation(name) };
  return {
    [`log.${name}.level`]: level,
    [`log.${name}.file`]: key(
      `file for lines of category ${name}, which then go nowhere else`,
      (draft, file) => setCategory(draft, name, { file }),
    ),
    ...categoryRotation(name),
  };
}

const colorKeys = (): Record<string, Effect<Draft>> =>
  Object.fromEntries(
    LOG_LEVELS.filter((level) => level !== "none").map((level) => [
      `log.console.color_esc_seqs.${level}`,
      key(`escape sequence before lines of level ${level}`, (draft, value) =>
        setConsole(draft, {
          colors: { ...draft.logConsole?.colors, [level]: value.replaceAll(/\\(e|033)/g, "\x1b") },
        })),
    ]),
  );

export const LOG: Effects<Draft> = {
  ...SYSLOG,
  ...JOURNALD,
  ...Object.assign({}, ...LOG_CATEGORIES.map(categoryKeys)),
  "log.console": key(
    "whether lines go to the console; by default they do without a file",
    (draft, value) => setConsole(draft, { isEnabled: readBoolean(value) }),
  ),
  "log.console.level": key(
    "lowest level on the console",
    (draft, value) => setConsole(draft, { level: readLevel(value) }),
  ),
  "log.console.stdio": key(
    "stdout or stderr",
    (draft, value) => setConsole(draft, { stdio: readName(value, STREAMS) }),
    "stdout",
  ),
  "log.console.use_colors": key(
    "on or off; by default on at a terminal",
    (draft, value) => setConsole(draft, { hasColors: value === "on" }),
  ),
  ...colorKeys(),
  ...formatKeys<Draft>(
    "log.console.formatter",
    (draft, format) => setConsole(draft, { format: { ...draft.logConsole?.format, ...format } }),
  ),
  "log.exchange": key(
    "whether lines are published to the exchange amq.rabbitmq.log in the default virtual host, with their level as routing key",
    (draft, value) => setExchange(draft, { isEnabled: readBoolean(value) }),
    "false",
  ),
  "log.exchange.level": key(
    "lowest level of published lines",
    (draft, value) => setExchange(draft, { level: readLevel(value) }),
  ),
  ...formatKeys<Draft>(
    "log.exchange.formatter",
    (draft, format) => setExchange(draft, { format: { ...draft.logExchange?.format, ...format } }),
  ),
  "log.dir": key("folder of log files", (draft, value) => void (draft.logDir = value), "."),
  "log.file": key(
    "log file, or false",
    (draft, value) => setFile(draft, { path: value !== "false" && value }),
    "false",
  ),
  "log.file.level": key("lowest level in the file", (draft, value) => {
    if (/^[=!<]/.test(value)) return "HareMQ has the levels of log.console.level";
    setFile(draft, { level: readLevel(value) });
  }),
  ...rotationKeys(
    "log.file",
    "5",
    (draft, change) => setFile(draft, { rotation: change(draft.logFile?.rotation) }),
  ),
  ...formatKeys<Draft>(
    "log.file.formatter",
    (draft, format) => setFile(draft, { format: { ...draft.logFile?.format, ...format } }),
  ),
};
