import type { NodeLimits } from "../broker/session/admission.ts";
import { isQueueTypeName, type QueueTypeName } from "../broker/queue/queue_type.ts";
import { type MemoryLimit, parseSize } from "./size.ts";

/** What a configuration file can say. */
export interface Config extends Partial<NodeLimits> {
  readonly vmMemoryHighWatermark?: MemoryLimit;
  /** In bytes, or as a part of the machine's memory. */
  readonly diskFreeLimit?: MemoryLimit;
  /** How long a delivery may stay unacknowledged, in milliseconds; `false` is for ever. */
  readonly consumerTimeout?: number | false;
  /** Whether what happens is published to `amq.rabbitmq.event`; in RabbitMQ that is a plugin. */
  readonly hasEventExchange?: boolean;
  /** The virtual host of that exchange. */
  readonly eventExchangeVhost?: string;
  /** The type of queues that are declared without one. */
  readonly defaultQueueType?: QueueTypeName;
}

/** RabbitMQ's defaults. */
export const DEFAULT_CONFIG: Required<Omit<Config, keyof NodeLimits | "defaultQueueType">> = {
  vmMemoryHighWatermark: { part: 0.4 },
  diskFreeLimit: { bytes: 50_000_000 },
  consumerTimeout: 1_800_000,
  hasEventExchange: false,
  eventExchangeVhost: "/",
};

/** What a configuration file says that can't be read; `message` is a sentence for whoever wrote it. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

interface Key {
  readonly name: string;
  read(value: string): Config;
}

/** RabbitMQ's names and meanings. Adding a key is adding an entry. */
const KEYS: readonly Key[] = [
  { name: "vm_memory_high_watermark", read: (value) => ({ vmMemoryHighWatermark: { part: readPart(value) } }) },
  {
    name: "vm_memory_high_watermark.relative",
    read: (value) => ({ vmMemoryHighWatermark: { part: readPart(value) } }),
  },
  {
    name: "vm_memory_high_watermark.absolute",
    read: (value) => ({ vmMemoryHighWatermark: { bytes: parseSize(value) } }),
  },
  { name: "disk_free_limit.relative", read: (value) => ({ diskFreeLimit: { part: readNumber(value) } }) },
  { name: "disk_free_limit.absolute", read: (value) => ({ diskFreeLimit: { bytes: parseSize(value) } }) },
  { name: "consumer_timeout", read: (value) => ({ consumerTimeout: parseTimeout(value) }) },
  // RabbitMQ has no key for this one: it has a list of plugins.
  { name: "event_exchange.enabled", read: (value) => ({ hasEventExchange: readBoolean(value) }) },
  { name: "event_exchange.vhost", read: (value) => ({ eventExchangeVhost: value }) },
  { name: "event_exchange.protocol", read: checkEventProtocol },
  { name: "default_queue_type", read: (value) => ({ defaultQueueType: readQueueType(value) }) },
  { name: "connection_max", read: (value) => ({ connectionMax: readCount(value) }) },
  { name: "max_connections", read: (value) => ({ connectionMax: readCount(value) }) },
  { name: "channel_max_per_node", read: (value) => ({ channelMaxPerNode: readCount(value) }) },
  { name: "consumer_max_per_channel", read: (value) => ({ consumerMaxPerChannel: readCount(value) }) },
  { name: "cluster_queue_limit", read: (value) => ({ clusterQueueLimit: readCount(value) }) },
  { name: "cluster_exchange_limit", read: (value) => ({ clusterExchangeLimit: readCount(value) }) },
  { name: "vhost_max", read: (value) => ({ vhostMax: readCount(value) }) },
];

/**
 * Reads a file in the format of RabbitMQ's `rabbitmq.conf`: a `key = value` a line, comments from `#` on
 * (RabbitMQ: Configuration). Throws {@linkcode ConfigError}, which names the line, for a key that is not known too: what
 * somebody wrote and nobody heeds would be worse.
 */
export function readConfig(text: string, file: string): Config {
  let config: Config = {};
  text.split(/\r?\n/).forEach((line, index) => {
    const [, name, value] = /^\s*([^#=\s]+)\s*=\s*'?([^'#]*?)'?\s*(?:#.*)?$/.exec(line) ?? [];
    const where = `${file}, line ${index + 1}`;
    if (name === undefined) {
      if (/^\s*(#|$)/.test(line)) return;
      throw new ConfigError(`${where}: a line is a key, "=" and a value: received "${line.trim()}".`);
    }
    const key = KEYS.find((key) => key.name === name);
    if (key === undefined) {
      const known = KEYS.map(({ name }) => name).join(", ");
      throw new ConfigError(`${where}: there is no key "${name}". Those that there are: ${known}.`);
    }
    try {
      config = { ...config, ...key.read(value) };
    } catch (error) {
      throw new ConfigError(`${where}: ${name}: ${(error as Error).message}`);
    }
  });
  return config;
}

/** RabbitMQ's words for "never" are those that its `advanced.config` has. */
const NEVER: readonly string[] = ["false", "undefined"];

/** Reads a number of milliseconds, or that there is none. Throws `RangeError`. */
export function parseTimeout(text: string): number | false {
  if (NEVER.includes(text)) return false;
  const timeoutMs = Number(text);
  if (Number.isInteger(timeoutMs) && timeoutMs > 0) return timeoutMs;
  throw new RangeError(
    `A timeout is a whole number of milliseconds, at least 1, such as 1800000, or false: received "${text}".`,
  );
}

function readBoolean(text: string): boolean {
  if (text !== "true" && text !== "false") throw new RangeError(`This is true or false: received "${text}".`);
  return text === "true";
}

function checkEventProtocol(text: string): Config {
  if (text !== "amqp_0_9_1") throw new RangeError(`Events are messages of amqp_0_9_1 only: received "${text}".`);
  return {};
}

function readNumber(text: string): number {
  const number = Number(text);
  if (text === "" || !(number >= 0)) throw new RangeError(`This is a number, such as 0.4: received "${text}".`);
  return number;
}

function readCount(text: string): number {
  if (text === "infinity") return Infinity;
  if (!/^\d+$/.test(text)) throw new RangeError(`This is a whole number, or infinity: received "${text}".`);
  return Number(text);
}

function readQueueType(text: string): QueueTypeName {
  if (isQueueTypeName(text)) return text;
  throw new RangeError(`This is classic, quorum or stream: received "${text}".`);
}

function readPart(text: string): number {
  const part = readNumber(text);
  if (part === 0 || part > 1) {
    throw new RangeError(`This is a part of the memory, more than 0 and at most 1: received "${text}".`);
  }
  return part;
}
