import { connectionForced, NO_METHOD, notAllowed } from "../../wire/error.ts";
import type { Limits, UserLimit, VirtualHostLimit } from "../policy/limits.ts";

/** Limits of a node (RabbitMQ: `rabbitmq.conf`). Default of each: `Infinity`, which is any number. */
export interface NodeLimits {
  /** Maximum number of connections. */
  readonly connectionMax: number;
  /** Maximum number of channels of all connections. */
  readonly channelMaxPerNode: number;
  /** Maximum number of consumers on one channel. */
  readonly consumerMaxPerChannel: number;
  /** Maximum number of queues in all virtual hosts. */
  readonly clusterQueueLimit: number;
  /** Maximum number of exchanges in all virtual hosts, the predeclared ones included. */
  readonly clusterExchangeLimit: number;
  /** Maximum number of virtual hosts. */
  readonly vhostMax: number;
}

export const NO_NODE_LIMITS: NodeLimits = {
  connectionMax: Infinity,
  channelMaxPerNode: Infinity,
  consumerMaxPerChannel: Infinity,
  clusterQueueLimit: Infinity,
  clusterExchangeLimit: Infinity,
  vhostMax: Infinity,
};

/** Counts by name; a name with a count of zero takes no memory. */
class Counts {
  readonly #counts = new Map<string, number>();

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  change(name: string, by: 1 | -1): void {
    const count = this.of(name) + by;
    if (count === 0) this.#counts.delete(name);
    else this.#counts.set(name, count);
  }
}

/** Admits connections and channels while their virtual host, their user and the node are below their limits. */
export class Admission {
  readonly #nodeName: string;
  readonly #node: NodeLimits;
  readonly #vhosts: Limits<VirtualHostLimit>;
  readonly #users: Limits<UserLimit>;
  readonly #connectionsOfVhosts = new Counts();
  readonly #connectionsOfUsers = new Counts();
  readonly #channelsOfUsers = new Counts();
  /** Number of open connections. */
  connectionCount = 0;
  channelCount = 0;
  /** Reason why the node takes no connections; `undefined` while it does. */
  refusal: string | undefined;

  constructor(nodeName: string, node: NodeLimits, vhosts: Limits<VirtualHostLimit>, users: Limits<UserLimit>) {
    this.#nodeName = nodeName;
    this.#node = node;
    this.#vhosts = vhosts;
    this.#users = users;
  }

  /** Throws NOT_ALLOWED when a limit of connections is reached, and CONNECTION_FORCED when the node accepts none. */
  checkConnection(vhost: string, user: string): void {
    if (this.refusal !== undefined) throw connectionForced(this.refusal);
    const { connectionMax } = this.#node;
    if (this.connectionCount >= connectionMax) {
      throw notAllowed(`connection refused: node connection limit (${connectionMax}) is reached`);
    }
    const ofVhost = this.#vhosts.of(vhost, "max-connections");
    if (this.#connectionsOfVhosts.of(vhost) >= ofVhost) {
      throw notAllowed(
        `access to vhost '${vhost}' refused for user '${user}': connection limit (${ofVhost}) is reached`,
      );
    }
    const ofUser = this.#users.of(user, "max-connections");
    if (this.#connectionsOfUsers.of(user) >= ofUser) {
      throw notAllowed(`connection refused for user '${user}': user connection limit (${ofUser}) is reached`);
    }
  }

  connectionOpened(vhost: string, user: string): void {
    this.#changeConnections(vhost, user, 1);
  }
  connectionClosed(vhost: string, user: string): void {
    this.#changeConnections(vhost, user, -1);
  }

  #changeConnections(vhost: string, user: string, by: 1 | -1): void {
    this.connectionCount += by;
    this.#connectionsOfVhosts.change(vhost, by);
    this.#connectionsOfUsers.change(user, by);
  }

  connectionCountOf(owner: { readonly vhost: string } | { readonly user: string }): number {
    return "vhost" in owner ? this.#connectionsOfVhosts.of(owner.vhost) : this.#connectionsOfUsers.of(owner.user);
  }

  /** Throws NOT_ALLOWED when no further channel may be opened. */
  checkChannel(user: string): void {
    const ofUser = this.#users.of(user, "max-channels");
    if (this.#channelsOfUsers.of(user) >= ofUser) {
      const reached = `has reached the maximum allowed user limit of ${ofUser}`;
      throw notAllowed(`number of channels opened for user '${user}' ${reached}`, NO_METHOD);
    }
    const { channelMaxPerNode } = this.#node;
    if (this.channelCount >= channelMaxPerNode) {
      const reached = `has reached the maximum allowed limit of ${channelMaxPerNode}`;
      throw notAllowed(`number of channels opened on node '${this.#nodeName}' ${reached}`, NO_METHOD);
    }
  }

  channelOpened(user: string): void {
    this.#changeChannels(user, 1);
  }
  channelClosed(user: string): void {
    this.#changeChannels(user, -1);
  }

  #changeChannels(user: string, by: 1 | -1): void {
    this.channelCount += by;
    this.#channelsOfUsers.change(user, by);
  }

  channelCountOf(user: string): number {
    return this.#channelsOfUsers.of(user);
  }
}
