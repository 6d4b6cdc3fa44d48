import { configureSync, getLogger, type LogLevel as TapeLevel, type LogRecord } from "@logtape/logtape";
import type { LogCategory, Logger, LogLevel } from "../amqp091/logger.ts";
import type { LogConfig, LogLevelName } from "../config/keys/log.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { onOneLine } from "./log_line.ts";
import { LogFile } from "./log_file.ts";

export const LOG_THRESHOLDS = ["debug", "info", "warning", "error", "none"] as const;
/** The least of what is logged. */
export type LogThreshold = LogLevel | "none";

/** Lines are written together when this has passed, so that many short connections don't cost a system call each. */
const FLUSH_AFTER_MS = 20;

/** RabbitMQ's levels as the logger has them; there is nothing at those above `error`. */
const LEVELS: Readonly<Record<LogLevelName, TapeLevel | null>> = {
  debug: "debug",
  info: "info",
  notice: "warning",
  warning: "warning",
  error: "error",
  critical: "fatal",
  alert: "fatal",
  emergency: "fatal",
  none: null,
};

const ORDER: readonly TapeLevel[] = ["trace", "debug", "info", "warning", "error", "fatal"];

/** `YYYY-MM-DD HH:MM:SS.uuuuuu+00:00`, as in RabbitMQ's log. */
const timeOf = ({ timestamp }: LogRecord): string =>
  new Date(timestamp).toISOString().replace("T", " ").replace("Z", "000+00:00");

const lineOf = ({ properties }: LogRecord): string => String(properties.line);

/** Erlang's process is none here: the number is that of the system's. */
const pidOf = (pid: number): string => `<0.${pid}.0>`;

const asText = (record: LogRecord, pid: number): string =>
  `${timeOf(record)} [${record.level}] ${pidOf(pid)} ${lineOf(record)}\n`;

const asJson = (record: LogRecord, pid: number): string => {
  const domain = ["rabbitmq", ...record.category.slice(1)].join(".");
  const { level } = record;
  return JSON.stringify({ time: timeOf(record), level, msg: lineOf(record), pid: pidOf(pid), domain }) + "\n";
};

/** Gathers lines of a level, and hands them on together. */
class LineSink {
  readonly #format: typeof asText;
  readonly #least: number;
  readonly #pid: number;
  readonly #write: (lines: string) => void;
  #lines = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(level: LogLevelName, isJson: boolean | undefined, pid: number, write: (lines: string) => void) {
    const least = LEVELS[level];
    this.#least = least === null ? Infinity : ORDER.indexOf(least);
    this.#format = isJson === true ? asJson : asText;
    this.#pid = pid;
    this.#write = write;
  }

  readonly take = (record: LogRecord): void => {
    if (ORDER.indexOf(record.level) < this.#least) return;
    this.#lines += this.#format(record, this.#pid);
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MS);
  };

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines !== "") this.#write(this.#lines);
    this.#lines = "";
  }
}

/**
 * A log in RabbitMQ's form to standard output, a file, or both, a line an event. `flush` resolves when what is waiting is
 * written. A threshold counts for more than what the configuration says of levels.
 */
export function createLog(
  runtime: Runtime,
  config: LogConfig,
  threshold?: LogThreshold,
): { readonly log: Logger; readonly flush: () => Promise<void> } {
  const leastOf = (level: LogLevelName = config.logLevel ?? "info") => LEVELS[threshold ?? level];
  if (threshold === "none") return { log: () => {}, flush: () => Promise.resolve() };
  const { pid } = runtime;
  const sinks: LineSink[] = [];
  const toConsole = (lines: string) => runtime.writeLine("stdout", lines.trimEnd());
  if (config.hasLogConsole !== false) {
    sinks.push(new LineSink(config.logConsoleLevel ?? "debug", config.isLogConsoleJson, pid, toConsole));
  }
  const file = logFileOf(config, (line) => runtime.writeLine("stderr", line));
  if (file !== undefined) {
    const write = (lines: string) => file.write(lines);
    sinks.push(new LineSink(config.logFileLevel ?? "debug", config.isLogFileJson, pid, write));
  }
  const names = sinks.map((_, at) => `${at}`);
  configureSync({
    reset: true,
    sinks: Object.fromEntries(sinks.map((sink, at) => [names[at], sink.take])),
    loggers: [
      { category: ["haremq"], lowestLevel: leastOf(), sinks: names },
      {
        category: ["haremq", "connection"],
        lowestLevel: leastOf(config.connectionLogLevel),
        sinks: names,
        parentSinks: "override",
      },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: names },
    ],
  });
  const loggers: Readonly<Record<LogCategory, ReturnType<typeof getLogger>>> = {
    default: getLogger(["haremq"]),
    connection: getLogger(["haremq", "connection"]),
  };
  return {
    log: (level, line, category = "default") => loggers[category][level]("{line}", { line: onOneLine(line) }),
    async flush() {
      for (const sink of sinks) sink.flush();
      await file?.flush();
    },
  };
}

function logFileOf(config: LogConfig, report: (line: string) => void): LogFile | undefined {
  const { logFile, logDir, logFileMaxBytes: maxBytes, logFileCount: count } = config;
  if (logFile === undefined || logFile === false) return undefined;
  const path = logFile.startsWith("/") || logDir === undefined ? logFile : `${logDir}/${logFile}`;
  return new LogFile(path, { maxBytes, count, report });
}
