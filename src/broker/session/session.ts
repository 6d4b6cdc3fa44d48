import type { Access, Peer, User } from "../../access/access.ts";
import type { FieldTable } from "../../wire/field_table.ts";
import type { Address, HostNames, TlsSession } from "../../transport/transport.ts";
import type { Actor } from "../events/actor.ts";
import type { LogCategory, LogLevel } from "../events/logger.ts";
import type { VirtualHost } from "../topology/vhost.ts";
import { Deadline } from "../turn/schedule.ts";
import { Channel, type ChannelSink } from "./channel.ts";
import { ChannelCounts } from "./channel_counts.ts";
import { SessionPermissions } from "./permissions.ts";
import { PublisherFlow } from "./publisher_flow.ts";
import type { SessionHost } from "./session_host.ts";
import type { ChurnCounts } from "./sessions.ts";

/** Traffic of a connection since it was opened. Its front end keeps the numbers up to date. */
export interface Traffic {
  /** Bytes that the client has sent. */
  readonly receivedBytes: number;
  /** Frames that the client has sent. */
  readonly receivedFrames: number;
  /** Bytes that the client was sent. */
  readonly sentBytes: number;
  /** Frames that the client was sent. */
  readonly sentFrames: number;
  /** Bytes that wait to be sent. */
  readonly unsentBytes: number;
}

/**
 * State of a connection, in RabbitMQ's words: `flow` while its publishers are held back for a moment, `blocked` while
 * an alarm holds them back.
 */
export type OriginState = "running" | "flow" | "blocked" | "closing";

/** The client of a session, as its front end knows it. */
export interface Origin {
  /** Name of the connection, such as `127.0.0.1:51234 -> 127.0.0.1:5672`. */
  readonly name: string;
  /** Its name in the log, which has addresses in any case. Default: `name`. */
  readonly loggedName?: string;
  /** The names of both ends, where they were looked up. */
  readonly hostNames?: HostNames;
  /** Name of the protocol, such as `AMQP 0-9-1`. */
  readonly protocol: string;
  /** The client's end of the connection; absent where there is no network, as is the other one. */
  readonly peer?: Address;
  /** The broker's end of the connection. */
  readonly local?: Address;
  /** The TLS session, if there is one. */
  readonly tls?: TlsSession;
  /** The SASL mechanism; empty when there was none. */
  readonly mechanism: string;
  /** The client's own description of itself. */
  readonly clientProperties: FieldTable;
  /** Interval of heartbeats. In seconds; 0 is none. */
  readonly heartbeatSeconds: number;
  /** Largest frame. In bytes; 0 is any size. */
  readonly frameMax: number;
  /** Maximum number of channels; 0 is any number. */
  readonly channelMax: number;
  /** Time at which the connection was opened, in milliseconds since 1970. */
  readonly connectedAtMs: number;
  /** Traffic since the connection was opened. */
  readonly traffic: Traffic;
  /** State of the connection. */
  readonly state: OriginState;
  /** Logs a line; one of category `connection`, the default, gets the connection's name in front. */
  log(level: LogLevel, line: string, category?: LogCategory): void;
  /** Closes the connection with a reason, which the client is told. */
  close(reason: string): void;
}

/** Limits of clients, with RabbitMQ's defaults and the names of its configuration keys. */
export interface SessionOptions {
  /** Largest body of a message, in bytes; up to 512 MiB. Default: 16 MiB. */
  readonly maxMessageSize: number;
  /**
   * Time after which an unacknowledged delivery closes its channel, unless its queue or consumer sets another; `false`
   * is never. In milliseconds. Default: 1800000, half an hour.
   */
  readonly consumerTimeoutMs: number | false;
  /** Maximum interval between checks for late acknowledgements. In milliseconds. Default: 30000. */
  readonly channelTickIntervalMs: number;
}

export const DEFAULT_SESSION_OPTIONS: SessionOptions = {
  maxMessageSize: 16 * 1024 * 1024,
  consumerTimeoutMs: 1_800_000,
  channelTickIntervalMs: 30_000,
};

/** The user and the virtual host of a new session. */
export interface SessionRequest {
  readonly user: User;
  readonly vhost: VirtualHost;
  readonly origin: Origin;
  /** The client's address and certificate. */
  readonly peer: Peer;
  /** Decides about permissions. Default: the node's. */
  readonly access?: Access;
  /** Default: the node's. */
  readonly options?: Partial<SessionOptions>;
}

/** Counts of the closed channels of a session that has closed none. */
const NO_COUNTS = new ChannelCounts();

/**
 * A client of any protocol, from login to the end, in one virtual host. Its channels publish and consume; it owns its
 * exclusive queues.
 */
export class Session {
  readonly node: SessionHost;
  readonly vhost: VirtualHost;
  readonly origin: Origin;
  readonly permissions: SessionPermissions;
  readonly options: SessionOptions;
  readonly flow: PublisherFlow;
  readonly channels = new Set<Channel>();
  /** Counts of closed channels. */
  closedCounts = NO_COUNTS;
  readonly #churn: ChurnCounts | undefined;
  readonly #onClose: (session: Session) => void;
  /** Deadline at which the credentials expire; made when they do. */
  #expiry: Deadline | undefined;
  #isClosed = false;

  /** True for the program that embeds the broker: it is neither counted nor reported as a connection. */
  readonly isInternal: boolean;

  /** Called by `Node.open` only. Without `churn` the session is internal. */
  constructor(
    node: SessionHost,
    request: SessionRequest,
    churn: ChurnCounts | undefined,
    onClose: (session: Session) => void,
  ) {
    const { user, vhost, origin, peer, access = node.access, options } = request;
    this.node = node;
    this.vhost = vhost;
    this.origin = origin;
    this.options = options === undefined ? node.sessionOptions : { ...node.sessionOptions, ...options };
    this.permissions = new SessionPermissions(access, user, vhost, { peer });
    this.flow = new PublisherFlow(node);
    this.isInternal = churn === undefined;
    this.#churn = churn;
    this.#onClose = onClose;
    this.#setExpiry();
  }

  /** Takes renewed credentials of the same user, and ends what they no longer permit. */
  renew(user: User): void {
    this.permissions.renew(user);
    this.#setExpiry();
    for (const { subscriptions } of this.channels) subscriptions.checkPermissions();
  }

  #setExpiry(): void {
    const { schedule } = this.node;
    const { expiresAtMs } = this.user;
    if (expiresAtMs === undefined) return schedule.clear(this.#expiry);
    this.#expiry ??= new Deadline(() => this.origin.close("credential expired"));
    schedule.set(this.#expiry, expiresAtMs);
  }

  /** The actor of the changes that the client requests. */
  get actor(): Actor {
    return { user: this.user.name };
  }

  get user(): User {
    return this.permissions.user;
  }

  /** Counts of all channels, closed ones included. */
  get counts(): ChannelCounts {
    const counts = new ChannelCounts();
    counts.add(this.closedCounts);
    for (const channel of this.channels) counts.add(channel.counts);
    return counts;
  }

  /** Opens a channel. Throws NOT_ALLOWED when no further one may be opened. */
  openChannel(number: number, sink: ChannelSink): Channel {
    const { admission } = this.node;
    if (this.#churn !== undefined) {
      admission.checkChannel(this.user.name);
      admission.channelOpened(this.user.name);
      this.#churn.channelCreated++;
    }
    const channel = new Channel(this, number, sink);
    this.channels.add(channel);
    return channel;
  }

  /** Called by a channel when it is closed. */
  channelClosed(channel: Channel): void {
    this.channels.delete(channel);
    if (this.closedCounts === NO_COUNTS) this.closedCounts = new ChannelCounts();
    this.closedCounts.add(channel.counts);
    if (this.#churn === undefined) return;
    this.#churn.channelClosed++;
    this.node.admission.channelClosed(this.user.name);
  }

  /** Releases everything: channels and exclusive queues. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.node.schedule.clear(this.#expiry);
    for (const channel of [...this.channels]) channel.close();
    this.vhost.removeQueuesOf(this);
    this.#onClose(this);
  }
}
