import { readBoolean, readCount, readDelay, readName, readSecret } from "../value.ts";
import type { Effect, Effects } from "./effect.ts";
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
  readonly http?: { readonly max_body_size?: number };
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

const LIMITS: Options = {
  compress: ["whether answers are compressed for clients that accept it", readBoolean, "true"],
  idle_timeout: ["time limit in milliseconds for the next bytes of a body", readDelay, "60000"],
  inactivity_timeout: ["time limit in milliseconds for a whole body", readDelay, "300000"],
  request_timeout: ["time limit in milliseconds for the next request's headers", readDelay, "5000"],
  shutdown_timeout: ["time in milliseconds that requests get to finish at a stop", readDelay, "5000"],
  max_keepalive: ["maximum number of requests on a connection", readCount, "1000"],
};

const TLS_OPTIONS: Options = {
  certfile: ["file with the certificate, and those of the authorities between it and a root"],
  keyfile: ["file with the key of that certificate"],
  cacertfile: ["file with the authorities whose certificates are accepted from clients"],
  password: ["password of the key", (text) => readSecret(text)],
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
};

export const MANAGEMENT: Effects<ManagementConfig> = {
  ...optionKeys("management", "management", OPTIONS),
  ...optionKeys("prometheus", "prometheus", listenerOptions("metrics", "15692")),
  "management.listener.ssl_opts": { help: "none: no options of TLS", apply() {} } satisfies Effect<ManagementConfig>,
};
