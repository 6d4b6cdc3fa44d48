import { readBoolean } from "../value.ts";
import type { Effects } from "./effect.ts";

/** An address to listen on. */
export interface ListenAddress {
  /** Absent for all addresses of the machine. */
  readonly host?: string;
  readonly port: number;
}

/** Listeners, and the names of the server in its properties. */
export interface ServerConfig {
  readonly listeners?: readonly ListenAddress[];
  /** False for no listener without TLS, whatever `listeners` says. */
  readonly hasTcpListeners?: boolean;
  readonly productName?: string;
  readonly productVersion?: string;
  readonly clusterName?: string;
  /** True when events are published to `amq.rabbitmq.event`; in RabbitMQ a plugin does that. */
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

/** Makes the effect of a socket option that has only one value here. */
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
    help: "a port, or an address and a port, to listen on for AMQP",
    default: "127.0.0.1:5672",
    apply: (draft, value) => void (draft.listeners = [...draft.listeners ?? [], readListenAddress(value)]),
  },
  "tcp_listen_options.nodelay": always("true", "packets are sent at once"),
  "tcp_listen_options.exit_on_close": always("false", "a client that only stops sending is still served"),
  "tcp_listen_options.backlog": {
    help: "maximum number of connections that wait to be accepted",
    apply: () => NOT_CHANGED,
  },
  "product.name": {
    help: "product in the server properties",
    default: "RabbitMQ",
    apply: (draft, value) => void (draft.productName = value),
  },
  "product.version": {
    help: "version in the server properties",
    apply: (draft, value) => void (draft.productVersion = value),
  },
  cluster_name: {
    help: "cluster name in the server properties",
    default: "haremq",
    apply: (draft, value) => void (draft.clusterName = value),
  },
  "event_exchange.enabled": {
    help: "whether events are published to the exchange amq.rabbitmq.event",
    default: "false",
    apply: (draft, value) => void (draft.hasEventExchange = readBoolean(value)),
  },
  "event_exchange.vhost": {
    help: "the virtual host of that exchange",
    default: "/",
    apply: (draft, value) => void (draft.eventExchangeVhost = value),
  },
  "event_exchange.protocol": {
    help: "protocol of these messages",
    default: "amqp_0_9_1",
    apply(_, value) {
      if (value !== "amqp_0_9_1") throw new RangeError(`Events are messages of amqp_0_9_1 only: received "${value}".`);
    },
  },
};
