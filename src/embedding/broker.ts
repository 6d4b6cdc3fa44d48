import type { Access, Peer } from "../access/access.ts";
import { DEFAULT_MECHANISMS, type Mechanism } from "../access/sasl.ts";
import { AccessControl } from "../access/access_control.ts";
import type { AccessClock, AccessLog } from "../access/clock.ts";
import { InternalBackend } from "../access/internal_backend.ts";
import { NewPasswords, type PasswordOptions } from "../access/new_password.ts";
import { NO_NODE_LIMITS, type NodeLimits } from "../broker/session/admission.ts";
import { type Behaviour, type BehaviourChoices, behaviourOf } from "../broker/compat/behaviour.ts";
import { EventExchange } from "../broker/tracing/event_exchange.ts";
import { EventLog } from "../broker/tracing/event_log.ts";
import type { Clock } from "../broker/turn/clock.ts";
import { Node } from "../broker/node/node.ts";
import { givenClusterName } from "../broker/policy/cluster_name.ts";
import { IMPORTED } from "../broker/topology/default_data.ts";
import type { InterceptorOptions } from "../broker/session/message_interceptors.ts";
import type { QueueTypeName } from "../broker/queue/queue_type.ts";
import { BufferPool } from "../transport/buffer_pool.ts";
import { Connection } from "../amqp091/connection.ts";
import type { ConnectionHost } from "../amqp091/connection_host.ts";
import { ConnectionStart } from "../amqp091/connection_start.ts";
import type { LogCategory, Logger } from "../amqp091/logger.ts";
import { type ConnectionOptions, DEFAULT_CONNECTION_OPTIONS } from "../amqp091/options.ts";
import { identityOf, type ServerIdentity, serverProperties, VERSION } from "../amqp091/server_properties.ts";
import type { HostNames, Transport } from "../transport/transport.ts";
import type { Store } from "../store/store.ts";
import { defaultDataOf, type Defaults, vhostDefaultsOf } from "./defaults.ts";
import { Definitions } from "../definitions/definitions.ts";
import type { ImportedDefinitions } from "../definitions/import.ts";
import { Management } from "../http/management.ts";
import { HeldDeliveries } from "../http/consuming/held_deliveries.ts";
import { EventFeeds } from "../http/events/event_feeds.ts";
import { TapFeeds } from "../http/events/tap_feeds.ts";
import { ListCache } from "../http/listing/list_cache.ts";
import { Selections } from "../http/listing/selections.ts";
import { TimeSlices } from "../http/listing/time_slices.ts";
import { Statistics } from "../http/statistics/statistics.ts";
import { DEFAULT_STATISTICS_OPTIONS, type StatisticsOptions } from "../http/statistics/retention.ts";
import { DEFAULT_MANAGEMENT_OPTIONS, type ManagementOptions } from "../http/management_host.ts";
import { OAuthLogin } from "../http/oauth/oauth_login.ts";
import { DEFAULT_METRICS_OPTIONS, Metrics, type MetricsOptions } from "../http/metrics/metrics.ts";
import type { ServerControl } from "../http/server_control.ts";
import type { ServerListener } from "../http/server_listener.ts";
import { OtlpExporter, type OtlpOptions } from "../otlp/otlp_exporter.ts";
import type { ServerProcess } from "../http/server_process.ts";
import { connectionForced } from "../wire/error.ts";
import { Program } from "./program.ts";
import { EmbeddedUsers } from "./users.ts";
import { EmbeddedVirtualHost } from "./virtual_host.ts";

const DEFAULT_MEMORY_BYTES = 1024 * 1024 * 1024;

/** Time limit for clients to confirm the close of their connections. In milliseconds. */
const GOODBYE_MS = 3000;

/** A limit of memory. */
export interface MemoryLimit {
  /** Memory for messages above which publishers are blocked. In bytes. Default: 1 GiB. */
  readonly memoryHighWatermarkBytes?: number;
}

/** The settings of a broker. Every field may be left out. */
export interface BrokerOptions
  extends Partial<ConnectionOptions>, Partial<NodeLimits>, ServerIdentity, MemoryLimit, BehaviourChoices {
  /**
   * Decides who may log in and do what. Default: the broker's own users, of whom guest logs in from loopback only. A
   * function gets their backend, to ask it before or after others.
   */
  readonly access?: Access | ((means: AccessMeans) => Access);
  /** Makes what decides in its place who may log in to the management API and to metrics. Default: nothing. */
  readonly httpAccess?: (means: AccessMeans) => Access | undefined;
  /** Checking and hashing of the passwords of the broker's own users. */
  readonly passwords?: PasswordOptions;
  /**
   * Contents of the broker at its first start, and of each new virtual host. Default: virtual host `/`, with the user
   * guest.
   */
  readonly defaults?: Defaults;
  /**
   * True when definitions are imported right after the start. Then, as in RabbitMQ, a new broker has neither the
   * default virtual host nor the default user. Default: false.
   */
  readonly importsDefinitions?: boolean;
  /** The SASL mechanisms that clients are offered, in this order. Default: PLAIN and AMQPLAIN. */
  readonly mechanisms?: readonly Mechanism[];
  /** Store of everything durable. Default: none; it lasts as long as the broker. */
  readonly store?: Store;
  /** Type of queues that are declared without one: `classic`, `quorum` or `stream`. Default: `classic`. */
  readonly defaultQueueType?: QueueTypeName;
  /** What is added to messages (RabbitMQ: Message Interceptors). Default: nothing. */
  readonly messageInterceptors?: InterceptorOptions;
  /** Called with a line for each event that matters to the operator. Default: drops it. */
  readonly log?: Logger;
  /**
   * Virtual host with the topic exchange `amq.rabbitmq.event`, to which events such as `connection.created` are
   * published (RabbitMQ: Event Exchange). It is created if it does not exist. Default: events are not published.
   */
  readonly eventExchange?: { readonly vhost: string };
  /**
   * True when alarms are logged, and in category `audit` logins and changes of users, permissions and policies.
   * Default: false.
   */
  readonly logsEvents?: boolean;
  /** Returns the effective configuration as text, for administrators. Default: none. */
  readonly effectiveConfig?: () => string;
  /** Options of the management API. */
  readonly management?: Partial<ManagementOptions>;
  /** Options of the statistics in the management API. */
  readonly statistics?: Partial<StatisticsOptions>;
  /** Where spans of messages are sent whose publishers trace them (OpenTelemetry). Default: none are made. */
  readonly openTelemetry?: OtlpOptions;
  /** Options of metrics. */
  readonly metrics?: Partial<MetricsOptions>;
  /** The process that the broker runs in, for metrics and management. Default: none; what is known of it is then left out. */
  readonly serverProcess?: ServerProcess;
  /** Clock of the broker. Default: the runtime's. */
  readonly clock?: Clock;
  /** Clock of heartbeats, and of time limits for peers. Default: `clock`. */
  readonly connectionClock?: Clock;
  /** Fills an array with random bytes. Default: WebCrypto's. */
  readonly randomBytes?: (bytes: Uint8Array) => Uint8Array;
}

/** The parts that access control is made of. */
export interface AccessMeans {
  /** The broker's own users. */
  readonly internal: InternalBackend;
  /** Clock of the broker. */
  readonly clock: AccessClock;
  /** Log of the broker. */
  readonly log: AccessLog;
}

const systemClock: Clock = {
  now: () => performance.now(),
  time: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** A client of which the program does not tell the address. */
const UNKNOWN_PEER: Peer = { isLoopback: false, host: "unknown" };

const webCryptoBytes = (bytes: Uint8Array): Uint8Array => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>);

/**
 * A message broker that speaks AMQP 0-9-1 over any byte streams, and lets the program that embeds it publish and
 * consume without a protocol.
 *
 * ```ts
 * const broker = new Broker();
 * broker.accept({ readable, writable });
 * ```
 */
export class Broker implements AsyncDisposable {
  readonly #node: Node;
  /** The program as a client, by virtual host. */
  readonly #programs = new Map<string, Program>();
  /** The broker's own users and their permissions. */
  readonly users: EmbeddedUsers;
  readonly #host: ConnectionHost & { options: ConnectionOptions };
  readonly #connections = new Set<Connection>();
  /**
   * Definitions, as management and the server command import and export them. Not a stable interface.
   *
   * @internal
   */
  readonly definitions: Definitions;
  readonly #management: Management;
  readonly #eventFeeds: EventFeeds;
  readonly #tapFeeds: TapFeeds;
  readonly #listeners: ServerListener[] = [];
  #control: ServerControl | undefined;
  readonly #metrics: Metrics;
  readonly #spans: OtlpExporter | undefined;
  readonly #statistics: Statistics;
  readonly #lists: ListCache;
  readonly #selections: Selections;

  /** Makes a broker; durable things in its store are there at once. Throws `PatternError` for an invalid pattern in the defaults. */
  constructor(options: BrokerOptions = {}) {
    const randomBytes = options.randomBytes ?? webCryptoBytes;
    const clock = options.clock ?? systemClock;
    const memoryHighWatermarkBytes = options.memoryHighWatermarkBytes ?? DEFAULT_MEMORY_BYTES;
    const report = (line: string, category?: LogCategory) => options.log?.("error", line, category);
    const random = () => new DataView(randomBytes(new Uint8Array(4)).buffer).getUint32(0) / 2 ** 32;
    const { store, defaultQueueType } = options;
    const newPasswords = new NewPasswords(options.passwords ?? {}, randomBytes);
    const nodeLimits = withDefaults(options, NO_NODE_LIMITS);
    const behaviour = behaviourOf(options);
    const limits = withDefaults(options, connectionDefaults(behaviour));
    this.#spans = options.openTelemetry &&
      new OtlpExporter(options.openTelemetry, { clock, version: VERSION, log: options.log ?? (() => {}) });
    this.#node = new Node({
      spanSink: this.#spans,
      name: options.nodeName,
      behaviour,
      clock,
      store,
      memoryHighWatermarkBytes,
      report,
      random,
      limits: nodeLimits,
      defaultQueueType,
      defaultData: options.importsDefinitions ? IMPORTED : defaultDataOf(options.defaults ?? {}, newPasswords),
      vhostDefaults: vhostDefaultsOf(options.defaults ?? {}, newPasswords),
      sessionOptions: limits,
      interceptors: options.messageInterceptors,
      countsPairs: options.statistics?.ratesMode === "detailed",
      uniqueName: () => base64Url(randomBytes(new Uint8Array(16))),
    });
    const log = options.log ?? (() => {});
    const accessMeans = { internal: new InternalBackend(this.#node.topology.users), clock, log };
    this.#node.access = accessOf(options, accessMeans);
    const httpAccess = options.httpAccess?.(accessMeans);
    this.users = new EmbeddedUsers(this.#node, newPasswords);
    const names = identityOf(options, behaviour);
    const { parameters } = this.#node;
    const identity = {
      ...names,
      get clusterName() {
        return givenClusterName(parameters) ?? names.clusterName;
      },
    };
    this.definitions = new Definitions({ node: this.#node, newPasswords, identity, log });
    this.#metrics = new Metrics({
      node: this.#node,
      httpAccess,
      nodeName: this.#node.name,
      identity,
      version: VERSION,
      serverProcess: options.serverProcess,
      spans: this.#spans,
      options: withDefaults(options.metrics ?? {}, DEFAULT_METRICS_OPTIONS),
    });
    const slices = new TimeSlices(clock);
    const statistics = withDefaults(options.statistics ?? {}, DEFAULT_STATISTICS_OPTIONS);
    this.#statistics = new Statistics(this.#node, slices, options.serverProcess, log, statistics);
    this.#eventFeeds = new EventFeeds(this.#node, this.#statistics, httpAccess);
    this.#tapFeeds = new TapFeeds(this.#node);
    const management = withDefaults(options.management ?? {}, DEFAULT_MANAGEMENT_OPTIONS);
    this.#selections = new Selections(clock);
    this.#lists = new ListCache(slices, management.dbCacheMultiplier);
    this.#management = new Management({
      node: this.#node,
      httpAccess,
      definitions: this.definitions,
      newPasswords,
      identity,
      options: management,
      oauth: new OAuthLogin(management.oauth, { clock, log, fetch: (url, init) => fetch(url, init) }),
      effectiveConfig: options.effectiveConfig ?? (() => ""),
      metrics: this.#metrics,
      listeners: this.#listeners,
      control: () => this.#control,
      log,
      slices,
      lists: this.#lists,
      selections: this.#selections,
      statistics: this.#statistics,
      serverProcess: options.serverProcess,
      mechanisms: (options.mechanisms ?? DEFAULT_MECHANISMS).map(({ name }) => name),
      heldDeliveries: new HeldDeliveries(this.#node),
      eventFeeds: this.#eventFeeds,
      tapFeeds: this.#tapFeeds,
    });
    for (const vhost of this.#node.vhosts.values()) {
      if (vhost.name !== options.eventExchange?.vhost) EventExchange.remove(vhost);
    }
    if (options.eventExchange !== undefined) {
      const vhost = this.#node.addVirtualHost(options.eventExchange.vhost);
      this.#node.events = new EventExchange(this.#node, vhost);
    }
    if (options.logsEvents) this.#node.events = new EventLog(this.#node.name, log, this.#node.events);
    this.#node.endTurn();
    this.#host = {
      node: this.#node,
      clock: options.connectionClock ?? clock,
      mechanisms: options.mechanisms ?? DEFAULT_MECHANISMS,
      options: limits,
      start: new ConnectionStart(serverProperties(options, behaviour), () => identity.clusterName),
      buffers: new BufferPool(),
      log,
    };
  }

  /**
   * Speaks AMQP over a pair of streams until either side ends it; {@linkcode Connection.closed} resolves then.
   *
   * @param hostNames names of both ends, which are shown in the place of their addresses.
   */
  accept(transport: Transport, hostNames?: HostNames): Connection {
    const connection = new Connection(this.#host, transport, hostNames);
    this.#connections.add(connection);
    connection.closed.then(() => this.#connections.delete(connection));
    return connection;
  }

  /**
   * Answers a request of the management HTTP API, so that a program can serve it in a server of its own. Never rejects.
   * The first request begins the sampling of statistics, which goes on until the broker is closed.
   *
   * ```ts
   * Deno.serve({ port: 15672, hostname: "127.0.0.1" }, (request, { remoteAddr: { hostname } }) =>
   *   broker.fetch(request, { host: hostname, isLoopback: hostname === "127.0.0.1" }));
   * ```
   *
   * @param peer the client. Without it, one of an unknown address: guest can't log in, and all such clients together are
   * slowed down when their logins fail.
   * @param onLogin called with the name of the user who logs in by the request.
   */
  fetch(request: Request, peer: Peer = UNKNOWN_PEER, onLogin?: (userName: string) => void): Promise<Response> {
    return this.#management.fetch(request, peer, onLogin);
  }

  /**
   * Answers a request for metrics, at `/metrics` and below, so that a program can serve them in a server of its own.
   * Never rejects.
   *
   * @param peer the client; without it, one of an unknown address.
   */
  fetchMetrics(request: Request, peer: Peer = UNKNOWN_PEER): Promise<Response> {
    return this.#metrics.fetch(request, peer);
  }

  /**
   * Tells the listeners that lead to this broker, for its management API.
   *
   * @internal
   */
  set listeners(listeners: readonly ServerListener[]) {
    this.#listeners.splice(0, Infinity, ...listeners);
  }

  /**
   * Tells what controls the server, for the management API.
   *
   * @internal
   */
  set control(control: ServerControl) {
    this.#control = control;
  }

  /** The open connections. */
  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  /**
   * Changes limits while the broker runs; missing ones get their defaults. Those of connections apply to new ones, and
   * `vhostMax` does not change.
   */
  reconfigure(limits: Partial<ConnectionOptions & NodeLimits> & MemoryLimit): void {
    this.#node.memoryHighWatermarkBytes = limits.memoryHighWatermarkBytes ?? DEFAULT_MEMORY_BYTES;
    Object.assign(this.#node.limits, withDefaults(limits, NO_NODE_LIMITS));
    this.#host.options = this.#node.sessionOptions = withDefaults(limits, connectionDefaults(this.#node.behaviour));
    this.#node.endTurn();
  }

  /** Sets the memory for messages above which publishers are blocked. In bytes. */
  set memoryHighWatermarkBytes(bytes: number) {
    this.#node.memoryHighWatermarkBytes = bytes;
    this.#node.endTurn();
  }

  /**
   * The broker's node, for what is built around a broker, such as management. Not a stable interface.
   *
   * @internal
   */
  get node(): Node {
    return this.#node;
  }

  /** Returns a virtual host, and creates it if it does not exist. RabbitMQ's default one is `/`. */
  vhost(name: string): EmbeddedVirtualHost {
    const vhost = this.#node.addVirtualHost(name);
    this.#node.endTurn();
    let program = this.#programs.get(name);
    if (program?.session.vhost !== vhost) program?.close(connectionForced(`vhost '${name}' is deleted`));
    if (program === undefined || program.isClosed) {
      program = new Program(this.#node, vhost);
      this.#programs.set(name, program);
    }
    return new EmbeddedVirtualHost(program);
  }

  /**
   * Exports the definitions of the broker, or those of one virtual host, in RabbitMQ's JSON. Rejects with
   * `DefinitionsError` when that does not exist.
   */
  exportDefinitions(vhost?: string): Promise<string> {
    return this.definitions.export(vhost);
  }

  /**
   * Imports definitions in RabbitMQ's JSON, as text or parsed; with `vhost` everything into that one. Existing
   * exchanges, queues and bindings stay. Resolves when everything is safe, with a sentence for everything that is left
   * out. Rejects with `DefinitionsError`, which lists all errors; then nothing is changed.
   *
   * ```ts
   * const { notices } = await broker.importDefinitions(await Deno.readTextFile("definitions.json"));
   * ```
   */
  importDefinitions(
    definitions: string | object,
    { vhost }: { readonly vhost?: string } = {},
  ): Promise<ImportedDefinitions> {
    const text = typeof definitions === "string" ? definitions : JSON.stringify(definitions);
    return this.definitions.import(text, { vhost });
  }

  /**
   * Time at which the broker acts next without a client: an expiry, a delay or a time limit. In milliseconds since 1970;
   * `Infinity` when nothing is due.
   */
  get nextDueAtMs(): number {
    return this.#node.schedule.nextDueAtMs;
  }

  /** Memory taken by messages, in bytes. */
  get messageBytes(): number {
    return this.#node.messages.slabBytes;
  }

  /**
   * Closes all connections with `connection.close` 320, ends the program's consumers, and closes the store once everything in
   * it is safe. Waits at most 3 s for clients that do not answer, and for publishes that are not safe.
   */
  async close(): Promise<void> {
    this.definitions.close();
    this.#eventFeeds.close();
    this.#tapFeeds.close();
    this.#metrics.close();
    this.#statistics.stop();
    this.#lists.close();
    this.#selections.close();
    const reason = "broker forced connection closure with reason 'shutdown'";
    const programs = [...this.#programs.values()];
    const closed = Promise.all([
      ...[...this.#connections].map((connection) => connection.close(reason)),
      ...programs.map(({ publisher }) => publisher.whenSettled()),
    ]);
    await new Promise<void>((resolve) => {
      const cancel = this.#host.clock.after(GOODBYE_MS, resolve);
      closed.then(() => {
        cancel();
        resolve();
      });
    });
    for (const program of programs) program.close(connectionForced("the broker is closed"));
    this.#node.events = undefined;
    this.#node.schedule.close();
    await this.#spans?.close();
    await this.#node.store.close();
  }

  /** Closes the broker. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const connectionDefaults = ({ initialFrameMax, maxMessageSize }: Behaviour): ConnectionOptions => ({
  ...DEFAULT_CONNECTION_OPTIONS,
  initialFrameMax,
  maxMessageSize,
});

const accessOf = ({ access }: BrokerOptions, means: AccessMeans): Access => {
  if (access === undefined) return new AccessControl({ auth_backends: [means.internal] }, means.clock, means.log);
  return typeof access === "function" ? access(means) : access;
};

/** Fills in the defaults where nothing is given, or `undefined`. */
function withDefaults<Options extends object>(given: Partial<Options>, defaults: Options): Options {
  const names = Object.keys(defaults) as (keyof Options)[];
  return Object.fromEntries(names.map((name) => [name, given[name] ?? defaults[name]])) as unknown as Options;
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
