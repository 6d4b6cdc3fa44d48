import type {
  PermissionKey,
  PermissionRecord,
  TopicPermissionKey,
  TopicPermissionRecord,
  UserRecord,
} from "../../store/topology_record.ts";

/** A map of maps, none of which is empty. */
class Nested<Value> {
  readonly #maps = new Map<string, Map<string, Value>>();

  of(outer: string): ReadonlyMap<string, Value> {
    return this.#maps.get(outer) ?? NONE;
  }

  set(outer: string, inner: string, value: Value): void {
    const map = this.#maps.get(outer);
    if (map === undefined) this.#maps.set(outer, new Map([[inner, value]]));
    else map.set(inner, value);
  }

  delete(outer: string, inner: string): void {
    const map = this.#maps.get(outer);
    if (map?.delete(inner) && map.size === 0) this.#maps.delete(outer);
  }

  *values(): IterableIterator<Value> {
    for (const map of this.#maps.values()) yield* map.values();
  }
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>();

/**
 * The internal users with their permissions (RabbitMQ: `rabbit_db_user`), as plain data. Checking passwords and
 * matching patterns is the job of `access`. Only `apply.ts` changes it.
 */
export class UserDatabase {
  readonly users: ReadonlyMap<string, UserRecord>;
  /** Rises with each change: earlier answers are valid until then. */
  version = 0;
  readonly #users = new Map<string, UserRecord>();
  /** By user, then by virtual host. */
  readonly #permissions = new Nested<PermissionRecord>();
  /** By user and virtual host, then by exchange. */
  readonly #topicPermissions = new Nested<TopicPermissionRecord>();

  constructor() {
    this.users = this.#users;
  }

  /** Permissions of a user, by virtual host. */
  permissionsOf(user: string): ReadonlyMap<string, PermissionRecord> {
    return this.#permissions.of(user);
  }

  permission({ user, vhost }: PermissionKey): PermissionRecord | undefined {
    return this.#permissions.of(user).get(vhost);
  }

  /** All permissions. */
  permissions(): Iterable<PermissionRecord> {
    return this.#permissions.values();
  }

  /** Topic permissions of a user in a virtual host, by exchange. */
  topicPermissionsOf(key: PermissionKey): ReadonlyMap<string, TopicPermissionRecord> {
    return this.#topicPermissions.of(scopeOf(key));
  }

  topicPermission(key: TopicPermissionKey): TopicPermissionRecord | undefined {
    return this.topicPermissionsOf(key).get(key.exchange);
  }

  /** All topic permissions. */
  topicPermissions(): Iterable<TopicPermissionRecord> {
    return this.#topicPermissions.values();
  }

  put(user: UserRecord): void {
    this.#users.set(user.user, user);
    this.version++;
  }

  /** Deletes a user. Returns whether it existed. */
  delete(user: string): boolean {
    this.version++;
    return this.#users.delete(user);
  }

  putPermission(permission: PermissionRecord): void {
    this.#permissions.set(permission.user, permission.vhost, permission);
    this.version++;
  }

  clearPermission({ user, vhost }: PermissionKey): void {
    this.#permissions.delete(user, vhost);
    this.version++;
  }

  putTopicPermission(permission: TopicPermissionRecord): void {
    this.#topicPermissions.set(scopeOf(permission), permission.exchange, permission);
    this.version++;
  }

  clearTopicPermission(key: TopicPermissionKey): void {
    this.#topicPermissions.delete(scopeOf(key), key.exchange);
    this.version++;
  }
}

const scopeOf = ({ user, vhost }: PermissionKey): string => `${user}\0${vhost}`;
