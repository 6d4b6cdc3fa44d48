import type { Transport } from "../transport/transport.ts";
import { HttpConnection, type HttpConnectionHost, type HttpHandler } from "./connection.ts";
import type { HttpServerOptions } from "./options.ts";
import type { HttpUpgrade } from "./upgrade.ts";

/** Maximum number of connections that are told at a time that there are too many. Further ones are dropped. */
const REFUSED_MAX = 100;

/** Serves HTTP/1.1 over streams of bytes, with limits for everything that a peer decides about. */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #after: HttpConnectionHost["after"];
  readonly #host: HttpConnectionHost;
  readonly #busy = new Set<HttpConnection>();
  /** Connections without a request, ordered by the time of the last one. */
  readonly #idle = new Set<HttpConnection>();
  readonly #serving = new Set<Promise<void>>();
  /** Number of connections that are being told that there are too many. */
  #refused = 0;
  #isClosing = false;

  /** @param upgrade decides which requests change to another protocol. Their connections are no longer counted. */
  constructor(
    options: HttpServerOptions,
    handle: HttpHandler,
    after: HttpConnectionHost["after"],
    upgrade?: HttpUpgrade,
  ) {
    this.#options = options;
    this.#after = after;
    const isClosing = () => this.#isClosing;
    this.#host = {
      options,
      handle,
      upgrade,
      after,
      get isClosing() {
        return isClosing();
      },
      busy: (connection) => {
        this.#idle.delete(connection);
        this.#busy.add(connection);
      },
      idle: (connection) => {
        this.#busy.delete(connection);
        this.#idle.add(connection);
      },
    };
  }

  /** Number of connections. */
  get size(): number {
    return this.#busy.size + this.#idle.size;
  }

  /** Serves a connection. When there are too many it drops the one that has been idle longest, or refuses this one. */
  accept(transport: Transport): void {
    const connection = new HttpConnection(this.#host, transport);
    if (this.size >= this.#options.max_connections) {
      const [oldest] = this.#idle;
      if (oldest === undefined) return this.#refuse(connection);
      this.#idle.delete(oldest);
      oldest.abort();
    }
    this.#idle.add(connection);
    const serving = connection.serve().finally(() => {
      this.#idle.delete(connection);
      this.#busy.delete(connection);
      this.#serving.delete(serving);
    });
    this.#serving.add(serving);
  }

  #refuse(connection: HttpConnection): void {
    if (this.#refused >= REFUSED_MAX) return connection.abort();
    this.#refused++;
    connection.refuse(503, "too many connections").then(() => this.#refused--);
  }

  /** Drops idle connections and streams of events, lets requests finish for a while, and resolves when all connections are closed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const connection of [...this.#idle, ...this.#busy]) {
      if (this.#idle.has(connection) || connection.isEndless) connection.abort();
    }
    const cancel = this.#after(this.#options.shutdown_timeout, () => {
      for (const connection of this.#busy) connection.abort();
    });
    await Promise.all(this.#serving);
    cancel();
  }
}
