import { DEFAULT_SESSION_OPTIONS, type SessionOptions } from "../broker/session/session.ts";

/** Limits of connections, with RabbitMQ's defaults and the names of its configuration keys. */
export interface ConnectionOptions extends SessionOptions {
  /** The largest frame, in bytes, that is offered in `connection.tune`; 0 is any size. At least 4096. Default: 131072. */
  readonly frameMax: number;
  /** The most channels that may be open on one connection; 0 is 65535. Default: 2047. */
  readonly channelMax: number;
  /** Seconds between heartbeats that are offered; 0 is none. Default: 60. */
  readonly heartbeatSeconds: number;
  /** Time limit of the handshake, after which the peer is dropped. In milliseconds. Default: 10000. */
  readonly handshakeTimeoutMs: number;
  /** Deliveries to a connection stop while more bytes than this wait for it to read. Default: 256 KiB. */
  readonly outputHighWaterBytes: number;
}

export const DEFAULT_CONNECTION_OPTIONS: ConnectionOptions = {
  frameMax: 131_072,
  channelMax: 2047,
  heartbeatSeconds: 60,
  handshakeTimeoutMs: 10_000,
  outputHighWaterBytes: 256 * 1024,
  ...DEFAULT_SESSION_OPTIONS,
};
