import type { PeerCertificate } from "./certificate.ts";

export type { AlternativeName, PeerCertificate } from "./certificate.ts";

/** One end of a network connection. */
export interface Address {
  /** An IP address, without brackets. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** The TLS parameters that two peers have agreed on. */
export interface TlsSession {
  /** For example `TLSv1.3`. */
  readonly version: string;
  /** IANA's name, such as `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string;
  /** Absent where the peer has shown none. */
  readonly peerCertificate?: PeerCertificate;
}

/**
 * A stream of bytes that carries AMQP: a socket, a WebSocket, a pipe inside the process.
 *
 * The broker asks for a chunk only after it has handled the one before, and copies what it keeps, so a transport may
 * fill the same buffer again and again. It awaits each write before the next one.
 */
export interface Transport {
  /** What the client sends. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Closing it sends what was written, and then tells the peer that nothing follows. */
  readonly writable: WritableStream<Uint8Array>;
  /**
   * True when written bytes are no longer used once their write has finished, as with a socket: the broker then reuses
   * their memory. Default: false, as the reader of a pipe may keep the chunks it gets.
   */
  readonly isDoneWithWritten?: boolean;
  /** The peer's address; absent where there is no network, and the peer counts as one on this machine. */
  readonly peer?: Address;
  /** The address that the peer connected to; absent where there is no network. */
  readonly local?: Address;
  /** Absent where the stream is not encrypted. */
  readonly tls?: TlsSession;
  /** True when a WebSocket carries the bytes. Default: false. */
  readonly isWebSocket?: boolean;
  /** Drops the connection at once in both directions: waiting reads and writes end or fail. May be called twice. */
  abort?(): void;
}

/** The names of both ends of a connection. An end without one is known by its address alone. */
export interface HostNames {
  /** Name of the client's host. */
  readonly peer?: string;
  /** Name of the host that the client has connected to. */
  readonly local?: string;
}

/** Returns RabbitMQ's name of the connection: `peer -> local`, by the names of its ends where they are given. */
export function describeTransport({ peer, local }: Pick<Transport, "peer" | "local">, names?: HostNames): string {
  if (peer === undefined) return "in-process";
  const from = formatAddress({ ...peer, host: names?.peer ?? peer.host });
  return local === undefined ? from : `${from} -> ${formatAddress({ ...local, host: names?.local ?? local.host })}`;
}

/** Formats an address as `host:port`, with brackets around an IPv6 address. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Returns whether the peer is on this machine. A transport without the address of a peer is inside this process. */
export function isLoopback({ peer }: Transport): boolean {
  return peer === undefined || peer.host === "::1" || /^(::ffff:)?127\./.test(peer.host);
}
