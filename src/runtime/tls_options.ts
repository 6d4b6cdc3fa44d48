import type { Address, Transport } from "../transport/transport.ts";
import type { TrustedProxies } from "../transport/trusted_proxies.ts";
import type { SocketOptions } from "./runtime.ts";

export const TLS_VERSIONS = ["tlsv1.2", "tlsv1.3"] as const;
export type TlsVersion = typeof TLS_VERSIONS[number];

/** Versions by their names in Node's interface. */
export const NODE_TLS_VERSIONS: Readonly<Record<TlsVersion, string>> = { "tlsv1.2": "TLSv1.2", "tlsv1.3": "TLSv1.3" };

/** A file with its contents. */
export interface PemFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The certificates that are looked up in revocation lists: all between the client's and a trusted one, or the client's.
 * With `best_effort` those of which no current list tells are good.
 */
export type RevocationCheck = "true" | "peer" | "best_effort";

/** RabbitMQ's `ssl_options.*` for a listener, with the contents of the files that they name. */
export interface TlsOptions {
  /** The listener's certificate, followed by those of the authorities between it and one that clients trust. */
  readonly certfile: PemFile;
  readonly keyfile: PemFile;
  /** Password of the key. */
  readonly password?: string;
  /** Authorities of clients' certificates. */
  readonly cacertfile?: PemFile;
  /** `verify_peer` requests certificates from clients. */
  readonly verify: "verify_peer" | "verify_none";
  readonly fail_if_no_peer_cert: boolean;
  /** Maximum number of authorities between a client's certificate and one of `cacertfile`. */
  readonly depth: number;
  /** Default: none is looked up. */
  readonly crl_check?: RevocationCheck;
  /** Files with revocation lists. */
  readonly lists?: readonly PemFile[];
  readonly versions: readonly TlsVersion[];
  /** Ciphers by OpenSSL's names. Default: the runtime's. */
  readonly ciphers?: readonly string[];
  /** True when the listener's order of ciphers has precedence over the client's. */
  readonly honor_cipher_order: boolean;
  /** True when the listener's order of curves has precedence over the client's. */
  readonly honor_ecc_order: boolean;
}

/** TLS options that can't be used; `message` is a sentence for the person who chose them. */
export class TlsOptionsError extends Error {
  override name = "TlsOptionsError";
}

/** Receives the connections of a TLS listener. */
export interface TlsHandlers {
  /** Takes a connection with a completed handshake. */
  accept(transport: Transport): void;
  /** Reports a handshake that was refused. */
  refused(refusal: TlsRefusal): void;
}

/** A connection that never became a transport. */
export interface TlsRefusal {
  readonly peer: Address;
  readonly local: Address;
  /** A clause, such as `peer has shown no certificate`. */
  readonly reason: string;
  /** True when the peer only closed the connection, as checks of a port do. */
  readonly hasLeft: boolean;
}

export interface TlsListenOptions {
  readonly tls: TlsOptions;
  /** Time limit for PROXY header and TLS handshake together. In milliseconds. */
  readonly handshakeTimeoutMs: number;
  /** Proxies whose PROXY header each connection begins with. Absent for connections without the header. */
  readonly proxies?: TrustedProxies;
  readonly socket?: SocketOptions;
}
