import { configureSync, getLogger, type LogRecord as TapeRecord, type Sink } from "@logtape/logtape";
import { LOG_CATEGORIES, type LogCategory, type Logger, type LogLevel } from "../../broker/events/logger.ts";
import type { LogExchange } from "../../broker/tracing/log_exchange.ts";
import { ConfigError } from "../../config/config_error.ts";
import type { LogConfig, RotationOptions } from "../../config/keys/log.ts";
import type { ServerConfig } from "../../config/keys/server.ts";
import type { JournaldOptions } from "../../config/keys/journald.ts";
import type { SyslogOptions } from "../../config/keys/syslog.ts";
import { type LogThreshold, severityOf } from "../../config/log_level.ts";
import { lastRotation } from "../../config/rotation_date.ts";
import type { JournalSocket, JournalTarget } from "../../runtime/journal_socket.ts";
import type { SyslogSocket } from "../../runtime/syslog_socket.ts";
import type { LogFile, LogRotation } from "../../runtime/log_file.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { journalFormat } from "./journal_format.ts";
import { jsonFormat } from "./json_format.ts";
import { LineWriter } from "./line_writer.ts";
import type { Format, LogRecord } from "./log_record.ts";
import { destinationName, type LogDestination, type Route, routesOf } from "./routes.ts";
import { syslogFormat } from "./syslog_format.ts";
import { syslogServerOf } from "./syslog_server.ts";
import { textFormat } from "./text_format.ts";

/** Time limit for writing waiting lines when the broker stops. In milliseconds. */
const FLUSH_MAX_MS = 2000;

/** LogTape's levels by RabbitMQ's. LogTape has no `notice`, so a record carries its level as a property too. */
const TAPE_LEVELS = { debug: "debug", info: "info", notice: "info", warning: "warning", error: "error" } as const;

type ServerLogConfig = LogConfig & Pick<ServerConfig, "nodeName">;

/** Takes lines in the background. */
interface LogWriter {
  add(line: string, record: LogRecord): void;
  /** Resolves when the lines are written, or can't be. */
  flush(): Promise<void>;
}

/** A writer with its file or socket, if any, and the current format of its lines. */
interface Output {
  readonly writer: LogWriter;
  readonly file?: LogFile;
  readonly socket?: SyslogSocket;
  readonly journal?: JournalSocket;
  format: Format;
}

/** The log of a server, in RabbitMQ's format: on the console, in files, in an exchange, at a syslog server, in systemd's journal, as configured. */
export class ServerLog {
  readonly #runtime: Runtime;
  #override: LogThreshold | undefined;
  #config: ServerLogConfig = {};
  readonly #pid: string;
  readonly #outputs = new Map<string, Output>();
  #exchange: LogExchange | undefined;

  /** `override` replaces all configured levels. */
  constructor(runtime: Runtime, override?: LogThreshold) {
    this.#runtime = runtime;
    this.#override = override;
    // In the place of Erlang's process: the number is that of the system's process.
    this.#pid = `<0.${runtime.pid}.0>`;
  }

  /** Applies a configuration from now on. Rejects with {@linkcode ConfigError} when a file can't be written. */
  async configure(config: ServerLogConfig): Promise<void> {
    this.#config = config;
    const routes = routesOf(config, this.#override);
    const sinks = new Map<string, Sink>();
    for (const [at, route] of routes.entries()) sinks.set(String(at), await this.#sinkOf(route, config));
    const namesOf = (category: LogCategory) =>
      [...routes.keys()].filter((at) => routes[at].category === category).map(String);
    configureSync({
      reset: true,
      sinks: Object.fromEntries(sinks),
      loggers: [
        ...LOG_CATEGORIES.map((category) => ({
          category: ["haremq", category],
          lowestLevel: "trace" as const,
          sinks: namesOf(category),
        })),
        { category: ["logtape", "meta"], lowestLevel: "error", sinks: [] },
      ],
    });
    if (config.logExchange?.isEnabled) this.#declareExchange();
  }

  /** The exchange that lines are published to, while there is a broker. */
  set exchange(exchange: LogExchange | undefined) {
    this.#exchange?.flush();
    this.#exchange = exchange;
    if (this.#config.logExchange?.isEnabled) this.#declareExchange();
  }

  /** Paths of the files that it writes. */
  get files(): readonly string[] {
    return [...this.#outputs].filter(([, { file }]) => file !== undefined).map(([path]) => path);
  }

  /** Replaces all configured levels from now on. */
  async setLevel(level: LogThreshold): Promise<void> {
    this.#override = level;
    await this.configure(this.#config);
  }

  readonly log: Logger = (level, line, category = "default") =>
    getLogger(["haremq", category])[TAPE_LEVELS[level]]("{line}", { line, level, category });

  /** Writes waiting lines and leaves the syslog server. Resolves when that is done, or takes too long. */
  async close(): Promise<void> {
    await this.flush();
    for (const { socket, journal } of this.#outputs.values()) {
      socket?.close();
      journal?.close();
    }
  }

  /** Resolves when waiting lines are written, or that takes too long. */
  async flush(): Promise<void> {
    let timer: ReturnType<typeof setTimeout>;
    const tooLong = new Promise<void>((resolve) => timer = setTimeout(resolve, FLUSH_MAX_MS));
    const written = [...this.#outputs.values()].map(({ writer }) => writer.flush());
    await Promise.race([Promise.all(written), tooLong]).finally(() => clearTimeout(timer));
  }

  async #sinkOf({ destination, threshold }: Route, config: ServerLogConfig): Promise<Sink> {
    const format = this.#formatOf(destination, config);
    const { writer } = await this.#outputOf(destination, format);
    const least = severityOf(threshold);
    return ({ timestamp, properties }: TapeRecord) => {
      const { level, line, category } = properties as { level: LogLevel; line: string; category: LogCategory };
      if (severityOf(level) < least) return;
      const record = { timeMs: timestamp, level, line, category, pid: this.#pid };
      writer.add(format(record), record);
    };
  }

  #declareExchange(): void {
    if (this.#exchange?.declare() !== false) return;
    this.log("warning", "log.exchange has no effect: there is no virtual host with the name of default_vhost");
  }

  #formatOf(destination: LogDestination, { logConsole, logFile, logExchange, nodeName }: ServerLogConfig): Format {
    if ("syslog" in destination) {
      const { identity = nodeName?.replace(/@.*/, "") ?? "haremq" } = destination.syslog;
      return syslogFormat(destination.syslog, { hostname: this.#runtime.hostname(), identity, pid: this.#runtime.pid });
    }
    if ("journald" in destination) return journalFormat();
    const output = "stream" in destination ? logConsole : "path" in destination ? logFile : logExchange;
    const { format = {} } = output ?? {};
    if (format.isJson) return jsonFormat(format);
    if (!("stream" in destination)) return textFormat(format);
    const hasColors = logConsole?.hasColors ?? this.#runtime.isTerminal(destination.stream);
    return textFormat(format, hasColors ? logConsole?.colors ?? {} : undefined);
  }

  async #outputOf(destination: LogDestination, format: Format): Promise<Output> {
    const name = destinationName(destination);
    let output = this.#outputs.get(name);
    if (output === undefined) {
      output = "stream" in destination
        ? { format, writer: this.#writerOf(name, (text) => this.#runtime.write(destination.stream, text)) }
        : "path" in destination
        ? await this.#fileOutput(destination.path, format)
        : "exchange" in destination
        ? { format, writer: this.#exchangeWriter(name) }
        : "syslog" in destination
        ? await this.#syslogOutput(name, destination.syslog, format)
        : await this.#journalOutput(name, destination.journald, format);
      this.#outputs.set(name, output);
    }
    output.format = format;
    if (output.file !== undefined && "rotation" in destination) output.file.rotation = rotationOf(destination.rotation);
    if ("journald" in destination) output.journal?.use(journalTargetOf(destination.journald));
    if ("syslog" in destination) output.socket?.use(syslogServerOf(destination.syslog, this.#runtime));
    return output;
  }

  async #fileOutput(path: string, format: Format): Promise<Output> {
    // Loaded on demand, as most servers log to the console.
    const { LogFile } = await import("../../runtime/log_file.ts");
    const file = new LogFile(path);
    await file.open().catch((error) => {
      throw new ConfigError(`The log file ${path} can't be written: ${(error as Error).message}`);
    });
    const report = this.#reportOf(path, `the log file ${path} can't be written`);
    return { file, format, writer: this.#writerOf(path, (lines) => file.append(lines), report) };
  }

  async #syslogOutput(name: string, options: SyslogOptions, format: Format): Promise<Output> {
    const { SyslogSocket } = await import("../../runtime/syslog_socket.ts");
    const socket = new SyslogSocket(syslogServerOf(options, this.#runtime));
    const report = this.#reportOf(name, "the syslog server can't be reached");
    return { socket, format, writer: this.#writerOf(name, (messages) => socket.send(messages), report) };
  }

  async #journalOutput(name: string, options: JournaldOptions, format: Format): Promise<Output> {
    const { JournalSocket } = await import("../../runtime/journal_socket.ts");
    const journal = new JournalSocket(journalTargetOf(options));
    const report = this.#reportOf(name, "systemd's journal can't be reached");
    return { journal, format, writer: this.#writerOf(name, (lines) => journal.send(lines), report) };
  }

  /** Returns what reports on standard error that an output fails. */
  #reportOf(output: string, what: string): (why: string) => void {
    return (why) => {
      const line = this.#line("error", output, `${what}, lines are dropped: ${why}`);
      this.#runtime.write("stderr", line).catch(() => {});
    };
  }

  #exchangeWriter(name: string): LogWriter {
    const publish = (text: string, { level, timeMs }: LogRecord): void => {
      const contentType = this.#config.logExchange?.format?.isJson ? "application/json" : "text/plain";
      const dropped = this.#exchange?.publish({ level, timeMs, text, contentType }) ?? 0;
      if (dropped > 0) {
        publish(this.#droppedLine(name, dropped), { ...this.#record("warning", ""), timeMs });
      }
    };
    // A broker that stops publishes what waits before it.
    return { add: publish, flush: () => Promise.resolve() };
  }

  #writerOf(name: string, write: (text: string) => Promise<void>, report?: (why: string) => void): LineWriter {
    return new LineWriter({ write, droppedLine: (count) => this.#droppedLine(name, count), report });
  }

  #droppedLine(name: string, count: number): string {
    return this.#line("warning", name, `${count} lines were dropped here: ${name} took them too slowly, or not at all`);
  }

  /** Formats a line of the log itself for an output. */
  #line(level: LogLevel, output: string, line: string): string {
    return this.#outputs.get(output)!.format(this.#record(level, line));
  }

  #record(level: LogLevel, line: string): LogRecord {
    return { timeMs: Date.now(), level, category: "default", line, pid: this.#pid };
  }
}

/** Returns the place of the journal, and the name that RabbitMQ has there unless another one is configured. */
const journalTargetOf = ({ socket, identity }: JournaldOptions): JournalTarget => ({
  path: socket ?? "/run/systemd/journal/stdout",
  identity: identity ?? "rabbitmq-server",
});

/** Returns the conditions for the rotation of a file, as they are configured. */
export function rotationOf({ date, ...rotation }: RotationOptions): LogRotation {
  return date === undefined ? rotation : { ...rotation, lastTime: () => lastRotation(date, new Date()) };
}
