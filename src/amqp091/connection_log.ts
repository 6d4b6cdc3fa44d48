import type { User } from "../access/access.ts";
import type { LogCategory, Logger, LogLevel } from "../broker/events/logger.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import { type ConnectionError, type MethodId, NO_METHOD } from "../wire/error.ts";
import { REPLY_CODES } from "../wire/reply_code.ts";
import { givenNameOf } from "../broker/session/origin_fields.ts";
import type { FieldTable } from "../wire/field_table.ts";
import { methodNameOf } from "./methods.ts";

/** The parts of a connection that its log lines contain. */
interface LoggedConnection {
  readonly loggedName: string;
  readonly user: User | undefined;
  readonly vhost: VirtualHost | undefined;
  readonly clientProperties: FieldTable;
}

/** The lines of a connection in the log, in RabbitMQ's words, as people and programs search for them. */
export class ConnectionLog {
  readonly #log: Logger;
  readonly #connection: LoggedConnection;
  readonly #clock: { readonly timeMs: number };
  /**
   * Time at which the transport was accepted, and later that at which the connection was opened. In milliseconds since
   * 1970.
   */
  sinceMs: number;

  constructor(log: Logger, connection: LoggedConnection, clock: { readonly timeMs: number }) {
    this.#log = log;
    this.#connection = connection;
    this.#clock = clock;
    this.sinceMs = clock.timeMs;
  }

  /** Logs a line about this connection; a line of another category is logged unchanged. */
  line(level: LogLevel, line: string, category: LogCategory = "connection"): void {
    this.#log(level, category === "connection" ? `connection ${this.#name}: ${line}` : line, category);
  }

  accepting(): void {
    this.#plain("info", `accepting AMQP connection ${this.#connection.loggedName}`);
  }

  /** Logs the name that the client gives the connection, if any. */
  named(): void {
    const name = givenNameOf(this.#connection.clientProperties);
    if (name === undefined) return;
    this.#plain("info", `connection ${this.#connection.loggedName} has a client-provided name: ${name}`);
  }

  authenticated(user: User, vhost: VirtualHost): void {
    this.line("info", `user '${user.name}' authenticated and granted access to vhost '${vhost.name}'`);
  }

  refused(why: string): void {
    this.#plain("error", `Error on AMQP connection ${this.#described("state: starting")}: ${why}`);
  }

  /** Logs the error for which this side closes the connection. */
  failed(error: ConnectionError, method: MethodId, channel: number, state: string): void {
    const line = error.code === REPLY_CODES.connectionForced.code
      ? `Closing AMQP connection ${this.#described()}: ${error.replyText}`
      : `Error on AMQP connection ${this.#described(`state: ${state}`)}, channel ${channel}: ` +
        describeFailure("connection", error.replyText, method);
    this.#plain("error", line);
  }

  /** Logs the end of a connection that the client closes. */
  closing(): void {
    this.#plain("info", `closing AMQP connection ${this.#described(this.#duration())}`);
  }

  /** Logs the end of a connection whose client disappeared. */
  lost(why: string): void {
    this.#plain("warning", `closing AMQP connection ${this.#described(this.#duration())}: ${why}`);
  }

  get #name(): string {
    const { loggedName: name, clientProperties } = this.#connection;
    const given = givenNameOf(clientProperties);
    return given === undefined ? name : `${name} - ${given}`;
  }

  #plain(level: LogLevel, line: string): void {
    this.#log(level, line, "connection");
  }

  #duration(): string {
    return `duration: '${Math.floor((this.#clock.timeMs - this.sinceMs) / 1000)}s'`;
  }

  /** Returns the name of the connection, with further facts in brackets. */
  #described(...more: string[]): string {
    const { vhost, user } = this.#connection;
    const known = [vhost && `vhost: '${vhost.name}'`, user && `user: '${user.name}'`].filter(Boolean);
    return `(${[this.#name, ...known, ...more].join(", ")})`;
  }
}

/** Describes an error and its method as RabbitMQ does. */
export function describeFailure(kind: "channel" | "connection", replyText: string, method: MethodId): string {
  const [, name, why] = /^([A-Z_]+) - (.*)$/s.exec(replyText) ?? [];
  const operation = method === NO_METHOD ? "none" : methodNameOf(method) ?? "none";
  return `operation ${operation} caused a ${kind} exception ${name?.toLowerCase() ?? ""}: ${why ?? replyText}`;
}
