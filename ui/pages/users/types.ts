/** A user as the API has it. */
export interface User {
  readonly name: string;
  readonly tags: readonly string[];
  readonly password_hash: string;
  readonly hashing_algorithm?: string;
}

/** Permissions of a user on a virtual host. */
export interface Permission {
  readonly user: string;
  readonly vhost: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

/** Restriction of the routing keys that a user writes to and reads from a topic exchange. */
export interface TopicPermission {
  readonly user: string;
  readonly vhost: string;
  readonly exchange: string;
  readonly write: string;
  readonly read: string;
}
