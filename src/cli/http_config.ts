import type { Config } from "../config/config.ts";
import type {
  HttpLimitKeys,
  HttpListenerKeys,
  ManagementKeys,
  OldListenerKeys,
  PrometheusKeys,
  TcpListenerKeys,
} from "../config/keys/management.ts";
import type { ListenAddress } from "../config/keys/server.ts";
import type { SslOptions } from "../config/keys/tls.ts";
import { DEFAULT_HEADER_OPTIONS } from "../http/header_options.ts";
import type { ManagementOptions } from "../http/management_host.ts";
import { DEFAULT_STATISTICS_OPTIONS, type StatisticsOptions } from "../http/statistics/retention.ts";
import { Pattern } from "../pattern/pattern.ts";
import type { TlsSection } from "./tls.ts";

const DEFAULT_HOST = "127.0.0.1";
const MANAGEMENT_PORT = 15672;
const MANAGEMENT_TLS_PORT = 15671;
const METRICS_PORT = 15692;
const METRICS_TLS_PORT = 15691;

/** A listener for HTTP, as it is configured. */
export interface HttpListenerConfig {
  readonly address: ListenAddress;
  readonly limits: HttpLimitKeys;
  /** Absent for a listener without TLS. */
  readonly tls?: TlsSection;
}

/** Returns the settings below `prometheus`. */
export const prometheusOf = ({ prometheus = {} }: Config): PrometheusKeys => prometheus as PrometheusKeys;

/** Returns the settings below `management`. */
export const managementOf = ({ management = {} }: Config): ManagementKeys => management as ManagementKeys;

/** Returns the options of the management API. */
export function managementOptionsOf(config: Config): Partial<ManagementOptions> {
  const keys = managementOf(config);
  const { http, csp, hsts, headers, cors } = keys;
  return {
    maxBodySize: http?.max_body_size,
    pathPrefix: keys.path_prefix,
    isBasicAuthDisabled: keys.disable_basic_auth,
    hidesReference: keys.require_auth_for_api_reference,
    servesPage: keys.page,
    loginSessionTimeout: keys.login_session_timeout,
    refusesOperatorPolicies: keys.restrictions?.operator_policy_changes?.disabled,
    requiresJsonExtension: keys.definitions?.require_json_extension,
    showsQueueTotals: keys.enable_queue_totals,
    refusesReplicaOperations: keys.restrictions?.quorum_queue_replica_operations?.disabled,
    dbCacheMultiplier: keys.db_cache_multiplier,
    nodeTags: config.nodeTags,
    headers: {
      ...DEFAULT_HEADER_OPTIONS,
      ...csp?.policy !== undefined && { csp: csp.policy },
      hsts: hsts?.policy,
      ...headers,
      hide_allow_header: http?.hide_allow_header,
      ...cors?.allow_origins && { allow_origins: Object.values(cors.allow_origins) },
      ...cors?.max_age !== undefined && { max_age: cors.max_age },
    },
  };
}

/** Returns the options of statistics. */
export function statisticsOptionsOf({ statistics = {} }: Config): Partial<StatisticsOptions> {
  const { policies = {}, leftOutOfTotals, ...options } = statistics;
  const configured = Object.entries(policies).map(([section, every]) => [
    section,
    Object.entries(every).map(([seconds, everySeconds]) => ({ seconds: Number(seconds), everySeconds })),
  ]);
  const pattern = leftOutOfTotals === undefined ? undefined : new Pattern(leftOutOfTotals);
  return {
    ...options,
    policies: { ...DEFAULT_STATISTICS_OPTIONS.policies, ...Object.fromEntries(configured) },
    isLeftOutOfTotals: pattern && ((name) => pattern.matches(name)),
  };
}

/**
 * Returns the listeners of the management API: as in RabbitMQ those that have a key, `management.listener.*` only
 * beside one other, and one without TLS when there is no key.
 */
export function managementListeners(config: Config): HttpListenerConfig[] {
  const { tcp, ssl, listener } = managementOf(config);
  const host = hostOf(config);
  const isOldIgnored = listener === undefined || tcp !== undefined && ssl !== undefined;
  const old = isOldIgnored ? [] : [oldListener(config, listener, { host, port: MANAGEMENT_PORT })];
  const isNeeded = ssl === undefined && old.length === 0;
  const plain = tcpListeners(tcp, isNeeded, { host, port: MANAGEMENT_PORT });
  return [...old, ...plain, ...tlsListeners(ssl, { host, port: MANAGEMENT_TLS_PORT }, "management.ssl")];
}

/** Returns the listeners of metrics: one without TLS unless there are only keys of one with TLS. */
export function metricsListeners(config: Config): HttpListenerConfig[] {
  const { tcp, ssl } = prometheusOf(config);
  const host = hostOf(config);
  return [
    ...tcpListeners(tcp, ssl === undefined, { host, port: METRICS_PORT }),
    ...tlsListeners(ssl, { host, port: METRICS_TLS_PORT }, "prometheus.ssl"),
  ];
}

/** Returns the listener without TLS, if it has a key or is needed because there is no other. */
function tcpListeners(keys: TcpListenerKeys | undefined, isNeeded: boolean, other: ListenAddress) {
  if (keys === undefined) return isNeeded ? [{ address: other, limits: {} }] : [];
  const { listener, port, ip, ...limits } = keys;
  if (listener === "none") return [];
  const address = { host: ip ?? listener?.host ?? other.host, port: port ?? listener?.port ?? other.port };
  return [{ address, limits }];
}

/** Returns the listener with TLS, if it has a key. */
function tlsListeners(
  keys: HttpListenerKeys & SslOptions | undefined,
  other: ListenAddress,
  name: string,
): HttpListenerConfig[] {
  if (keys === undefined) return [];
  const { port = other.port, ip: host = other.host, ...options } = keys;
  return [{ address: { host, port }, limits: options, tls: { options: tlsOptions(options), name, listeners: name } }];
}

function oldListener(config: Config, keys: OldListenerKeys, other: ListenAddress) {
  const { port = other.port, ip: host = other.host, ssl = false, server: limits = {}, ssl_opts: options } = keys;
  const address = { host, port };
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
    backlog: _8,
    ...options
  } = keys;
  return options;
}

/** Returns the address that AMQP is served on: `undefined` for all addresses. */
const hostOf = ({ listeners }: Config): string | undefined =>
  listeners === undefined || listeners.length === 0 ? DEFAULT_HOST : listeners[0].host;

/** Returns the TLS options of all listeners for HTTP. */
export const httpTlsSections = (config: Config): TlsSection[] =>
  [...managementListeners(config), ...metricsListeners(config)].flatMap(({ tls }) => tls === undefined ? [] : [tls]);
