import { TrustedProxies } from "../../transport/trusted_proxies.ts";
import { readBoolean, readDelay, readName } from "../value.ts";
import type { Effect, Effects } from "./effect.ts";
import { type ListenAddress, readListenAddress } from "./server.ts";

/** Supported versions of TLS, the latest first. */
export const TLS_VERSIONS = ["tlsv1.3", "tlsv1.2"] as const;

/** RabbitMQ's `ssl_options.*` that have a choice of values. */
export interface SslOptions {
  readonly cacertfile?: string;
  readonly certfile?: string;
  readonly keyfile?: string;
  readonly password?: string;
  readonly verify?: "verify_peer" | "verify_none";
  readonly fail_if_no_peer_cert?: boolean;
  readonly depth?: number;
  /** Versions by the last part of their keys. */
  readonly versions?: Readonly<Record<string, typeof TLS_VERSIONS[number]>>;
  readonly ciphers?: Readonly<Record<string, string>>;
  readonly crl_check?: "true" | "false" | "peer" | "best_effort";
  /** Sources of revocation lists, by the last part of their keys. */
  readonly crlSources?: Readonly<Record<string, "dir">>;
  /** Folders of these sources, in the same way. */
  readonly crlFolders?: Readonly<Record<string, string>>;
  readonly honor_cipher_order?: boolean;
  readonly honor_ecc_order?: boolean;
}

/** TLS listeners, and proxies in front of all listeners. */
export interface TlsConfig {
  readonly tlsListeners?: readonly ListenAddress[];
  readonly sslOptions?: SslOptions;
  /** Time limit of the TLS handshake. In milliseconds. */
  readonly tlsHandshakeTimeoutMs?: number;
  /** True when each connection begins with a PROXY header. */
  readonly proxyProtocol?: boolean;
  /** Addresses and networks of the proxies whose headers are accepted. Default: all. */
  readonly trustedProxies?: readonly string[];
}

type Draft = { -readonly [Name in keyof TlsConfig]: TlsConfig[Name] };

/** Returns the effect of an option. A change of it applies to later handshakes. */
function option(
  help: string,
  read: (value: string, ...parts: string[]) => Partial<SslOptions>,
  fallback?: string,
): Effect<Draft> {
  return {
    help,
    default: fallback,
    live: "new connections",
    apply(draft, value, ...parts) {
      const { versions, ciphers, crlSources, crlFolders, ...others } = read(value, ...parts);
      const given = draft.sslOptions;
      draft.sslOptions = {
        ...given,
        ...others,
        ...versions && { versions: { ...given?.versions, ...versions } },
        ...ciphers && { ciphers: { ...given?.ciphers, ...ciphers } },
        ...crlSources && { crlSources: { ...given?.crlSources, ...crlSources } },
        ...crlFolders && { crlFolders: { ...given?.crlFolders, ...crlFolders } },
      };
    },
  };
}

/** Returns the effect of an option with one supported value. Another value prevents the start, as TLS would differ from the request. */
const only = (value: string, help: string): Effect<Draft> => ({
  help,
  default: value,
  apply(_, given) {
    if (given !== value) throw new RangeError(`This is ${value} here, ${help}: received "${given}".`);
  },
});

/** Returns the effect of an unsupported option. */
const refused = (help: string, why: string): Effect<Draft> => ({
  help,
  apply() {
    throw new RangeError(`This is not supported: ${why}.`);
  },
});

const NO_FETCHING = "HareMQ fetches no revocation lists: keep them in a folder, and name that by a source dir";
const FILES_ONLY = "name files by certfile and keyfile";

export function readTlsVersion(text: string): typeof TLS_VERSIONS[number] {
  if (["tlsv1.1", "tlsv1", "sslv3"].includes(text)) {
    throw new RangeError(
      `HareMQ serves ${TLS_VERSIONS.join(" and ")}; older versions are not safe: received "${text}".`,
    );
  }
  return readName(text, TLS_VERSIONS);
}

export const TLS: Effects<Draft> = {
  "listeners.ssl": { help: "none: no listener for AMQP over TLS", apply: (draft) => void (draft.tlsListeners = []) },
  "listeners.ssl.$name": {
    help: "a port, or an address and a port, to listen on for AMQP over TLS",
    apply: (draft, value) => void (draft.tlsListeners = [...draft.tlsListeners ?? [], readListenAddress(value)]),
  },
  ssl_handshake_timeout: {
    help: "time limit of a TLS handshake, in milliseconds",
    default: "5000",
    apply: (draft, value) => void (draft.tlsHandshakeTimeoutMs = readDelay(value)),
  },
  ssl_options: { help: "none: no options", apply() {} },
  "ssl_options.certfile": option(
    "file with the certificate of TLS listeners, and of the authorities between it and a root",
    (certfile) => ({ certfile }),
  ),
  "ssl_options.keyfile": option("file with the key of that certificate", (keyfile) => ({ keyfile })),
  "ssl_options.password": option("password of the key", (password) => ({ password })),
  "ssl_options.cacertfile": option(
    "file with the authorities whose certificates are accepted from clients",
    (cacertfile) => ({ cacertfile }),
  ),
  "ssl_options.verify": option(
    "verify_peer: certificates are requested from clients, and verified",
    (verify) => ({ verify: readName(verify, ["verify_peer", "verify_none"] as const) }),
    "verify_none",
  ),
  "ssl_options.fail_if_no_peer_cert": option(
    "whether clients without a certificate are refused",
    (text) => ({ fail_if_no_peer_cert: readBoolean(text) }),
    "false",
  ),
  "ssl_options.depth": option(
    "maximum number of authorities between a client's certificate and one in cacertfile",
    (depth) => ({ depth: Number(depth) }),
    "10",
  ),
  "ssl_options.versions.$version": option(
    "a version of TLS that is served: tlsv1.2 or tlsv1.3",
    (text, name) => ({ versions: { [name]: readTlsVersion(text) } }),
  ),
  "ssl_options.ciphers.$cipher": option(
    "a cipher that is offered, by OpenSSL's name; on Bun only",
    (cipher, name) => ({ ciphers: { [name]: cipher } }),
  ),
  "ssl_options.honor_cipher_order": option(
    "whether the listener's order of ciphers counts; on Bun only",
    (text) => ({ honor_cipher_order: readBoolean(text) }),
    "false",
  ),
  "ssl_options.honor_ecc_order": option(
    "whether the listener's order of curves counts; on Bun only, together with honor_cipher_order",
    (text) => ({ honor_ecc_order: readBoolean(text) }),
    "false",
  ),
  "ssl_options.secure_renegotiate": only("true", "as clients can't renegotiate at all"),
  "ssl_options.client_renegotiation": only("false", "as clients can't renegotiate"),
  "ssl_options.reuse_sessions": only("true", "as the runtime decides about it"),
  "ssl_options.log_alert": only("true", "as a refused handshake is always logged"),
  "ssl_options.log_level": refused("level of refused handshakes in the log", "set log.connection.level"),
  "ssl_options.bypass_pem_cache": { help: "there is no cache: files are read again when they change", apply() {} },
  "ssl_options.crl_check": option(
    "the certificates that are looked up in revocation lists: true, all between a client's and one of cacertfile; peer, the client's; best_effort is true, but certificates that no current list tells about are good",
    (value) => ({ crl_check: readName(value, ["true", "false", "peer", "best_effort"] as const) }),
    "false",
  ),
  "ssl_options.crl_sources.$index": option(
    "a source of revocation lists: dir, a folder",
    (value, index) => {
      if (value === "http") throw new RangeError(`This is dir here: ${NO_FETCHING}.`);
      return { crlSources: { [index]: readName(value, ["dir"] as const) } };
    },
  ),
  "ssl_options.crl_sources.$index.timeout": refused("time limit for a revocation list", NO_FETCHING),
  "ssl_options.crl_sources.$index.path": option(
    "the folder of a source dir, whose files are lists in PEM; changed ones count after 5 s",
    (path, index) => ({ crlFolders: { [index]: path } }),
  ),
  "ssl_options.cert": refused("the certificate itself", FILES_ONLY),
  "ssl_options.key.RSAPrivateKey": refused("the key itself", FILES_ONLY),
  "ssl_options.key.DSAPrivateKey": refused("the key itself", FILES_ONLY),
  "ssl_options.key.PrivateKeyInfo": refused("the key itself", FILES_ONLY),
  "ssl_options.dh": refused("parameters of Diffie-Hellman", "no runtime has ciphers with them"),
  "ssl_options.dhfile": refused("file with parameters of Diffie-Hellman", "no runtime has ciphers with them"),
  "ssl_options.psk_identity": refused("identity of a pre-shared key", "no runtime has pre-shared keys"),
  proxy_protocol: {
    help: "whether each connection begins with a PROXY header, of version 1 or 2",
    default: "false",
    apply: (draft, value) => void (draft.proxyProtocol = readBoolean(value)),
  },
  "proxy_protocol.trusted_proxies.$name": {
    help: "an address or a network, such as 10.0.0.0/8, whose PROXY headers are accepted; those of others are refused",
    apply(draft, value) {
      draft.trustedProxies = [...draft.trustedProxies ?? [], readNetwork(value)];
    },
  },
};

/** Checks an address or a network. */
function readNetwork(text: string): string {
  if (TrustedProxies.isNetwork(text)) return text;
  throw new RangeError(`This is an address or a network, such as 10.0.0.0/8: received "${text}".`);
}
