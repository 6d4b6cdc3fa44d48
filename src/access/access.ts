/** What a permission is asked for (RabbitMQ: Access Control). */
export type Operation = "configure" | "write" | "read";

/** Who a connection has logged in as. */
export interface User {
  readonly name: string;
  readonly tags: readonly string[];
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Whether the peer is on this machine (or inside this process). */
  readonly isFromLoopback: boolean;
}

/** A refused login, with the reason for the log; the client is told less. */
export interface Refusal {
  readonly refused: string;
}

/** The one place that the broker asks who somebody is and what they may do. */
export interface Access {
  /** Rises with each change of users or permissions, so that answers can be kept until then. */
  readonly version: number;
  /** Checks a user's password, here or elsewhere. */
  login(credentials: Credentials): User | Refusal | Promise<User | Refusal>;
  /** Whether a user may open a virtual host at all. */
  mayOpen(user: User, vhost: string): boolean;
  /** Whether a user may do something with the exchange or queue of this name. The default exchange is `amq.default`. */
  may(user: User, vhost: string, operation: Operation, resource: string): boolean;
}
