import { readBoolean } from "../value.ts";
import type { Effects } from "./effect.ts";

/** Where the server listens. */
export interface ListenAddress {
  /** Absent for all addresses of the machine. */
  readonly host?: string;
  readonly port: number;
}

/** Where the server listens, and what it tells clients that it is. */
export interface ServerConfig {
  readonly listeners?: readonly ListenAddress[];
  /** False where there is to be no listener without TLS, whatever `listeners` says. */
  readonly hasTcpListeners?: boolean;
  readonly productName?: string;
  readonly productVersion?: string;
  readonly clusterName?: string;
  /** Whether what happens is published to `amq.rabbitmq.event`; in RabbitMQ that is a plugin. */
  readonly hasEventExchange?: boolean;
  /** The virtual host of that exchange. */
  readonly eventExchangeVhost?: string;
}

type Draft = { -readonly [Name in keyof ServerConfig]: ServerConfig[Name] };

/** Reads a port, or an address and a port. An IPv6 address may have brackets. */
export function readListenAddress(text: string): ListenAddress {
  const [, host, digits] = /^(?:\[?([^\s[\]]+?)\]?:)?(\d+)$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    throw new RangeError(`This is a port, or an address with one, such as 127.0.0.1:5672: received "${text}".`);
  }
  return host === undefined ? { port } : { host, port };
}

const NOT_CHANGED = "the runtime decides about it";

/** An option of sockets that has one value here. */
const always = (only: string, help: string) => ({
  help,
  default: only,
  apply: (_: Draft, value: string) => value === only ? undefined : `it is always ${only}`,
});

export const SERVER: Effects<Draft> = {
  "listeners.tcp": {
    help: "none: no listener for AMQP without TLS",
    apply: (draft) => void (draft.hasTcpListeners = false),
  },
  "listeners.tcp.$name": {
    help: "a port, or an address and a port, at which AMQP is served",
    default: "127.0.0.1:5672",
    apply: (draft, value) => void (draft.listeners = [...draft.listeners ?? [], readListenAddress(value)]),
  },
  "tcp_listen_options.nodelay": always("true", "packets are sent at once"),
  "tcp_listen_options.exit_on_close": always("false", "a client that only sends no more is served on"),
  "tcp_listen_options.backlog": { help: "connections that wait to be accepted", apply: () => NOT_CHANGED },
  "product.name": {
    help: "what clients are told the server is",
    default: "RabbitMQ",
    apply: (draft, value) => void (draft.productName = value),
  },
  "product.version": {
    help: "which version clients are told the server is",
    apply: (draft, value) => void (draft.productVersion = value),
  },
  cluster_name: {
    help: "what clients are told the cluster is called",
    default: "haremq",
    apply: (draft, value) => void (draft.clusterName = value),
  },
  "event_exchange.enabled": {
    help: "whether what happens is published to the exchange amq.rabbitmq.event",
    default: "false",
    apply: (draft, value) => void (draft.hasEventExchange = readBoolean(value)),
  },
  "event_exchange.vhost": {
    help: "the virtual host of that exchange",
    default: "/",
    apply: (draft, value) => void (draft.eventExchangeVhost = value),
  },
  "event_exchange.protocol": {
    help: "the protocol of these messages",
    default: "amqp_0_9_1",
    apply(_, value) {
      if (value !== "amqp_0_9_1") throw new RangeError(`Events are messages of amqp_0_9_1 only: received "${value}".`);
    },
  },
};
