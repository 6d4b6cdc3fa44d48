import type { NodeLimits } from "../../broker/session/admission.ts";
import type { QueueTypeName } from "../../broker/queue/queue_type.ts";
import { type MemoryLimit, parseSize } from "../size.ts";
import { parseTimeout, readCount, readDelay, readNumber, readPart, readQueueType } from "../value.ts";
import type { Effects } from "./effect.ts";

/** Limits and timeouts. */
export interface LimitsConfig extends Partial<NodeLimits> {
  readonly vmMemoryHighWatermark?: MemoryLimit;
  /** Size of the machine's memory. In bytes. */
  readonly totalMemoryBytes?: number;
  /** In bytes, or as a part of the machine's memory. */
  readonly diskFreeLimit?: MemoryLimit;
  /** Time that a delivery may stay unacknowledged, in milliseconds; `false` is for ever. */
  readonly consumerTimeout?: number | false;
  readonly channelTickIntervalMs?: number;
  /** Type of queues that are declared without one. */
  readonly defaultQueueType?: QueueTypeName;
  readonly heartbeatSeconds?: number;
  readonly frameMax?: number;
  readonly channelMax?: number;
  readonly handshakeTimeoutMs?: number;
  readonly sendTimeoutMs?: number;
  readonly initialFrameMax?: number;
  readonly maxMessageSize?: number;
}

type Draft = { -readonly [Name in keyof LimitsConfig]: LimitsConfig[Name] };

/** Smallest frame that every client must accept (AMQP 0-9-1 §4.2.3). In bytes. */
const FRAME_MIN_SIZE = 4096;
/** Largest value of a 16-bit field. */
const UINT16_MAX = 65_535;
/** Largest message that RabbitMQ's configuration allows. In bytes. */
const MESSAGE_MAX_SIZE = 512 * 1024 * 1024;

function readFrameMax(text: string): number {
  const bytes = parseSize(text);
  if (bytes !== 0 && bytes < FRAME_MIN_SIZE) {
    throw new RangeError(`A frame is at least ${FRAME_MIN_SIZE} bytes, or 0 for any size: received "${text}".`);
  }
  return bytes;
}

function readUpTo(text: string, most: number): number {
  const count = readCount(text);
  if (count <= most) return count;
  throw new RangeError(`This is at most ${most}: received "${text}".`);
}

function readSendTimeout(text: string): number {
  const timeoutMs = readDelay(text);
  if (timeoutMs === 0) throw new RangeError(`This is a number of milliseconds, at least 1: received "${text}".`);
  return timeoutMs;
}

const watermark = (part: string) => ({ part: readPart(part) });

export const LIMITS: Effects<Draft> = {
  vm_memory_high_watermark: {
    help: "part of the memory for messages above which publishers are blocked",
    meaning: "vm_memory_high_watermark.relative",
    live: "now",
    apply: (draft, value) => void (draft.vmMemoryHighWatermark = watermark(value)),
  },
  "vm_memory_high_watermark.relative": {
    help: "part of the memory for messages above which publishers are blocked",
    default: ({ memoryHighWatermark }) => String(memoryHighWatermark),
    live: "now",
    apply: (draft, value) => void (draft.vmMemoryHighWatermark = watermark(value)),
  },
  "vm_memory_high_watermark.absolute": {
    help: "size of messages above which publishers are blocked",
    meaning: "vm_memory_high_watermark.relative",
    live: "now",
    apply: (draft, value) => void (draft.vmMemoryHighWatermark = { bytes: parseSize(value) }),
  },
  total_memory_available_override_value: {
    help: "size of the machine's memory",
    apply: (draft, value) => void (draft.totalMemoryBytes = parseSize(value)),
  },
  "disk_free_limit.relative": {
    help: "free disk space below which publishers are blocked, as a part of the memory",
    meaning: "disk_free_limit.absolute",
    apply: (draft, value) => void (draft.diskFreeLimit = { part: readNumber(value) }),
  },
  "disk_free_limit.absolute": {
    help: "free disk space below which publishers are blocked",
    default: "50MB",
    apply: (draft, value) => void (draft.diskFreeLimit = { bytes: parseSize(value) }),
  },
  consumer_timeout: {
    help: "time in milliseconds that a delivery may stay unacknowledged, or false",
    default: "1800000",
    live: "new connections",
    apply: (draft, value) => void (draft.consumerTimeout = parseTimeout(value)),
  },
  channel_tick_interval: {
    help: "interval in milliseconds of checks for late acknowledgements",
    default: "30000",
    apply: (draft, value) => void (draft.channelTickIntervalMs = readDelay(value)),
  },
  heartbeat: {
    help: "interval in seconds of heartbeats that clients are offered, 0 for none",
    default: "60",
    live: "new connections",
    apply: (draft, value) => void (draft.heartbeatSeconds = readUpTo(value, UINT16_MAX)),
  },
  frame_max: {
    help: "largest frame in bytes that clients are offered, 0 for any size",
    default: "131072",
    live: "new connections",
    apply: (draft, value) => void (draft.frameMax = readFrameMax(value)),
  },
  max_channels_per_connection: {
    help: "maximum number of channels of a connection, 0 for as many as possible",
    default: "2047",
    live: "new connections",
    apply: (draft, value) => void (draft.channelMax = readUpTo(value, UINT16_MAX)),
  },
  channel_max: {
    help: "another name of max_channels_per_connection",
    meaning: "max_channels_per_connection",
    live: "new connections",
    apply: (draft, value) => void (draft.channelMax = readUpTo(value, UINT16_MAX)),
  },
  "tcp_listen_options.send_timeout": {
    help: "time limit in milliseconds for a client to read what it is sent, after which its connection is closed",
    default: "infinity",
    live: "new connections",
    apply: (draft, value) => void (draft.sendTimeoutMs = readSendTimeout(value)),
  },
  "tcp_listen_options.send_timeout_close": {
    help: "such a connection is closed either way, as RabbitMQ closes it: true or false makes no difference",
    apply() {},
  },
  initial_frame_max: {
    help: "bytes of the largest frame before the client has agreed to one",
    default: ({ initialFrameMax }) => String(initialFrameMax),
    live: "new connections",
    apply: (draft, value) => void (draft.initialFrameMax = readFrameMax(value)),
  },
  handshake_timeout: {
    help: "time limit in milliseconds of the handshake",
    default: "10000",
    live: "new connections",
    apply: (draft, value) => void (draft.handshakeTimeoutMs = readDelay(value)),
  },
  max_message_size: {
    help: "largest message in bytes",
    default: ({ maxMessageSize }) => String(maxMessageSize),
    live: "new connections",
    apply: (draft, value) => void (draft.maxMessageSize = readUpTo(value, MESSAGE_MAX_SIZE)),
  },
  default_queue_type: {
    help: "type of queues that are declared without one: classic, quorum or stream",
    default: "classic",
    apply: (draft, value) => void (draft.defaultQueueType = readQueueType(value)),
  },
  connection_max: {
    help: "the most connections",
    default: "infinity",
    live: "now",
    apply: (draft, value) => void (draft.connectionMax = readCount(value)),
  },
  max_connections: {
    help: "another name of connection_max",
    meaning: "connection_max",
    live: "now",
    apply: (draft, value) => void (draft.connectionMax = readCount(value)),
  },
  channel_max_per_node: {
    help: "maximum number of channels of all connections",
    default: "infinity",
    live: "now",
    apply: (draft, value) => void (draft.channelMaxPerNode = readCount(value)),
  },
  consumer_max_per_channel: {
    help: "maximum number of consumers on one channel",
    default: "infinity",
    live: "now",
    apply: (draft, value) => void (draft.consumerMaxPerChannel = readCount(value)),
  },
  cluster_queue_limit: {
    help: "maximum number of queues in all virtual hosts",
    default: "infinity",
    live: "now",
    apply: (draft, value) => void (draft.clusterQueueLimit = readCount(value)),
  },
  cluster_exchange_limit: {
    help: "maximum number of exchanges in all virtual hosts",
    default: "infinity",
    live: "now",
    apply: (draft, value) => void (draft.clusterExchangeLimit = readCount(value)),
  },
  vhost_max: {
    help: "maximum number of virtual hosts",
    default: "infinity",
    apply: (draft, value) => void (draft.vhostMax = readCount(value)),
  },
};
