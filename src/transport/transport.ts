import type { PeerCertificate } from "./certificate.ts";

export type { AlternativeName, PeerCertificate } from "./certificate.ts";

/** One end of a network connection. */
export interface Address {
  /** An IP address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** What TLS two peers have agreed on. */
export interface TlsSession {
  /** Such as `TLSv1.3`. */
  readonly version: string;
  /** As IANA names it, such as `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string;
  /** Absent where the peer has shown none. */
  readonly peerCertificate?: PeerCertificate;
}

/**
 * A stream of bytes that AMQP can be spoken over: a socket, a WebSocket, a pipe inside the process.
 *
 * The broker asks for a chunk only when it is done with the one before, and copies what it keeps, so a transport may fill
 * the same buffer again and again. It awaits each write before the next one.
 */
export interface Transport {
  readonly readable: ReadableStream<Uint8Array>;
  /** Closing it sends what was written, then tells the peer that no more comes. */
  readonly writable: WritableStream<Uint8Array>;
  /**
   * Whether bytes are needed no more when their write is done, as with a socket: the broker then uses their memory again.
   * Default: false, for the reader of a pipe may keep what it is given.
   */
  readonly isDoneWithWritten?: boolean;
  /** Who is at the other end; absent where there is no network, and the peer counts as one on this machine. */
  readonly peer?: Address;
  /** Where the peer connected to; absent where there is no network. */
  readonly local?: Address;
  /** Absent where the stream is not encrypted. */
  readonly tls?: TlsSession;
  /** Drops the connection at once in both directions: reads and writes that are waiting end or fail. May be called twice. */
  abort?(): void;
}

/** Who is connected to what, as RabbitMQ names connections. */
export function describeTransport({ peer, local }: Transport): string {
  if (peer === undefined) return "in-process";
  return local === undefined ? formatAddress(peer) : `${formatAddress(peer)} -> ${formatAddress(local)}`;
}

/** `host:port`, with brackets around an IPv6 address. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A transport without a peer's address is inside this process. */
export function isLoopback({ peer }: Transport): boolean {
  return peer === undefined || peer.host === "::1" || /^(::ffff:)?127\./.test(peer.host);
}
