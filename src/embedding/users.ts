import type { KeptPassword, NewPasswords } from "../access/new_password.ts";
import type { Node } from "../broker/node/node.ts";
import type { UserCommands } from "../broker/topology/user_commands.ts";

/** A user of the broker's own. */
export interface NewUser {
  readonly name: string;
  /** Left out for a user that can't log in by password, as one that has a certificate. */
  readonly password?: string;
  /** Such as `administrator`. Default: none. */
  readonly tags?: readonly string[];
}

/** What a user may do in a virtual host: PCRE patterns for the names of exchanges and queues. */
export interface Permissions {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

export const EVERYTHING: Permissions = { configure: ".*", write: ".*", read: ".*" };

export const NO_PASSWORD: KeptPassword = {
  passwordHash: new Uint8Array(0),
  hashingAlgorithm: "rabbit_password_hashing_sha256",
};

/**
 * The broker's own users and what they may do, for the program that the broker is part of (RabbitMQ: Access Control). A
 * change takes effect at once, on open connections too; what is returned resolves when it is safe.
 */
export class EmbeddedUsers {
  readonly #node: Node;
  readonly #commands: UserCommands;
  readonly #newPasswords: NewPasswords;

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
   * Adds a user, or changes the password and the tags of the one of that name. Throws `PasswordError` when the credential
   * validator does not accept the password, `ParameterError` for an empty name.
   */
  add({ name, password, tags = [] }: NewUser): Promise<void> {
    const kept = password === undefined ? NO_PASSWORD : this.#newPasswords.keep(name, password);
    return this.#carryOut(() => this.#commands.put({ user: name, tags, ...kept }));
  }

  /** Deletes a user, and closes its connections. One that is not there counts as deleted. */
  delete(name: string): Promise<void> {
    return this.#carryOut(() => this.#commands.delete(name));
  }

  /**
   * Sets what a user may do in a virtual host; by default everything. Throws `ParameterError` when there is no such user
   * or virtual host, or when a pattern can't be read.
   */
  permit(user: string, vhost: string, permissions: Permissions = EVERYTHING): Promise<void> {
    return this.#carryOut(() => this.#commands.setPermission({ user, vhost, ...permissions }));
  }

  /** Takes a user out of a virtual host. */
  forbid(user: string, vhost: string): Promise<void> {
    return this.#carryOut(() => this.#commands.clearPermission({ user, vhost }));
  }

  /**
   * Sets with which routing keys a user may publish to (`write`) and bind to (`read`) a topic exchange; `{username}` and
   * `{vhost}` stand for these. Throws as {@linkcode permit}.
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
    const { store } = this.#node;
    command();
    const { declared } = store;
    const isSafe = store.durable >= declared;
    const durable = isSafe
      ? Promise.resolve()
      : new Promise<void>((resolve) => this.#node.whenDurable(declared, resolve));
    this.#node.endTurn();
    return durable;
  }
}
