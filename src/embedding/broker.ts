import type { Access } from "../access/access.ts";
import { DEFAULT_MECHANISMS, type Mechanism } from "../access/sasl.ts";
import { AccessControl } from "../access/access_control.ts";
import type { AccessClock, AccessLog } from "../access/clock.ts";
import { InternalBackend } from "../access/internal_backend.ts";
import { NewPasswords, type PasswordOptions } from "../access/new_password.ts";
import { NO_NODE_LIMITS, type NodeLimits } from "../broker/session/admission.ts";
import { EventExchange } from "../broker/tracing/event_exchange.ts";
import type { Clock } from "../broker/turn/clock.ts";
import { Node } from "../broker/node/node.ts";
import type { QueueTypeName } from "../broker/queue/queue_type.ts";
import { BufferPool } from "../amqp091/buffer_pool.ts";
import { Connection, type ConnectionHost } from "../amqp091/connection.ts";
import { ConnectionStart } from "../amqp091/connection_start.ts";
import type { Logger } from "../amqp091/logger.ts";
import { type ConnectionOptions, DEFAULT_CONNECTION_OPTIONS } from "../amqp091/options.ts";
import { type ServerIdentity, serverProperties } from "../amqp091/server_properties.ts";
import type { Transport } from "../transport/transport.ts";
import type { Store } from "../store/store.ts";
import { defaultDataOf, type Defaults, vhostDefaultsOf } from "./defaults.ts";
import { EmbeddedUsers } from "./users.ts";
import { EmbeddedVirtualHost } from "./virtual_host.ts";

const DEFAULT_MEMORY_BYTES = 1024 * 1024 * 1024;

/** Time limit for clients to confirm the close of their connections. In milliseconds. */
const GOODBYE_MS = 3000;

/** How a broker is set up. Every field may be left out. */
export interface BrokerOptions extends Partial<ConnectionOptions>, Partial<NodeLimits>, ServerIdentity {
  /**
   * Who is asked who may log in and do what. Default: the broker's own users, of whom guest logs in from loopback only. A
   * function gets what those know, to ask it before or after others.
   */
  readonly access?: Access | ((means: AccessMeans) => Access);
  /** How the passwords of the broker's own users are checked and kept. */
  readonly passwords?: PasswordOptions;
  /** What is created at the first start, and in each new virtual host. Default: virtual host `/`, with the user guest. */
  readonly defaults?: Defaults;
  /** The SASL mechanisms that clients are offered, in this order. Default: PLAIN and AMQPLAIN. */
  readonly mechanisms?: readonly Mechanism[];
  /** Where durable things are kept. Default: nowhere; they last as long as the broker. */
  readonly store?: Store;
  /** Publishers are blocked while messages take more memory than this. In bytes. Default: 1 GiB. */
  readonly memoryHighWatermarkBytes?: number;
  /** The type of queues that are declared without one: `classic`, `quorum` or `stream`. Default: `classic`. */
  readonly defaultQueueType?: QueueTypeName;
  /** Takes a line for each event that matters to the operator. Default: drops it. */
  readonly log?: Logger;
  /**
   * Where what happens in the broker is published, such as `connection.created`, to the topic exchange
   * `amq.rabbitmq.event` (RabbitMQ: Event Exchange). The virtual host is made if it is not there. Default: nowhere.
   */
  readonly eventExchange?: { readonly vhost: string };
  /** The time. Default: the runtime's. */
  readonly clock?: Clock;
  /** Fills an array with random bytes. Default: WebCrypto's. */
  readonly randomBytes?: (bytes: Uint8Array) => Uint8Array;
}

/** The parts that access control is made from. */
export interface AccessMeans {
  /** The broker's own users. */
  readonly internal: InternalBackend;
  readonly clock: AccessClock;
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

const webCryptoBytes = (bytes: Uint8Array): Uint8Array => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>);

/**
 * A message broker that speaks AMQP 0-9-1 over any byte streams, and lets the program that it is part of publish and
 * consume without any protocol.
 *
 * ```ts
 * const broker = new Broker();
 * broker.accept({ readable, writable });
 * ```
 */
export class Broker {
  readonly #node: Node;
  /** The broker's own users, and what they may do. */
  readonly users: EmbeddedUsers;
  readonly #host: ConnectionHost;
  readonly #connections = new Set<Connection>();

  constructor(options: BrokerOptions = {}) {
    const randomBytes = options.randomBytes ?? webCryptoBytes;
    const clock = options.clock ?? systemClock;
    const memoryHighWatermarkBytes = options.memoryHighWatermarkBytes ?? DEFAULT_MEMORY_BYTES;
    const report = (line: string) => options.log?.("error", line);
    const random = () => new DataView(randomBytes(new Uint8Array(4)).buffer).getUint32(0) / 2 ** 32;
    const { store, defaultQueueType } = options;
    const newPasswords = new NewPasswords(options.passwords ?? {}, randomBytes);
    const nodeLimits = withDefaults(options, NO_NODE_LIMITS);
    const limits = withDefaults(options, DEFAULT_CONNECTION_OPTIONS);
    this.#node = new Node({
      clock,
      store,
      memoryHighWatermarkBytes,
      report,
      random,
      limits: nodeLimits,
      defaultQueueType,
      defaultData: defaultDataOf(options.defaults ?? {}, newPasswords),
      vhostDefaults: vhostDefaultsOf(options.defaults ?? {}, newPasswords),
      sessionOptions: limits,
      uniqueName: () => base64Url(randomBytes(new Uint8Array(16))),
    });
    const log = options.log ?? (() => {});
    this.#node.access = accessOf(options, { internal: new InternalBackend(this.#node.topology.users), clock, log });
    this.users = new EmbeddedUsers(this.#node, newPasswords);
    for (const vhost of this.#node.vhosts.values()) {
      if (vhost.name !== options.eventExchange?.vhost) EventExchange.remove(vhost);
    }
    if (options.eventExchange !== undefined) {
      const vhost = this.#node.addVirtualHost(options.eventExchange.vhost);
      this.#node.events = new EventExchange(this.#node, vhost);
    }
    this.#node.endTurn();
    this.#host = {
      node: this.#node,
      mechanisms: options.mechanisms ?? DEFAULT_MECHANISMS,
      options: limits,
      start: new ConnectionStart(serverProperties(options)),
      buffers: new BufferPool(),
      log,
    };
  }

  /** Speaks AMQP over a pair of streams until either side ends it; {@linkcode Connection.closed} tells when. */
  accept(transport: Transport): Connection {
    const connection = new Connection(this.#host, transport);
    this.#connections.add(connection);
    connection.closed.then(() => this.#connections.delete(connection));
    return connection;
  }

  /** The open connections. */
  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  /** The broker's node, for what is built around a broker, such as management. It is not a stable interface. */
  get node(): Node {
    return this.#node;
  }

  /** Returns a virtual host, and creates it if it does not exist. RabbitMQ's default one is `/`. */
  vhost(name: string): EmbeddedVirtualHost {
    const vhost = this.#node.addVirtualHost(name);
    this.#node.endTurn();
    return new EmbeddedVirtualHost(this.#node, vhost);
  }

  /** Memory that messages take, in bytes. */
  get messageBytes(): number {
    return this.#node.messages.slabBytes;
  }

  /**
   * Closes all connections with `connection.close` 320, and the store once everything in it is safe. Clients that don't
   * answer are waited for no more than 3 s.
   */
  async close(): Promise<void> {
    const reason = "broker forced connection closure with reason 'shutdown'";
    const closed = Promise.all([...this.#connections].map((connection) => connection.close(reason)));
    await new Promise<void>((resolve) => {
      const cancel = this.#node.clock.after(GOODBYE_MS, resolve);
      closed.then(() => {
        cancel();
        resolve();
      });
    });
    this.#node.events = undefined;
    this.#node.schedule.close();
    await this.#node.store.close();
  }
}

const accessOf = ({ access }: BrokerOptions, means: AccessMeans): Access => {
  if (access === undefined) return new AccessControl({ auth_backends: [means.internal] }, means.clock, means.log);
  return typeof access === "function" ? access(means) : access;
};

/** The defaults where nothing is given, be it by `undefined`. */
function withDefaults<Options extends object>(given: Partial<Options>, defaults: Options): Options {
  const names = Object.keys(defaults) as (keyof Options)[];
  return Object.fromEntries(names.map((name) => [name, given[name] ?? defaults[name]])) as unknown as Options;
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
