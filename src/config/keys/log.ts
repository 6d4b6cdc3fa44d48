import { readBoolean, readCount, readName } from "../value.ts";
import { parseSize } from "../size.ts";
import type { Effect, Effects } from "./effect.ts";

/** RabbitMQ's levels. */
export const LOG_LEVELS = [
  "debug",
  "info",
  "notice",
  "warning",
  "error",
  "critical",
  "alert",
  "emergency",
  "none",
] as const;

export type LogLevelName = typeof LOG_LEVELS[number];

/** What is logged, and where to. */
export interface LogConfig {
  readonly logLevel?: LogLevelName;
  readonly connectionLogLevel?: LogLevelName;
  readonly logDir?: string;
  /** Its name below `logDir`, or its path; false for none. */
  readonly logFile?: string | false;
  readonly logFileLevel?: LogLevelName;
  readonly isLogFileJson?: boolean;
  /** Length beyond which a file becomes an old one. In bytes. */
  readonly logFileMaxBytes?: number;
  /** Old files that are kept. */
  readonly logFileCount?: number;
  readonly hasLogConsole?: boolean;
  readonly logConsoleLevel?: LogLevelName;
  readonly isLogConsoleJson?: boolean;
}

type Draft = { -readonly [Name in keyof LogConfig]: LogConfig[Name] };

const isJson = (text: string): boolean => readName(text, ["plaintext", "json"]) === "json";

const level = (help: string, apply: (draft: Draft, level: LogLevelName) => void): Effect<Draft> => ({
  help,
  default: "info",
  apply: (draft, value) => apply(draft, readName(value, LOG_LEVELS)),
});

export const LOG: Effects<Draft> = {
  "log.default.level": level("the least of what is logged", (draft, level) => void (draft.logLevel = level)),
  "log.connection.level": level(
    "the least of what is logged of connections",
    (draft, level) => void (draft.connectionLogLevel = level),
  ),
  "log.console": {
    help: "whether is logged to the console",
    default: "true",
    apply: (draft, value) => void (draft.hasLogConsole = readBoolean(value)),
  },
  "log.console.level": level(
    "the least of what the console gets",
    (draft, level) => void (draft.logConsoleLevel = level),
  ),
  "log.console.formatter": {
    help: "plaintext or json",
    default: "plaintext",
    apply: (draft, value) => void (draft.isLogConsoleJson = isJson(value)),
  },
  "log.dir": {
    help: "the folder of the log file",
    default: ".",
    apply: (draft, value) => void (draft.logDir = value),
  },
  "log.file": {
    help: "the log file, or false",
    default: "false",
    apply: (draft, value) => void (draft.logFile = value !== "false" && value),
  },
  "log.file.level": level("the least of what the file gets", (draft, level) => void (draft.logFileLevel = level)),
  "log.file.formatter": {
    help: "plaintext or json",
    default: "plaintext",
    apply: (draft, value) => void (draft.isLogFileJson = isJson(value)),
  },
  "log.file.rotation.size": {
    help: "bytes beyond which the file becomes an old one",
    apply: (draft, value) => void (draft.logFileMaxBytes = parseSize(value)),
  },
  "log.file.rotation.count": {
    help: "how many old files are kept",
    default: "5",
    apply: (draft, value) => void (draft.logFileCount = readCount(value)),
  },
};
