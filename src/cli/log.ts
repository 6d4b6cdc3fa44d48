import { configureSync, getLogger, getTextFormatter, type LogRecord } from "@logtape/logtape";
import type { Logger, LogLevel } from "../amqp091/logger.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { onOneLine } from "./log_line.ts";

export const LOG_THRESHOLDS = ["debug", "info", "warning", "error", "none"] as const;
/** The least of what is logged. */
export type LogThreshold = LogLevel | "none";

/** Lines are written together when this has passed, so that many short connections don't cost a system call each. */
const FLUSH_AFTER_MS = 20;

/** A log that goes to standard output, a line an event. `flush` writes what is waiting. */
export function createLog(
  runtime: Runtime,
  threshold: LogThreshold,
): { readonly log: Logger; readonly flush: () => void } {
  if (threshold === "none") return { log: () => {}, flush: () => {} };
  const format = getTextFormatter({
    timestamp: "date-time",
    value: String,
    format: ({ timestamp, level, message }) => `${timestamp} [${level}] ${message}`,
  });
  let lines = "";
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (lines !== "") runtime.writeLine("stdout", lines.trimEnd());
    lines = "";
  }

  function sink(record: LogRecord): void {
    lines += format(record);
    timer ??= setTimeout(flush, FLUSH_AFTER_MS);
  }

  configureSync({
    reset: true,
    sinks: { stdout: sink },
    loggers: [
      { category: ["haremq"], lowestLevel: threshold, sinks: ["stdout"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["stdout"] },
    ],
  });
  const logger = getLogger(["haremq"]);
  return { log: (level, line) => logger[level]("{line}", { line: onOneLine(line) }), flush };
}
