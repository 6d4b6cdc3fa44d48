import type { KeptPassword, NewPasswords } from "../access/new_password.ts";
import type { Node } from "../broker/node/node.ts";
import type { UserCommands } from "../broker/topology/user_commands.ts";

/** A new user of the broker. */
export interface NewUser {
  /** Name of the user. */
  readonly name: string;
  /** Left out for a user that does not log in by password, for example one with a certificate. */
  readonly password?: string;
  /** For example `administrator`. Default: none. */
  readonly tags?: readonly string[];
}

/** Permissions of a user in a virtual host: PCRE patterns for the names of exchanges and queues. */
export interface Permissions {
  /** Exchanges and queues that the user may declare and delete. */
  readonly configure: string;
  /** Exchanges and queues that the user may publish to and bind. */
  readonly write: string;
  /** Exchanges and queues that the user may consume and bind to. */
  readonly read: string;
}

export const EVERYTHING: Permissions = { configure: ".*", write: ".*", read: ".*" };

export const NO_PASSWORD: KeptPassword = {
  passwordHash: new Uint8Array(0),
  hashingAlgorithm: "rabbit_password_hashing_sha256",
};

/**
 * The broker's own users and their permissions, for the program that embeds the broker (RabbitMQ: Access Control). A
 * change takes effect at once, on open connections too; the returned promise resolves when it is safe.
 */
export class EmbeddedUsers {
  readonly #node: Node;
  readonly #commands: UserCommands;
  readonly #newPasswords: NewPasswords;

  /** @internal */
  constructor(node: Node, newPasswords: NewPasswords) {
    this.#node = node;
    this.#commands = node.topology.userCommands;
    this.#newPasswords = newPasswords;
  }

  /** The names of all users. */
  get names(): string[] {
    return [...this.#node.topology.users.users.keys()];
  }

  /**
   * Adds a user, or changes the password and the tags of an existing one. Throws `PasswordError` when the credential
   * validator refuses the password, `ParameterError` for an empty name.
   */
  add({ name, password, tags = [] }: NewUser): Promise<void> {
    const kept = password === undefined ? NO_PASSWORD : this.#newPasswords.keep(name, password);
    return this.#carryOut(() => this.#commands.put({ user: name, tags, ...kept }));
  }

  /** Deletes a user, and closes its connections. Succeeds when there is no such user. */
  delete(name: string): Promise<void> {
    return this.#carryOut(() => this.#commands.delete(name));
  }

  /**
   * Sets the permissions of a user in a virtual host; by default to everything. Throws `ParameterError` when there is
   * no such user or virtual host, or for an invalid pattern.
   */
  permit(user: string, vhost: string, permissions: Permissions = EVERYTHING): Promise<void> {
    return this.#carryOut(() => this.#commands.setPermission({ user, vhost, ...permissions }));
  }

  /** Removes all permissions of a user in a virtual host. */
  forbid(user: string, vhost: string): Promise<void> {
    return this.#carryOut(() => this.#commands.clearPermission({ user, vhost }));
  }

  /**
   * Sets the routing keys with which a user may publish to a topic exchange (`write`) and bind to it (`read`); the
   * patterns may contain `{username}` and `{vhost}`. Throws as {@linkcode permit}.
   */
  permitTopic(
    user: string,
    vhost: string,
    exchange: string,
    permissions: Pick<Permissions, "write" | "read">,
  ): Promise<void> {
    return this.#carryOut(() => this.#commands.setTopicPermission({ user, vhost, exchange, ...permissions }));
  }

  /** Carries out a command at once. Resolves when its records are safe. */
  #carryOut(command: () => void): Promise<void> {
    command();
    return this.#node.safe();
  }
}
