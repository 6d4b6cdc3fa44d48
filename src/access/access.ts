import type { PeerCertificate } from "../transport/transport.ts";

/** What a permission is asked for (RabbitMQ: Access Control). */
export type Operation = "configure" | "write" | "read";

/** An answer that is there at once, or comes later. */
export type Answer<T> = T | Promise<T>;

/** Who a client has logged in as. */
export interface User {
  readonly name: string;
  readonly tags: readonly string[];
  /** When the credentials expire, in milliseconds since 1970. Absent where they don't. */
  readonly expiresAtMs?: number;
}

/** What is known of a client before it logs in. */
export interface Peer {
  /** True for a peer on this machine, or inside this process. */
  readonly isLoopback: boolean;
  /** Its IP address, without brackets; absent where there is no network. */
  readonly host?: string;
  /** The certificate that it has shown, and that was verified. */
  readonly certificate?: PeerCertificate;
}

export interface Credentials {
  readonly username: string;
  /** Absent where a peer has shown by other means who it is, as by its certificate (EXTERNAL). */
  readonly password?: string;
  readonly peer: Peer;
}

/** A refused login, with the reason for the log; the client is told less. */
export interface Refusal {
  readonly refused: string;
}

/** An exchange or a queue that somebody wants to use. */
export interface Resource {
  readonly vhost: string;
  readonly kind: "exchange" | "queue";
  /** The default exchange is `amq.default`. */
  readonly name: string;
}

/** A routing key that somebody wants to use with a topic exchange (RabbitMQ: Topic Authorisation). */
export interface Topic {
  readonly vhost: string;
  readonly exchange: string;
  readonly routingKey: string;
}

/** What else is known of a request for a permission. */
export interface RequestContext {
  readonly peer: Peer;
  /** That of an MQTT client: topic permissions may contain `{client_id}`. */
  readonly clientId?: string;
}

/**
 * The one place that the broker asks who somebody is and what they may do. An answer may come later: then only the channel
 * that needs it waits. A rejected promise refuses.
 */
export interface Access {
  /** Rises with each change of users or permissions: what was answered before may be kept until then. */
  readonly version: number;
  /** Checks who a user is, here or elsewhere. */
  login(credentials: Credentials): Answer<User | Refusal>;
  /** Tells whether a user may open a virtual host at all. */
  mayOpen(user: User, vhost: string, context: RequestContext): Answer<boolean>;
  /** Tells whether a user may do something with an exchange or a queue. */
  may(user: User, operation: Operation, resource: Resource, context: RequestContext): Answer<boolean>;
  /** Tells whether a user may publish with a routing key to a topic exchange (`write`), or bind with it (`read`). */
  mayUseTopic(user: User, operation: "write" | "read", topic: Topic, context: RequestContext): Answer<boolean>;
  /**
   * Checks a new secret of a user that is logged in (`connection.update-secret`), and returns the user with what the secret
   * grants. Left out where secrets don't expire.
   */
  updateSecret?(user: User, secret: string, context: RequestContext): Answer<User | Refusal>;
}

/** Lets nobody in. */
export const NO_ACCESS: Access = {
  version: 0,
  login: () => ({ refused: "there are no users" }),
  mayOpen: () => false,
  may: () => false,
  mayUseTopic: () => false,
};
