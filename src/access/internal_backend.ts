import type { Credentials, Operation, Refusal, RequestContext, Resource, Topic, User } from "./access.ts";
import { type Backend, INVALID_CREDENTIALS } from "./backend.ts";
import {
  type ComputeDigest,
  computeDigest,
  DEFAULT_HASHING_ALGORITHM,
  isHashingAlgorithm,
  verifyPassword,
} from "./password.ts";
import { expandTopicPermission, PermissionPatterns } from "./permission_patterns.ts";

/** A user of the broker's own. */
export interface InternalUser {
  /** Name of the user. */
  readonly user: string;
  /** Salt and hash in RabbitMQ's format. Empty for a user that can't log in by password. */
  readonly passwordHash: Uint8Array;
  /** RabbitMQ's name of the algorithm, such as `rabbit_password_hashing_sha256`. */
  readonly hashingAlgorithm: string;
  /** For example `administrator`. */
  readonly tags: readonly string[];
}

/** Permissions of a user in a virtual host: for each operation a pattern for the names of exchanges and queues. */
export type PermissionsOfUser = Readonly<Record<Operation, string>>;

/** Permissions of a user for a topic exchange: for each operation a pattern for routing keys. */
export type TopicPermissionsOfUser = Readonly<Record<"write" | "read", string>>;

/** The broker's own users and their permissions. */
export interface InternalUsers {
  /** Rises with each change. */
  readonly version: number;
  /** The users by name. */
  readonly users: ReadonlyMap<string, InternalUser>;
  /** Returns the permissions of a user in a virtual host; `undefined` for none. */
  permission(key: { readonly user: string; readonly vhost: string }): PermissionsOfUser | undefined;
  /** Returns the topic permissions of a user for an exchange; `undefined` for none. */
  topicPermission(
    key: { readonly user: string; readonly vhost: string; readonly exchange: string },
  ): TopicPermissionsOfUser | undefined;
}

const NO_HASH = new Uint8Array(0);

const BLANK_PASSWORD: Refusal = {
  refused: "attempted to log in with a blank password, which is prohibited by the internal authN backend",
};

/** RabbitMQ's `internal`: users and permissions that the broker itself keeps. */
export class InternalBackend implements Backend {
  /** Name of the backend, as RabbitMQ's log has it. */
  readonly name = "rabbit_auth_backend_internal";
  readonly #users: InternalUsers;
  readonly #patterns = new PermissionPatterns();
  readonly #digest: ComputeDigest;

  /** Makes a backend for users; `digest` computes hashes. */
  constructor(users: InternalUsers, digest: ComputeDigest = computeDigest) {
    this.#users = users;
    this.#digest = digest;
  }

  /** Rises when answers may have changed. */
  get version(): number {
    return this.#users.version;
  }

  /** Checks a password; see {@linkcode Backend.authenticate}. */
  authenticate({ username, password }: Credentials): User | Refusal {
    if (password === "") return BLANK_PASSWORD;
    const user = this.#users.users.get(username);
    // An unknown user takes as long as a wrong password, so that the time does not reveal who exists.
    if (password !== undefined && !isPasswordOf(user, password, this.#digest)) return INVALID_CREDENTIALS;
    return user === undefined ? INVALID_CREDENTIALS : { name: user.user, tags: user.tags };
  }

  /** Looks up a user whom another backend has authenticated; see {@linkcode Backend.authorize}. */
  authorize({ username }: Credentials): User | Refusal {
    const user = this.#users.users.get(username);
    return user === undefined ? INVALID_CREDENTIALS : { name: user.user, tags: user.tags };
  }

  /** Decides about a virtual host; see {@linkcode Backend.mayOpen}. */
  mayOpen(user: User, vhost: string): boolean {
    return this.#users.permission({ user: user.name, vhost }) !== undefined;
  }

  /** Decides about an exchange or a queue; see {@linkcode Backend.may}. */
  may(user: User, operation: Operation, { vhost, name }: Resource): boolean {
    const permissions = this.#users.permission({ user: user.name, vhost });
    return permissions !== undefined && this.#patterns.permits(permissions[operation], name);
  }

  /** Decides about a routing key; see {@linkcode Backend.mayUseTopic}. */
  mayUseTopic(user: User, operation: "write" | "read", topic: Topic, context: RequestContext): boolean {
    const { vhost, exchange, routingKey } = topic;
    const permissions = this.#users.topicPermission({ user: user.name, vhost, exchange });
    if (permissions === undefined) return true;
    const variables = { username: user.name, vhost, client_id: context.clientId };
    return this.#patterns.permits(expandTopicPermission(permissions[operation], variables), routingKey);
  }
}

function isPasswordOf(user: InternalUser | undefined, password: string, digest: ComputeDigest): boolean {
  const algorithm = user?.hashingAlgorithm ?? DEFAULT_HASHING_ALGORITHM;
  const isKnown = isHashingAlgorithm(algorithm);
  const hash = user !== undefined && isKnown ? user.passwordHash : NO_HASH;
  return verifyPassword(hash, password, isKnown ? algorithm : DEFAULT_HASHING_ALGORITHM, digest);
}
