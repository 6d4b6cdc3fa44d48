import { readBoolean, readCount, readDelay, readName } from "../value.ts";
import type { Effects } from "./effect.ts";
import { MANAGEMENT_OAUTH } from "./management_oauth.ts";
import { optionKeys, type OptionTree, type OptionValue, type Reader, type WithOptions } from "./option_keys.ts";
import { type ListenAddress, readListenAddress } from "./server.ts";
import { readTlsVersion, type SslOptions } from "./tls.ts";

/** Limits of a listener, by Cowboy's names. */
export interface HttpLimitKeys {
  readonly max_connections?: number;
  readonly compress?: boolean;
  readonly idle_timeout?: number;
  readonly inactivity_timeout?: number;
  readonly request_timeout?: number;
  readonly shutdown_timeout?: number;
  readonly max_keepalive?: number;
  readonly backlog?: number;
}

/** A listener for HTTP: `management.tcp.*` and the like. */
export interface HttpListenerKeys extends HttpLimitKeys {
  readonly port?: number;
  readonly ip?: string;
}

/** A listener without TLS. */
export interface TcpListenerKeys extends HttpListenerKeys {
  /** An address for `port` and `ip`, or none. */
  readonly listener?: "none" | ListenAddress;
}

/** A listener in the form of RabbitMQ 3.7: `management.listener.*`. */
export interface OldListenerKeys {
  readonly port?: number;
  readonly ip?: string;
  readonly ssl?: boolean;
  readonly server?: HttpLimitKeys;
  readonly ssl_opts?: SslOptions;
}

/** RabbitMQ's `management.*`. */
export interface ManagementKeys {
  readonly tcp?: TcpListenerKeys;
  readonly ssl?: HttpListenerKeys & SslOptions;
  readonly listener?: OldListenerKeys;
  readonly http?: { readonly max_body_size?: number; readonly hide_allow_header?: boolean };
  readonly http_log_dir?: string;
  readonly path_prefix?: string;
  readonly disable_basic_auth?: boolean;
  readonly require_auth_for_api_reference?: boolean;
  readonly page?: boolean;
  readonly login_session_timeout?: number;
  readonly definitions?: { readonly require_json_extension?: boolean };
  readonly enable_queue_totals?: boolean;
  readonly db_cache_multiplier?: number;
  readonly restrictions?: {
    readonly operator_policy_changes?: { readonly disabled?: boolean };
    readonly quorum_queue_replica_operations?: { readonly disabled?: boolean };
  };
  readonly csp?: { readonly policy?: string };
  readonly hsts?: { readonly policy?: string };
  readonly headers?: {
    readonly content_type_options?: string;
    readonly xss_protection?: string;
    readonly frame_options?: string;
    readonly referrer_policy?: string;
  };
  readonly cors?: { readonly allow_origins?: Readonly<Record<string, string>>; readonly max_age?: number };
}

/** The listeners in RabbitMQ's `prometheus.*`. */
export interface PrometheusKeys {
  readonly tcp?: TcpListenerKeys;
  readonly ssl?: HttpListenerKeys & SslOptions;
}

/** Settings of the management API, and listeners of metrics, by the names of their keys. */
export type ManagementConfig = WithOptions<"management" | "prometheus">;

type Options = Readonly<Record<string, readonly [help: string, read?: Reader, fallback?: string]>>;

function readPort(text: string): number {
  const port = readCount(text);
  if (port > 65_535) throw new RangeError(`This is a port: received "${text}".`);
  return port;
}

const readListener = (text: string): OptionValue =>
  text === "none" ? text : { ...readListenAddress(text) } as OptionTree;

/** Reads the beginning of paths, which begins with a slash and does not end with one. */
function readPathPrefix(text: string): string {
  const prefix = text.replace(/^(?!\/|$)/, "/").replace(/\/+$/, "");
  if (!/^(\/[\w.~-]+)*$/.test(prefix)) throw new RangeError(`This is a path such as /rabbit: received "${text}".`);
  return prefix;
}

/** Reads the value of a header. */
function readHeader(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  throw new RangeError(`This is the value of a header, in printable ASCII: received "${text}".`);
}

const LIMITS: Options = {
  compress: ["whether answers are compressed for clients that accept it", readBoolean, "true"],
  idle_timeout: ["time limit in milliseconds for the next bytes of a body", readDelay, "60000"],
  inactivity_timeout: [
    "time limit in milliseconds for a whole body, and for the beginning of an answer",
    readDelay,
    "300000",
  ],
  request_timeout: ["time limit in milliseconds for the next request's headers", readDelay, "5000"],
  shutdown_timeout: ["time in milliseconds that requests get to finish at a stop", readDelay, "5000"],
  max_keepalive: ["maximum number of requests on a connection", readCount, "1000"],
};

const TLS_OPTIONS: Options = {
  certfile: ["file with the certificate, and those of the authorities between it and a root"],
  keyfile: ["file with the key of that certificate"],
  cacertfile: ["file with the authorities whose certificates are accepted from clients"],
  password: ["password of the key"],
  verify: [
    "verify_peer: certificates are requested from clients, and verified",
    (text) => readName(text, ["verify_peer", "verify_none"]),
  ],
  fail_if_no_peer_cert: ["whether clients without a certificate are refused", readBoolean],
  depth: ["maximum number of authorities between a client's certificate and one in cacertfile", readCount],
  "versions.$version": ["a version of TLS that is served: tlsv1.2 or tlsv1.3", readTlsVersion],
  honor_cipher_order: ["whether the listener's order of ciphers counts; on Bun only", readBoolean],
  honor_ecc_order: ["whether the listener's order of curves counts; on Bun only", readBoolean],
  reuse_sessions: ["true, as the runtime decides about it", only("true")],
  secure_renegotiate: ["true, as clients can't renegotiate at all", only("true")],
  client_renegotiation: ["false, as clients can't renegotiate", only("false")],
};

const CIPHERS: Options = {
  "ciphers.$cipher": ["a cipher that is offered, by OpenSSL's name; on Bun only"],
};

/** Reads an option with one supported value. Another value prevents the start, as TLS would differ from the request. */
function only(value: string): Reader {
  return (text): OptionValue => {
    if (text !== value) throw new RangeError(`This is ${value} here: received "${text}".`);
    return value;
  };
}

const named = (prefix: string, options: Options): Options =>
  Object.fromEntries(Object.entries(options).map(([name, option]) => [`${prefix}.${name}`, option]));

const withoutDefaults = (options: Options): Options =>
  Object.fromEntries(Object.entries(options).map(([name, [help, read]]) => [name, [help, read]]));

const CONNECTIONS: Options = { max_connections: ["maximum number of connections", readCount, "1024"] };

/** Options of a listener without TLS, and of one with TLS, of a plugin. */
const listenerOptions = (what: string, port: string): Options => ({
  "tcp.listener": [`an address and a port to listen on for ${what}, or none`, readListener],
  "tcp.port": [`port to listen on for ${what}; 0 for a free one`, readPort, port],
  "tcp.ip": [`address to listen on for ${what}`],
  ...named("tcp", { ...CONNECTIONS, ...LIMITS }),
  "ssl.port": [`port to listen on for ${what} over TLS`, readPort],
  "ssl.ip": [`address to listen on for ${what} over TLS`],
  "ssl.backlog": ["maximum number of connections that wait to be accepted", readCount],
  ...named("ssl", withoutDefaults({ ...CONNECTIONS, ...LIMITS, ...TLS_OPTIONS, ...CIPHERS })),
});

const OLD_LISTENER: Options = {
  port: ["old form of management.tcp.port, or management.ssl.port", readPort],
  ip: ["old form of management.tcp.ip, or management.ssl.ip"],
  ssl: ["whether this listener serves TLS", readBoolean],
  ...named("server", withoutDefaults(LIMITS)),
  ...named("ssl_opts", withoutDefaults(TLS_OPTIONS)),
};

const OPTIONS: Options = {
  ...listenerOptions("the management API", "15672"),
  ...named("listener", OLD_LISTENER),
  "http.max_body_size": ["largest body of a request in bytes", readCount, "20971520"],
  "http.hide_allow_header": ["whether answers do not list the methods of their paths", readBoolean, "false"],
  http_log_dir: ["folder for access.log, with a line for each request over HTTP, in Apache's combined format"],
  path_prefix: ["beginning of all paths, such as /rabbit", readPathPrefix],
  page: ["whether the management page is served beside the API", readBoolean, "true"],
  login_session_timeout: ["time in minutes that the page keeps a login", readCount],
  "definitions.require_json_extension": [
    "whether the name of an uploaded file of definitions must end with .json",
    readBoolean,
    "false",
  ],
  "restrictions.operator_policy_changes.disabled": [
    "whether operators' policies can't be changed by HTTP",
    readBoolean,
    "false",
  ],
  "restrictions.quorum_queue_replica_operations.disabled": [
    "whether replicas of quorum queues can't be changed by HTTP",
    readBoolean,
    "false",
  ],
  enable_queue_totals: ["whether numbers of messages are shown even without statistics", readBoolean, "false"],
  db_cache_multiplier: [
    "multiple of the time that a list of at least 1000 queues, connections or channels took, for which it is kept; 0: none",
    readCount,
    "5",
  ],
  require_auth_for_api_reference: ["whether the page about the API needs a login", readBoolean, "false"],
  disable_basic_auth: ["whether only tokens are accepted, and no passwords", readBoolean, "false"],
  "csp.policy": ["header content-security-policy of all answers", readHeader, "script-src 'self'; object-src 'self'"],
  "hsts.policy": ["header strict-transport-security of all answers", readHeader],
  "headers.content_type_options": ["header x-content-type-options of all answers", readHeader],
  "headers.xss_protection": ["header x-xss-protection of all answers", readHeader],
  "headers.frame_options": ["header x-frame-options of all answers", readHeader],
  "headers.referrer_policy": ["header referrer-policy of all answers", readHeader],
  "cors.allow_origins.$name": ["an origin whose pages may use the API, or * for all, without credentials"],
  "cors.max_age": ["time in seconds that browsers may remember this", readCount, "1800"],
};

export const MANAGEMENT: Effects<ManagementConfig> = {
  ...optionKeys("management", "management", OPTIONS),
  ...MANAGEMENT_OAUTH,
  ...optionKeys("prometheus", "prometheus", listenerOptions("metrics", "15692")),
  "management.cors.allow_origins": { help: "none: pages of other origins may not use the API", apply() {} },
  "management.listener.ssl_opts": { help: "none: no options of TLS", apply() {} },
};
