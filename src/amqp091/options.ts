/** What connections may do and how much of it, with RabbitMQ's defaults and the names of its configuration keys. */
export interface ConnectionOptions {
  /** The largest frame, in bytes, that is offered in `connection.tune`; 0 is any size. At least 4096. Default: 131072. */
  readonly frameMax: number;
  /** The most channels that may be open on one connection; 0 is 65535. Default: 2047. */
  readonly channelMax: number;
  /** Seconds between heartbeats that are offered; 0 is none. Default: 60. */
  readonly heartbeatSeconds: number;
  /** A peer that is not done with the handshake after so many milliseconds is dropped. Default: 10000. */
  readonly handshakeTimeoutMs: number;
  /** The largest body of a message, in bytes; up to 512 MiB. Default: 16 MiB. */
  readonly maxMessageSize: number;
  /** Deliveries to a connection stop while more bytes than this wait for it to read. Default: 256 KiB. */
  readonly outputHighWaterBytes: number;
  /**
   * A channel is closed when a delivery was not acknowledged for so many milliseconds, unless its queue or its consumer
   * says otherwise; `false` is for ever. Default: 1800000, half an hour.
   */
  readonly consumerTimeoutMs: number | false;
  /** Deliveries that are not acknowledged are looked for at least this often. In milliseconds. Default: 30000. */
  readonly channelTickIntervalMs: number;
}

export const DEFAULT_CONNECTION_OPTIONS: ConnectionOptions = {
  frameMax: 131_072,
  channelMax: 2047,
  heartbeatSeconds: 60,
  handshakeTimeoutMs: 10_000,
  maxMessageSize: 16 * 1024 * 1024,
  outputHighWaterBytes: 256 * 1024,
  consumerTimeoutMs: 1_800_000,
  channelTickIntervalMs: 30_000,
};

/** RabbitMQ's cap for `max_message_size`: no configuration goes beyond. In bytes. */
export const MESSAGE_SIZE_LIMIT: number = 512 * 1024 * 1024;
