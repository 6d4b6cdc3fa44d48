import type { Config } from "../config/config.ts";
import type { HttpLimitKeys, HttpListenerKeys, ManagementKeys } from "../config/keys/management.ts";
import type { ListenAddress } from "../config/keys/server.ts";
import type { SslOptions } from "../config/keys/tls.ts";
import type { TlsSection } from "./tls.ts";

const DEFAULT_HOST = "127.0.0.1";
const MANAGEMENT_PORT = 15672;
const MANAGEMENT_TLS_PORT = 15671;

/** A listener for HTTP, as it is configured. */
export interface HttpListenerConfig {
  readonly address: ListenAddress;
  readonly limits: HttpLimitKeys;
  /** Absent for a listener without TLS. */
  readonly tls?: TlsSection;
}

/** Returns the settings below `management`. */
export const managementOf = ({ management = {} }: Config): ManagementKeys => management as ManagementKeys;

/**
 * Returns the listeners of the management API: as in RabbitMQ those that have a key, `management.listener.*` only
 * beside one other, and one without TLS when there is no key.
 */
export function managementListeners(config: Config): HttpListenerConfig[] {
  const { enabled = true, tcp, ssl, listener } = managementOf(config);
  if (!enabled) return [];
  const host = hostOf(config);
  const both = tcp !== undefined && ssl !== undefined;
  const old = listener === undefined || both ? [] : [oldListener(config, listener, host)];
  const plain = tcp === undefined && (ssl !== undefined || old.length > 0) ? [] : [tcpListener(tcp ?? {}, host)];
  return [...old, ...plain, ...ssl === undefined ? [] : [tlsListener(ssl, host)]];
}

function tcpListener({ port = MANAGEMENT_PORT, ip: host, ...limits }: HttpListenerKeys, other: string | undefined) {
  return { address: { host: host ?? other, port }, limits };
}

function tlsListener(keys: NonNullable<ManagementKeys["ssl"]>, other: string | undefined): HttpListenerConfig {
  const { port = MANAGEMENT_TLS_PORT, ip: host, ...options } = keys;
  const tls = { options: tlsOptions(options), name: "management.ssl", listeners: "management.ssl" };
  return { address: { host: host ?? other, port }, limits: options, tls };
}

function oldListener(config: Config, keys: NonNullable<ManagementKeys["listener"]>, other: string | undefined) {
  const { port = MANAGEMENT_PORT, ip: host, ssl = false, server: limits = {}, ssl_opts: options } = keys;
  const address = { host: host ?? other, port };
  if (!ssl) return { address, limits };
  // Without options of its own it has those of AMQP's listeners, but requests no certificates from clients.
  const { verify: _, fail_if_no_peer_cert: __, ...ofAmqp } = config.sslOptions ?? {};
  const tls = options === undefined
    ? { options: ofAmqp, name: "ssl_options", listeners: "management.listener.ssl" }
    : { options, name: "management.listener.ssl_opts", listeners: "management.listener.ssl" };
  return { address, limits, tls };
}

/** Removes what is no option of TLS. */
function tlsOptions(keys: HttpLimitKeys & SslOptions): SslOptions {
  const {
    max_connections: _1,
    compress: _2,
    idle_timeout: _3,
    inactivity_timeout: _4,
    request_timeout: _5,
    shutdown_timeout: _6,
    max_keepalive: _7,
    ...options
  } = keys;
  return options;
}

/** Returns the address that AMQP is served on: `undefined` for all addresses. */
const hostOf = ({ listeners }: Config): string | undefined =>
  listeners === undefined || listeners.length === 0 ? DEFAULT_HOST : listeners[0].host;

/** Returns the TLS options of all listeners for HTTP. */
export const httpTlsSections = (config: Config): TlsSection[] =>
  managementListeners(config).flatMap(({ tls }) => tls === undefined ? [] : [tls]);
