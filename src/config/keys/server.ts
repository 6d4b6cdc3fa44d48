import { type BehaviourChoices, isDeprecatedFeature, type Version, VERSIONS } from "../../broker/compat/behaviour.ts";
import type { ClusterTags } from "../../broker/policy/cluster_parameters.ts";
import type { InterceptorOptions } from "../../broker/session/message_interceptors.ts";
import { readBoolean, readCount, readName } from "../value.ts";
import type { Effect, Effects } from "./effect.ts";

/** An address to listen on. */
export interface ListenAddress {
  /** Absent for all addresses of the machine. */
  readonly host?: string;
  readonly port: number;
}

/** Listeners, the names of the server, and its behaviour. */
export interface ServerConfig extends BehaviourChoices {
  readonly listeners?: readonly ListenAddress[];
  /** False for no listener without TLS, whatever `listeners` says. */
  readonly hasTcpListeners?: boolean;
  readonly socketOptions?: { readonly noDelay?: boolean; readonly keepAlive?: boolean; readonly backlog?: number };
  readonly productName?: string;
  readonly productVersion?: string;
  readonly clusterName?: string;
  readonly clusterTags?: ClusterTags;
  /** True when the names of both ends of a connection are looked up. */
  readonly reverseDnsLookups?: boolean;
  /** Folder of the access log, before that of management. */
  readonly accessLogDir?: string;
  readonly nodeTags?: Readonly<Record<string, string>>;
  readonly nodeName?: string;
  /** File whose text the log shows at the start. */
  readonly motdFile?: string;
  /** True when a data folder that has lost its contents prevents the start. */
  readonly preventsStartupIfNodeWasReset?: boolean;
  readonly messageInterceptors?: InterceptorOptions;
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

/** Reads a node name in Erlang's form. */
function readNodeName(text: string): string {
  if (/^[\w.-]+(@[\w.-]+)?$/.test(text)) return text;
  throw new RangeError(`This is a name such as rabbit@host1: received "${text}".`);
}

/** A key that permits or forbids declarations of queues or exchanges of a type. */
const typeSwitch = (type: string): Effect<Draft> => ({
  help: `whether ${type} may be declared`,
  default: "true",
  apply: (draft, value) => void (draft.disabledTypes = withType(draft.disabledTypes ?? [], type, !readBoolean(value))),
});

const withType = (types: readonly string[], type: string, isDisabled: boolean): readonly string[] =>
  isDisabled ? [...types, type] : types;

/** Makes the effect of a socket option that has only one value here. */
const always = (only: string, help: string) => ({
  help,
  default: only,
  apply: (_: Draft, value: string) => value === only ? undefined : `it is always ${only}`,
});

/** Interceptors by the names of their keys. */
const INTERCEPTORS: Readonly<Record<string, (isOn: boolean) => InterceptorOptions>> = {
  "incoming.set_header_timestamp.overwrite": (overwrite) => ({ incomingTimestamp: { overwrite } }),
  "incoming.set_header_routing_node.overwrite": (overwrite) => ({ incomingRoutingNode: { overwrite } }),
  "outgoing.timestamp.enabled": (outgoingTimestamp) => ({ outgoingTimestamp }),
};

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
  "tcp_listen_options.nodelay": {
    help: "whether small packets are sent at once",
    default: "true",
    apply: (draft, value) => void (draft.socketOptions = { ...draft.socketOptions, noDelay: readBoolean(value) }),
  },
  "tcp_listen_options.keepalive": {
    help: "whether the system checks idle peers",
    default: "false",
    apply: (draft, value) => void (draft.socketOptions = { ...draft.socketOptions, keepAlive: readBoolean(value) }),
  },
  "tcp_listen_options.exit_on_close": always("false", "a client that only stops sending is still served"),
  "tcp_listen_options.backlog": {
    help: "maximum number of connections that wait to be accepted",
    apply: (draft, value) => void (draft.socketOptions = { ...draft.socketOptions, backlog: readCount(value) }),
  },
  reverse_dns_lookups: {
    help:
      "whether connections are shown by the names of their hosts, for which each may wait 2 s; the log and permissions keep addresses",
    default: "false",
    live: "new connections",
    apply: (draft, value) => void (draft.reverseDnsLookups = readBoolean(value)),
  },
  "product.name": {
    help: "product in the server properties",
    default: "RabbitMQ",
    apply: (draft, value) => void (draft.productName = value),
  },
  "product.version": {
    help: "version in the server properties",
    default: ({ productVersion }) => productVersion,
    apply: (draft, value) => void (draft.productVersion = value),
  },
  cluster_name: {
    help: "cluster name in the server properties",
    default: "haremq",
    apply: (draft, value) => void (draft.clusterName = value),
  },
  "cluster_tags.$tag": {
    help: "a tag of the cluster, which the management API shows",
    apply: (draft, value, tag) => void (draft.clusterTags = { ...draft.clusterTags, [tag]: value }),
  },
  "http_dispatch.access_log_dir": {
    help: "newer name of management.http_log_dir",
    apply: (draft, value) => void (draft.accessLogDir = value),
  },
  "node_tags.$tag": {
    help: "a tag of the node, which the management API shows",
    apply: (draft, value, tag) => void (draft.nodeTags = { ...draft.nodeTags, [tag]: value }),
  },
  nodename: {
    help: "name of the node; without @ the machine's name follows",
    default: "haremq@localhost",
    apply: (draft, value) => void (draft.nodeName = readNodeName(value)),
  },
  motd_file: {
    help: "file whose text the log shows at the start",
    apply: (draft, value) => void (draft.motdFile = value),
  },
  prevent_startup_if_node_was_reset: {
    help: "whether the start is prevented when the data folder was in use before and is empty now",
    default: "false",
    apply: (draft, value) => void (draft.preventsStartupIfNodeWasReset = readBoolean(value)),
  },
  compat: {
    help:
      "version of RabbitMQ to behave like where versions differ: 3.13, 4.2 or 4.3; by default, clients of all versions are served",
    apply: (draft, value) => void (draft.compat = readName(value, Object.keys(VERSIONS) as Version[])),
  },
  "deprecated_features.permit.$name": {
    help: "whether global_qos or transient_nonexcl_queues is permitted",
    apply(draft, value, name) {
      if (!isDeprecatedFeature(name)) return "HareMQ has no such deprecated feature";
      draft.deprecatedFeatures = { ...draft.deprecatedFeatures, [name]: readBoolean(value) };
    },
  },
  "quorum_queue.property_equivalence.relaxed_checks_on_redeclaration": {
    help: "whether a quorum queue may be declared again as a classic one",
    default: "false",
    apply: (draft, value) => void (draft.relaxesQuorumRedeclaration = readBoolean(value)),
  },
  "exchange_types.local_random.enabled": typeSwitch("x-local-random"),
  "queue_types.classic.enabled": typeSwitch("classic"),
  "queue_types.quorum.enabled": typeSwitch("quorum"),
  "queue_types.stream.enabled": typeSwitch("stream"),
  "runtime_parameters.limits.$category": {
    help: "maximum number of runtime parameters of a component",
    apply: (draft, value, category) =>
      void (draft.parameterLimits = { ...draft.parameterLimits, [category]: readCount(value) }),
  },
  "message_interceptors.$stage.$name.$key": {
    help: "what is added to messages, and whether it replaces what publishers have set: " +
      Object.keys(INTERCEPTORS).join(", "),
    apply(draft, value, ...parts) {
      const interceptor = parts.join(".");
      if (!Object.hasOwn(INTERCEPTORS, interceptor)) {
        throw new RangeError(`This is one of ${Object.keys(INTERCEPTORS).join(", ")}: received "${interceptor}".`);
      }
      draft.messageInterceptors = { ...draft.messageInterceptors, ...INTERCEPTORS[interceptor](readBoolean(value)) };
    },
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
