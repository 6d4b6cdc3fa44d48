import { LOG_CATEGORIES, type LogCategory } from "../../broker/events/logger.ts";
import type { LogConfig, RotationOptions } from "../../config/keys/log.ts";
import type { JournaldOptions } from "../../config/keys/journald.ts";
import type { SyslogOptions } from "../../config/keys/syslog.ts";
import { type LogThreshold, severityOf } from "../../config/log_level.ts";
import { isAbsolute } from "../../config/path.ts";

/** Destination of lines: a stream of the console, a file with its path, the exchange, a syslog server, or systemd's journal. */
export type LogDestination =
  | { readonly stream: "stdout" | "stderr" }
  | { readonly path: string; readonly rotation: RotationOptions }
  | { readonly exchange: true }
  | { readonly syslog: SyslogOptions }
  | { readonly journald: JournaldOptions };

/** Returns the name of a destination, which no other one has. */
export function destinationName(destination: LogDestination): string {
  if ("stream" in destination) return destination.stream;
  if ("path" in destination) return destination.path;
  if ("exchange" in destination) return "amq.rabbitmq.log";
  return "syslog" in destination ? "syslog" : "journald";
}

/** A route of a category's lines. */
export interface Route {
  readonly category: LogCategory;
  readonly destination: LogDestination;
  /** Lowest level on the route. */
  readonly threshold: LogThreshold;
}

const DEFAULT_THRESHOLD = "info";
/** Level of audited changes. Logins are below it, as they are in category connection already. */
const AUDIT_THRESHOLD = "notice";
const DEFAULT_FILE = "haremq.log";

/**
 * Returns the routes of all lines, as in RabbitMQ: a category's level overrides an output's, and a category with a file
 * of its own has no other route. Without any file, lines go to the console. `override` replaces all levels.
 */
export function routesOf(config: LogConfig, override?: LogThreshold): Route[] {
  const { logCategories: categories = {} } = config;
  const outputs = outputsOf(config);
  return LOG_CATEGORIES.flatMap((category) => {
    const { level, file, rotation } = category === "default" ? {} : categories[category] ?? {};
    if (file !== undefined) {
      const destination = { path: pathOf(file, config), rotation: { ...categories.default?.rotation, ...rotation } };
      return [{ category, destination, threshold: override ?? level ?? DEFAULT_THRESHOLD }];
    }
    return outputs.map((output) => {
      const ofOutput = output.level ?? categories.default?.level ?? DEFAULT_THRESHOLD;
      const ofCategory = category === "audit" ? moreSevere(AUDIT_THRESHOLD, ofOutput) : ofOutput;
      return { category, destination: output.destination, threshold: override ?? level ?? ofCategory };
    });
  });
}

function outputsOf(config: LogConfig) {
  const { logConsole: console = {}, logFile: file = {}, logExchange: exchange = {}, logCategories } = config;
  const { logSyslog, logJournald: journald = {} } = config;
  const outputs: { readonly level?: LogThreshold; readonly destination: LogDestination }[] = [];
  const hasFile = file.path !== false &&
    (file.path !== undefined || isOn(file.level) || console.isEnabled === false && file.level !== "none");
  if (hasFile) {
    const path = pathOf(file.path || DEFAULT_FILE, config);
    const rotation = { ...logCategories?.default?.rotation, ...file.rotation };
    outputs.push({ level: file.level, destination: { path, rotation } });
  }
  if (console.isEnabled ?? (console.level === undefined ? !hasFile : isOn(console.level))) {
    outputs.push({ level: console.level, destination: { stream: console.stdio ?? "stdout" } });
  }
  if (exchange.isEnabled && exchange.level !== "none") {
    outputs.push({ level: exchange.level, destination: { exchange: true } });
  }
  if (logSyslog?.isEnabled && logSyslog.level !== "none") {
    outputs.push({ level: logSyslog.level, destination: { syslog: logSyslog } });
  }
  if (journald.isEnabled ?? isOn(journald.level)) {
    outputs.push({ level: journald.level, destination: { journald } });
  }
  return outputs;
}

const isOn = (level: LogThreshold | undefined): boolean => level !== undefined && level !== "none";

const moreSevere = (a: LogThreshold, b: LogThreshold): LogThreshold => severityOf(a) > severityOf(b) ? a : b;

const pathOf = (file: string, { logDir }: LogConfig): string =>
  isAbsolute(file) || logDir === undefined ? file : `${logDir}/${file}`;
