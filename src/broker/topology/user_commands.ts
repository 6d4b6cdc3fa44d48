import { patternProblem } from "../policy/policy_keys.ts";
import { ParameterError } from "../policy/parameters.ts";
import { userLimitsKey } from "../policy/limits.ts";
import type {
  PermissionKey,
  PermissionRecord,
  TopicPermissionKey,
  TopicPermissionRecord,
  UserRecord,
} from "../../store/topology_record.ts";
import { type Actor, INTERNAL } from "../events/actor.ts";
import { carryOut, Changes } from "./changes.ts";
import { removalOf } from "./removal.ts";
import type { Topology } from "./topology.ts";

/**
 * Commands for internal users and their permissions (RabbitMQ: Access Control), with RabbitMQ's events. They throw
 * {@linkcode ParameterError}.
 */
export class UserCommands {
  readonly #topology: Topology;

  constructor(topology: Topology) {
    this.#topology = topology;
  }

  /** Adds a user, or changes the password and the tags of an existing one. */
  put(user: UserRecord, actor: Actor = INTERNAL): void {
    if (user.user === "") throw new ParameterError("user name must not be empty");
    const changes = new Changes();
    const by = actor.user;
    const { user: name, tags, passwordHash } = user;
    const existing = this.#topology.users.users.get(name);
    changes.add({ type: "user.put", ...user });
    if (existing === undefined) changes.notify((events) => events.notify("user.created", { name }, by));
    else if (!isSamePassword(existing, user)) {
      const event = passwordHash.length === 0 ? "user.password.cleared" : "user.password.changed";
      changes.notify((events) => events.notify(event, { name }, by));
    }
    if (tags.length > 0 || existing !== undefined) {
      changes.notify((events) => events.notify("user.tags.set", { name, tags }, by));
    }
    carryOut(changes, this.#topology.host);
  }

  changePassword(
    name: string,
    password: Pick<UserRecord, "passwordHash" | "hashingAlgorithm">,
    actor: Actor = INTERNAL,
  ): void {
    this.#topology.host.commit({ type: "user.put", ...this.#user(name), ...password });
    this.#topology.host.events?.notify("user.password.changed", { name }, actor.user);
  }

  /** Removes a user's password: nobody can log in with one as this user. */
  clearPassword(name: string, actor: Actor = INTERNAL): void {
    this.#topology.host.commit({ type: "user.put", ...this.#user(name), passwordHash: new Uint8Array(0) });
    this.#topology.host.events?.notify("user.password.cleared", { name }, actor.user);
  }

  setTags(name: string, tags: readonly string[], actor: Actor = INTERNAL): void {
    this.#topology.host.commit({ type: "user.put", ...this.#user(name), tags });
    this.#topology.host.events?.notify("user.tags.set", { name, tags }, actor.user);
  }

  /** Deletes a user with its permissions and limits. Succeeds when it does not exist. */
  delete(name: string, actor: Actor = INTERNAL): void {
    const { users, parameters, host } = this.#topology;
    if (!users.users.has(name)) return;
    const changes = new Changes();
    changes.add({ type: "user.deleted", user: name });
    for (const permission of users.permissionsOf(name).values()) {
      changes.add(removalOf({ type: "permission.put", ...permission })!);
    }
    for (const permission of users.topicPermissions()) {
      if (permission.user === name) changes.add(removalOf({ type: "topic_permission.put", ...permission })!);
    }
    const limits = userLimitsKey(name);
    if (parameters.get(limits.vhost, limits.component, limits.name) !== undefined) {
      changes.add({ type: "parameter.cleared", ...limits });
    }
    changes.notify((events) => events.notify("user.deleted", { name }, actor.user));
    carryOut(changes, host);
  }

  /** Sets the permissions of a user in a virtual host. An empty pattern matches nothing. */
  setPermission(permission: PermissionRecord, actor: Actor = INTERNAL): void {
    const { user, vhost, configure, write, read } = permission;
    checkPatterns(configure, write, read);
    this.#check({ user, vhost });
    this.#topology.host.commit({ type: "permission.put", user, vhost, configure, write, read });
    const facts = { user, vhost, configure, write, read };
    this.#topology.host.events?.notify("permission.created", facts, actor.user);
  }

  /** Clears the permissions of a user in a virtual host. Succeeds when there are none. */
  clearPermission({ user, vhost }: PermissionKey, actor: Actor = INTERNAL): void {
    const { users, host } = this.#topology;
    if (users.permission({ user, vhost }) !== undefined) host.commit({ type: "permission.cleared", user, vhost });
    host.events?.notify("permission.deleted", { user, vhost }, actor.user);
  }

  /**
   * Sets the routing keys with which a user may publish to a topic exchange and consume through it (RabbitMQ: Topic
   * Authorisation).
   */
  setTopicPermission(permission: TopicPermissionRecord, actor: Actor = INTERNAL): void {
    const { user, vhost, exchange, write, read } = permission;
    checkPatterns(write, read);
    this.#check({ user, vhost });
    this.#topology.host.commit({ type: "topic_permission.put", user, vhost, exchange, write, read });
    const facts = { user, vhost, exchange, write, read };
    this.#topology.host.events?.notify("topic.permission.created", facts, actor.user);
  }

  /** Clears the topic permissions for one exchange, or without an exchange those for all in a virtual host. */
  clearTopicPermissions(key: PermissionKey & Partial<TopicPermissionKey>, actor: Actor = INTERNAL): void {
    const { users, host } = this.#topology;
    const { user, vhost } = key;
    for (const exchange of [...users.topicPermissionsOf(key).keys()]) {
      if (key.exchange !== undefined && key.exchange !== exchange) continue;
      host.commit({ type: "topic_permission.cleared", user, vhost, exchange });
    }
    host.events?.notify("topic.permission.deleted", { user, vhost }, actor.user);
  }

  #user(name: string): UserRecord {
    const user = this.#topology.users.users.get(name);
    if (user === undefined) throw new ParameterError(`user '${name}' does not exist`);
    return user;
  }

  #check({ user, vhost }: PermissionKey): void {
    this.#user(user);
    if (!this.#topology.vhosts.has(vhost)) throw new ParameterError(`vhost '${vhost}' does not exist`);
  }
}

/** Returns whether two users have the same password hash, made by the same algorithm. */
export function isSamePassword(a: UserRecord, b: UserRecord): boolean {
  return a.hashingAlgorithm === b.hashingAlgorithm && a.passwordHash.length === b.passwordHash.length &&
    a.passwordHash.every((byte, index) => byte === b.passwordHash[index]);
}

function checkPatterns(...patterns: readonly string[]): void {
  for (const pattern of patterns) {
    const problem = patternProblem(pattern);
    if (problem !== undefined) throw new ParameterError(`invalid regular expression '${pattern}': ${problem}`);
  }
}
