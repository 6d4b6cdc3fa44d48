import type { Peer } from "../access/access.ts";
import type { Logger } from "../amqp091/logger.ts";
import type { HttpHandler, HttpVersion } from "../http1/connection.ts";
import { DEFAULT_HTTP_SERVER_OPTIONS, type HttpServerOptions } from "../http1/options.ts";
import type { HttpServer } from "../http1/server.ts";
import type { HttpUpgrade } from "../http1/upgrade.ts";
import type { ServerListener } from "../http/server_listener.ts";
import { type Listener, ListenError, type Runtime, type TlsRefusal } from "../runtime/runtime.ts";
import { type Address, formatAddress, isLoopback, type Transport } from "../transport/transport.ts";
import { after } from "./after.ts";
import { Certificates } from "./certificates.ts";
import type { HttpListenerConfig } from "./http_config.ts";
import type { AccessLog } from "./log/access_log.ts";
import { logRefusal, onAddress, TLS_HANDSHAKE_TIMEOUT_MS } from "./listeners.ts";

/** Answers a request of a peer. `onLogin` is called with the name of the user who logs in. Never rejects. */
export type FetchOfPeer = (request: Request, peer: Peer, onLogin: (userName: string) => void) => Promise<Response>;

/** An HTTP interface of the server. */
export interface HttpInterface {
  /** For the log, such as `management API`. */
  readonly what: string;
  /** Behind `http` or `https` in the names of protocols. */
  readonly suffix: "" | "/prometheus";
  /** Flag or key that chooses another port. */
  readonly portSetting: string;
  readonly fetch: FetchOfPeer;
  /** Absent where requests are not logged. */
  readonly accessLog?: AccessLog;
  /** Absent where no request changes to another protocol. */
  readonly upgrade?: HttpUpgrade;
}

interface OpenListener {
  readonly listener: Listener;
  readonly server: HttpServer;
  readonly certificates?: Certificates;
}

/** The listeners of an HTTP interface. */
export class HttpListeners {
  readonly #runtime: Runtime;
  readonly #log: Logger;
  readonly #interface: HttpInterface;
  readonly #open: OpenListener[] = [];

  private constructor(runtime: Runtime, log: Logger, httpInterface: HttpInterface) {
    this.#runtime = runtime;
    this.#log = log;
    this.#interface = httpInterface;
  }

  /** Listens on all addresses, or on none when one fails. Rejects with `ListenError` and `ConfigError`. */
  static async open(
    runtime: Runtime,
    log: Logger,
    configs: readonly HttpListenerConfig[],
    httpInterface: HttpInterface,
  ): Promise<HttpListeners> {
    const all = new HttpListeners(runtime, log, httpInterface);
    try {
      for (const config of configs) all.#open.push(await all.#listen(config));
    } catch (error) {
      await all.close();
      throw error;
    }
    return all;
  }

  /** The listeners, for the management API. */
  get all(): ServerListener[] {
    const { suffix } = this.#interface;
    return this.#open.map(({ listener, certificates }) => ({
      protocol: certificates === undefined ? `http${suffix}` as const : `https${suffix}` as const,
      ...listener.address,
      tls: certificates?.files,
    }));
  }

  /** Describes the listeners for the log; empty when there are none. */
  toString(): string {
    const places = this.all.map(({ tls, ...address }) => `http${tls ? "s" : ""}://${formatAddress(address)}`);
    return places.length === 0 ? "" : `${this.#interface.what} on ${places.join(" and ")}`;
  }

  /** Stops accepting, and resolves when all requests are finished. */
  async close(): Promise<void> {
    for (const { listener, certificates } of this.#open) {
      certificates?.close();
      listener.close();
    }
    await Promise.all(this.#open.map(({ server }) => server.close()));
  }

  async #listen({ address, limits, tls }: HttpListenerConfig): Promise<OpenListener> {
    const runtime = this.#runtime;
    const server = await openHttpServer(
      limits,
      (request, transport, version) => this.#fetch(request, peerOf(transport), version),
      this.#interface.upgrade,
    );
    const accept = (transport: Transport) => server.accept(transport);
    if (tls === undefined) {
      return { server, listener: await this.#on(address, (address) => runtime.listen(address, accept)) };
    }
    const certificates = new Certificates(runtime, this.#log, tls);
    const options = {
      tls: certificates.options,
      handshakeTimeoutMs: TLS_HANDSHAKE_TIMEOUT_MS,
      socket: { backlog: limits.backlog },
    };
    const handlers = { accept, refused: (refusal: TlsRefusal) => logRefusal(this.#log, refusal) };
    try {
      const listener = await this.#on(address, (address) => runtime.listenTls(address, options, handlers));
      certificates.add(listener);
      return { server, listener, certificates };
    } catch (error) {
      certificates.close();
      throw error;
    }
  }

  async #fetch(request: Request, peer: Peer, version: HttpVersion): Promise<Response> {
    const { fetch, accessLog } = this.#interface;
    let user: string | undefined;
    const response = await fetch(request, peer, (userName) => user = userName);
    accessLog?.add({ timeMs: Date.now(), host: peer.host, user, request, version, response });
    return response;
  }

  async #on<L extends Listener>(
    address: Parameters<typeof onAddress>[0],
    listen: (address: Address) => Promise<L>,
  ): Promise<L> {
    try {
      return await onAddress(address, listen);
    } catch (error) {
      if (!(error instanceof ListenError)) throw error;
      throw error.withSetting(this.#interface.portSetting);
    }
  }
}

/** Makes a server. Its code is loaded then, as some brokers have none. */
export async function openHttpServer(
  limits: Partial<HttpServerOptions>,
  handle: HttpHandler,
  upgrade?: HttpUpgrade,
): Promise<HttpServer> {
  const { HttpServer } = await import("../http1/server.ts");
  return new HttpServer({ ...DEFAULT_HTTP_SERVER_OPTIONS, ...limits }, handle, after, upgrade);
}

const peerOf = (transport: Transport): Peer => ({
  isLoopback: isLoopback(transport),
  host: transport.peer?.host,
  certificate: transport.tls?.peerCertificate,
});
