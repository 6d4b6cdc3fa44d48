import { DEFAULT_SESSION_OPTIONS, type SessionOptions } from "../broker/session/session.ts";

/** Limits of connections, with RabbitMQ's defaults and the names of its configuration keys. */
export interface ConnectionOptions extends SessionOptions {
  /** Largest frame that `connection.tune` offers. In bytes; 0 is any size. At least 4096. Default: 131072. */
  readonly frameMax: number;
  /** Maximum number of channels of a connection; 0 is 65535. Default: 2047. */
  readonly channelMax: number;
  /** Interval of heartbeats that `connection.tune` offers. In seconds; 0 is none. Default: 60. */
  readonly heartbeatSeconds: number;
  /** Largest frame before the client has agreed to one, in bytes. Default: 8192. */
  readonly initialFrameMax: number;
  /** Time limit of the handshake, after which the peer is dropped. In milliseconds. Default: 10000. */
  readonly handshakeTimeoutMs: number;
  /** Number of unread bytes at which deliveries to a connection stop. Default: 256 KiB. */
  readonly outputHighWaterBytes: number;
  /** Time limit for a peer to read a write, after which it is dropped. In milliseconds. Default: none, `Infinity`. */
  readonly sendTimeoutMs: number;
}

export const DEFAULT_CONNECTION_OPTIONS: ConnectionOptions = {
  frameMax: 131_072,
  channelMax: 2047,
  heartbeatSeconds: 60,
  initialFrameMax: 8192,
  handshakeTimeoutMs: 10_000,
  outputHighWaterBytes: 256 * 1024,
  sendTimeoutMs: Infinity,
  ...DEFAULT_SESSION_OPTIONS,
};
