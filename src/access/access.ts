import type { PeerCertificate } from "../transport/transport.ts";

/** An operation that a permission allows (RabbitMQ: Access Control). */
export type Operation = "configure" | "write" | "read";

/** An answer that is there at once or comes later. */
export type Answer<T> = T | Promise<T>;

/** The user that a client has logged in as. */
export interface User {
  /** Name of the user. */
  readonly name: string;
  /** For example `administrator`. */
  readonly tags: readonly string[];
  /** Expiry of the credentials, in milliseconds since 1970; absent where they do not expire. */
  readonly expiresAtMs?: number;
}

/** The properties of a client that are known before it logs in. */
export interface Peer {
  /** True for a peer on this machine, or inside this process. */
  readonly isLoopback: boolean;
  /** Its IP address, without brackets; absent where there is no network. */
  readonly host?: string;
  /**
   * True for the owner of the broker's data folder, known by the folder's Unix-domain socket: an administrator without a
   * login. Default: false.
   */
  readonly isOwner?: boolean;
  /** The certificate that the peer has shown and that was verified. */
  readonly certificate?: PeerCertificate;
}

/** What a client logs in with. */
export interface Credentials {
  /** Name of the user. */
  readonly username: string;
  /** Absent where a peer proves its identity by other means, for example by its certificate (EXTERNAL). */
  readonly password?: string;
  /** The client. */
  readonly peer: Peer;
}

/** A refused login, with the reason for the log; the client is told less. */
export interface Refusal {
  /** Why it is refused, for the log. */
  readonly refused: string;
}

/** A denied permission with its reason, which the client is told. */
export interface Denial {
  /** Why it is denied. */
  readonly denied: string;
}

/** The decision about a permission: only `true` permits. */
export type Decision = boolean | Denial;

/** An exchange or a queue as the object of a permission. */
export interface Resource {
  /** Name of the virtual host. */
  readonly vhost: string;
  /** What it is. */
  readonly kind: "exchange" | "queue";
  /** The name; the default exchange is `amq.default`. */
  readonly name: string;
}

/** A routing key of a topic exchange as the object of a permission (RabbitMQ: Topic Authorisation). */
export interface Topic {
  /** Name of the virtual host. */
  readonly vhost: string;
  /** Name of the exchange. */
  readonly exchange: string;
  /** The routing key. */
  readonly routingKey: string;
}

/** The circumstances of a request for a permission. */
export interface RequestContext {
  /** The client. */
  readonly peer: Peer;
  /** The client id of an MQTT client: topic permissions may contain `{client_id}`. */
  readonly clientId?: string;
}

/**
 * Authentication and authorization, as the broker asks for them. An answer may come later: then only the channel that
 * needs it waits. A rejected promise refuses.
 */
export interface Access {
  /** Rises with each change of users or permissions: earlier answers are valid until then. */
  readonly version: number;
  /** Checks the credentials of a user. */
  login(credentials: Credentials): Answer<User | Refusal>;
  /** Decides whether a user may open a virtual host. */
  mayOpen(user: User, vhost: string, context: RequestContext): Answer<Decision>;
  /** Decides whether a user may do an operation on an exchange or a queue. */
  may(user: User, operation: Operation, resource: Resource, context: RequestContext): Answer<Decision>;
  /** Decides whether a user may publish with a routing key to a topic exchange (`write`), or bind with it (`read`). */
  mayUseTopic(user: User, operation: "write" | "read", topic: Topic, context: RequestContext): Answer<Decision>;
  /**
   * Checks a new secret of a user who is logged in (`connection.update-secret`), and returns the user with the
   * permissions of the new secret. Left out where secrets do not expire.
   */
  updateSecret?(user: User, secret: string, context: RequestContext): Answer<User | Refusal>;
}

/** Returns whether a decision permits. */
export const isPermitted = (decision: Decision): boolean => decision === true;

/** Returns the text of a refusal with the reason of a decision, if it has one. */
export const withReason = (refusal: string, decision: Decision): string =>
  typeof decision === "object" ? `${refusal} ${decision.denied}` : refusal;

/** Access that refuses every login. */
export const NO_ACCESS: Access = {
  version: 0,
  login: () => ({ refused: "there are no users" }),
  mayOpen: () => false,
  may: () => false,
  mayUseTopic: () => false,
};

/** Access that permits everything, without a login. */
export const FULL_ACCESS: Access = {
  version: 0,
  login: () => ({ refused: "there is no login inside the process" }),
  mayOpen: () => true,
  may: () => true,
  mayUseTopic: () => true,
};
