import type { Logger } from "../amqp091/logger.ts";
import { DEFAULT_CONNECTION_OPTIONS } from "../amqp091/options.ts";
import { type Config, ConfigError } from "../config/config.ts";
import type { ListenAddress } from "../config/keys/server.ts";
import {
  type Listener,
  ListenError,
  type Runtime,
  type TlsListener,
  type TlsListenOptions,
  type TlsRefusal,
} from "../runtime/runtime.ts";
import type { ServerListener } from "../http/server_listener.ts";
import { withoutProxyHeader } from "../transport/proxied_transport.ts";
import { type Address, describeTransport, formatAddress, type Transport } from "../transport/transport.ts";
import { TrustedProxies } from "../transport/trusted_proxies.ts";
import { Certificates } from "./certificates.ts";
import { amqpTlsSection } from "./tls.ts";

type Accept = (transport: Transport) => void;

/** Listeners without configuration: guest may log in from this machine only, anyway. */
const DEFAULT_LISTENERS: readonly ListenAddress[] = [{ host: "127.0.0.1", port: 5672 }];
/** RabbitMQ's time limit of a TLS handshake. In milliseconds. */
export const TLS_HANDSHAKE_TIMEOUT_MS = 5000;
/** RabbitMQ's time limit of a PROXY header. In milliseconds. */
const PROXY_HEADER_TIMEOUT_MS = 3000;

/** The listeners of the server. */
export class Listeners {
  readonly #runtime: Runtime;
  readonly #log: Logger;
  readonly #tcp: Listener[] = [];
  readonly #tls: TlsListener[] = [];
  #config: Config;
  #certificates: Certificates | undefined;

  private constructor(runtime: Runtime, config: Config, log: Logger) {
    this.#runtime = runtime;
    this.#config = config;
    this.#log = log;
  }

  /** Listens on all configured addresses, or on none when one of them fails. Rejects with `ListenError` and `ConfigError`. */
  static async open(runtime: Runtime, config: Config, log: Logger, accept: Accept): Promise<Listeners> {
    const { listeners = DEFAULT_LISTENERS, hasTcpListeners = true, tlsListeners = [] } = config;
    if (!hasTcpListeners && tlsListeners.length === 0) {
      throw new ConfigError("listeners.tcp = none leaves no address to listen on: listeners.ssl has none either.");
    }
    const all = new Listeners(runtime, config, log);
    try {
      if (hasTcpListeners) await all.#openTcp(listeners, accept);
      if (tlsListeners.length > 0) await all.#openTls(tlsListeners, accept);
    } catch (error) {
      all.close();
      throw error;
    }
    return all;
  }

  get addresses(): readonly Address[] {
    return [...this.#tcp, ...this.#tls].map(({ address }) => address);
  }

  /** The listeners, for the management API. */
  get all(): ServerListener[] {
    const certificates = this.#certificates?.files;
    return [
      ...this.#tcp.map(({ address }) => ({ protocol: "amqp" as const, ...address })),
      ...this.#tls.map(({ address }) => ({ protocol: "amqp/ssl" as const, ...address, tls: certificates })),
    ];
  }

  /** Describes the listeners for the log. */
  toString(): string {
    const list = (what: string, listeners: readonly Listener[]) =>
      listeners.length === 0
        ? []
        : [`${what} on ${listeners.map(({ address }) => formatAddress(address)).join(" and ")}`];
    return [...list("AMQP", this.#tcp), ...list("AMQP over TLS", this.#tls)].join(", ");
  }

  /** Uses the certificates of a new configuration. Throws `ConfigError`, and goes on with the old ones. */
  reload(config: Config): void {
    this.#certificates?.use(amqpTlsSection(config));
    this.#config = config;
  }

  close(): void {
    this.#certificates?.close();
    for (const listener of [...this.#tcp, ...this.#tls]) listener.close();
  }

  async #openTcp(addresses: readonly ListenAddress[], accept: Accept): Promise<void> {
    const proxies = this.#proxies;
    const { socketOptions } = this.#config;
    const take = proxies === undefined
      ? accept
      : (transport: Transport) => this.#readHeader(transport, proxies, accept);
    for (const address of addresses) {
      this.#tcp.push(await onAddress(address, (address) => this.#runtime.listen(address, take, socketOptions)));
    }
  }

  async #openTls(addresses: readonly ListenAddress[], accept: Accept): Promise<void> {
    const runtime = this.#runtime;
    const { tlsHandshakeTimeoutMs = TLS_HANDSHAKE_TIMEOUT_MS, socketOptions: socket } = this.#config;
    const certificates = this.#certificates = new Certificates(runtime, this.#log, amqpTlsSection(this.#config));
    const options: TlsListenOptions = {
      tls: certificates.options,
      handshakeTimeoutMs: Math.min(tlsHandshakeTimeoutMs, this.#handshakeTimeoutMs),
      proxies: this.#proxies,
      socket,
    };
    const handlers = { accept, refused: (refusal: TlsRefusal) => logRefusal(this.#log, refusal) };
    for (const address of addresses) {
      const listener = await onAddress(address, (address) => runtime.listenTls(address, options, handlers));
      this.#tls.push(listener);
      certificates.add(listener);
    }
  }

  get #proxies(): TrustedProxies | undefined {
    return this.#config.proxyProtocol === true ? new TrustedProxies(this.#config.trustedProxies) : undefined;
  }

  get #handshakeTimeoutMs(): number {
    return this.#config.handshakeTimeoutMs ?? DEFAULT_CONNECTION_OPTIONS.handshakeTimeoutMs;
  }

  async #readHeader(transport: Transport, proxies: TrustedProxies, accept: Accept): Promise<void> {
    const timeoutMs = Math.min(PROXY_HEADER_TIMEOUT_MS, this.#handshakeTimeoutMs);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      transport.abort!();
    }, timeoutMs);
    try {
      accept(await withoutProxyHeader(transport, proxies));
    } catch (error) {
      const reason = isLate ? `its PROXY header took more than ${timeoutMs} ms` : (error as Error).message;
      this.#log("warning", `connection ${describeTransport(transport)}: refused: ${reason}`, "connection");
      transport.abort!();
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Logs a TLS handshake that was refused. */
export function logRefusal(log: Logger, { peer, local, reason, hasLeft }: TlsRefusal): void {
  const connection = `connection ${formatAddress(peer)} -> ${formatAddress(local)}`;
  // Checks of a port by those who never wanted a handshake would fill the log.
  log(hasLeft ? "debug" : "error", `${connection}: TLS handshake refused: ${reason}`, "connection");
}

/** Listens on an address; without a host on all addresses, or on those of IPv4 when the machine has no IPv6. */
export async function onAddress<L extends Listener>(
  { host, port }: ListenAddress,
  listen: (address: Address) => Promise<L>,
): Promise<L> {
  if (host !== undefined) return await listen({ host, port });
  try {
    return await listen({ host: "::", port });
  } catch (error) {
    if (!(error instanceof ListenError) || error.reason === "in use" || error.reason === "not permitted") throw error;
    return await listen({ host: "0.0.0.0", port });
  }
}
