import type { Address, Transport } from "../transport/transport.ts";
import type { TrustedProxies } from "../transport/trusted_proxies.ts";
import type { SocketOptions } from "./runtime.ts";

export const TLS_VERSIONS = ["tlsv1.2", "tlsv1.3"] as const;
export type TlsVersion = typeof TLS_VERSIONS[number];

/** A file and what is in it. */
export interface PemFile {
  readonly path: string;
  readonly text: string;
}

/** RabbitMQ's `ssl_options.*` for a listener, with the contents of the files that they name. */
export interface TlsOptions {
  /** The listener's certificate, with those of the authorities between it and one that clients trust behind it. */
  readonly certfile: PemFile;
  readonly keyfile: PemFile;
  /** The password of the key. */
  readonly password?: string;
  /** The authorities whose certificates are taken from clients. */
  readonly cacertfile?: PemFile;
  /** Whether clients are asked for a certificate. */
  readonly verify: "verify_peer" | "verify_none";
  readonly fail_if_no_peer_cert: boolean;
  /** The most authorities between a client's certificate and one of `cacertfile`. */
  readonly depth: number;
  readonly versions: readonly TlsVersion[];
  /** Names as OpenSSL has them. Default: the runtime's. */
  readonly ciphers?: readonly string[];
  /** Whether the listener's order of ciphers counts, not the client's. */
  readonly honor_cipher_order: boolean;
  /** The same of curves. */
  readonly honor_ecc_order: boolean;
}

/** TLS options that can't be used; `message` is a sentence for the person who chose them. */
export class TlsOptionsError extends Error {
  override name = "TlsOptionsError";
}

/** Receives the connections of a TLS listener. */
export interface TlsHandlers {
  /** Takes a connection whose handshake is done. */
  accept(transport: Transport): void;
  /** Reports a handshake that was refused. */
  refused(refusal: Refusal): void;
}

/** A connection that never became a transport. */
export interface Refusal {
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
  /** The proxies with whose PROXY header each connection begins. Absent where there is to be none. */
  readonly proxies?: TrustedProxies;
  readonly socket?: SocketOptions;
}
