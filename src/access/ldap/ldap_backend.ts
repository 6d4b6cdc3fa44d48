import type { Credentials, Operation, Refusal, RequestContext, Resource, Topic } from "../access.ts";
import { type Backend, type BackendUser, INVALID_CREDENTIALS } from "../backend.ts";
import type { AccessClock } from "../clock.ts";
import { PermissionPatterns } from "../permission_patterns.ts";
import type { Directory, OpenDirectory } from "./directory.ts";
import { DirectoryPool } from "./directory_pool.ts";
import { activeDirectoryVariables, fill, fillName, type Variables } from "./distinguished_name.ts";
import { permits } from "./evaluation.ts";
import { type Query, readQuery, readTagQueries, type TagQuery } from "./query.ts";

/** In whose name something is looked up: that of the user who logs in, nobody's, or another one's. */
export type Bind = "as_user" | "anon" | { readonly user_dn: string; readonly password: string };

/** RabbitMQ's `auth_ldap.*`. Servers, ports and TLS belong to the connection that is handed in. */
export interface LdapBackendOptions {
  /** The distinguished name of a user. Default: `${username}`. */
  readonly user_dn_pattern?: string;
  /** The name that a user is bound with where it is another one. */
  readonly user_bind_pattern?: string;
  /** Attribute by whose value a user's entry is found, the value being what `user_dn_pattern` makes. */
  readonly dn_lookup_attribute?: string;
  /** Where that is looked for. */
  readonly dn_lookup_base?: string;
  /** Default: `as_user`. */
  readonly dn_lookup_bind?: Bind;
  /** In whose name queries are made. Default: `as_user`. */
  readonly other_bind?: Bind;
  /** Where `in_group_nested` looks for groups. Default: `dn_lookup_base`. */
  readonly group_lookup_base?: string;
  /** Queries as terms of Erlang. Default: everything is permitted, and nobody is administrator. */
  readonly queries?: {
    readonly vhost_access?: string;
    readonly resource_access?: string;
    readonly topic_access?: string;
    readonly tags?: string;
  };
  /** Connections at most. Default: 64. */
  readonly connection_pool_size?: number;
  /** How long an operation may take. In milliseconds. Default: 10,000; RabbitMQ has none. */
  readonly timeout?: number;
  /** How long a connection waits for the next operation. In milliseconds. Default: 300,000. */
  readonly idle_timeout?: number;
}

const POOL_SIZE = 64;
const TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 300_000;

/** What is kept of a login. The password is needed where queries are made in the user's own name. */
class LdapUser {
  readonly dn: string;
  readonly #password: string | undefined;

  constructor(dn: string, password: string | undefined) {
    this.dn = dn;
    this.#password = password;
  }

  /** Binds a connection to the user. Resolves with false when that is refused, or there is no password. */
  async bindTo(directory: Directory): Promise<boolean> {
    return this.#password !== undefined && await directory.bind(this.dn, this.#password);
  }
}

/** RabbitMQ's `ldap`: names and passwords are checked by a directory, permissions by queries of it (RabbitMQ: LDAP). */
export class LdapBackend implements Backend {
  readonly name = "rabbit_auth_backend_ldap";
  readonly #options: LdapBackendOptions;
  readonly #pool: DirectoryPool;
  readonly #patterns = new PermissionPatterns();
  readonly #vhostQuery: Query;
  readonly #resourceQuery: Query;
  readonly #topicQuery: Query;
  readonly #tagQueries: readonly TagQuery[];

  /** Throws `QueryError` when a query can't be read. */
  constructor(options: LdapBackendOptions, open: OpenDirectory, clock: AccessClock) {
    const { queries = {}, connection_pool_size: size = POOL_SIZE } = options;
    const { timeout: timeoutMs = TIMEOUT_MS, idle_timeout: idleTimeoutMs = IDLE_TIMEOUT_MS } = options;
    this.#options = options;
    this.#pool = new DirectoryPool(open, { size, timeoutMs, idleTimeoutMs }, clock);
    this.#vhostQuery = readQuery(queries.vhost_access ?? "{constant, true}");
    this.#resourceQuery = readQuery(queries.resource_access ?? "{constant, true}");
    this.#topicQuery = readQuery(queries.topic_access ?? "{constant, true}");
    this.#tagQueries = readTagQueries(queries.tags ?? "[{administrator, {constant, false}}]");
  }

  async authenticate({ username, password }: Credentials): Promise<BackendUser | Refusal> {
    // A bind without a password succeeds for anybody (RFC 4513 §5.1.2).
    if (password === "") return { refused: "unauthenticated bind not allowed" };
    if (password === undefined) return await this.#logInWithoutPassword(username);
    const { dn_lookup_attribute: attribute, dn_lookup_bind: lookupBind = "as_user" } = this.#options;
    const isLookedUpBefore = attribute !== undefined && lookupBind !== "as_user";
    const known = isLookedUpBefore
      ? await this.#pool.use(async (directory) =>
        await bindAs(lookupBind, directory) ? await this.#lookUp(username, directory) : undefined
      )
      : undefined;
    if (isLookedUpBefore && known === undefined) return { refused: "dn_lookup_bind was refused by the LDAP server" };
    const bindName = known ?? fillName(this.#options.user_bind_pattern ?? this.#dnPattern, username);
    const found = await this.#pool.use(async (directory) => {
      if (!await directory.bind(bindName, password)) return undefined;
      return known ?? await this.#nameOf(username, directory);
    });
    return found === undefined ? INVALID_CREDENTIALS : await this.#withTags(username, new LdapUser(found, password));
  }

  authorize(credentials: Credentials): Promise<BackendUser | Refusal> {
    return this.authenticate(credentials);
  }

  mayOpen(user: BackendUser, vhost: string, context: RequestContext): Promise<boolean> {
    return this.#permit(user, this.#vhostQuery, { vhost, client_id: context.clientId });
  }

  may(user: BackendUser, permission: Operation, resource: Resource, context: RequestContext): Promise<boolean> {
    const { vhost, kind, name } = resource;
    const variables = { vhost, resource: kind, name, permission, client_id: context.clientId };
    return this.#permit(user, this.#resourceQuery, variables);
  }

  mayUseTopic(
    user: BackendUser,
    permission: "write" | "read",
    { vhost, exchange, routingKey }: Topic,
    context: RequestContext,
  ): Promise<boolean> {
    return this.#permit(user, this.#topicQuery, {
      vhost,
      resource: "topic",
      name: exchange,
      permission,
      routing_key: routingKey,
      client_id: context.clientId,
      "variable_map.username": user.name,
      "variable_map.vhost": vhost,
      "variable_map.client_id": context.clientId,
    });
  }

  get #dnPattern(): string {
    return this.#options.user_dn_pattern ?? "${username}";
  }

  async #logInWithoutPassword(username: string): Promise<BackendUser | Refusal> {
    const { other_bind: bind = "as_user" } = this.#options;
    if (bind === "as_user") return { refused: "'other_bind' set to 'as_user' but no password supplied" };
    const dn = await this.#pool.use(async (directory) =>
      await bindAs(bind, directory) ? await this.#nameOf(username, directory) : undefined
    );
    return dn === undefined ? INVALID_CREDENTIALS : await this.#withTags(username, new LdapUser(dn, undefined));
  }

  async #withTags(username: string, user: LdapUser): Promise<BackendUser | Refusal> {
    const tags = await this.#bound(user, async (directory) => {
      const tags: string[] = [];
      for (const { tag, query } of this.#tagQueries) {
        if (await permits(query, this.#evaluation(username, user, {}, directory))) tags.push(tag);
      }
      return tags;
    });
    return tags === undefined ? INVALID_CREDENTIALS : { name: username, tags, state: user };
  }

  async #permit({ name, state }: BackendUser, query: Query, variables: Variables): Promise<boolean> {
    if (!(state instanceof LdapUser)) return false;
    if (query.kind === "constant") return query.value;
    return await this.#bound(
      state,
      (directory) => permits(query, this.#evaluation(name, state, variables, directory)),
    ) ?? false;
  }

  /** Does something in the name in which queries are made. Resolves with `undefined` where that name is refused. */
  async #bound<T>(user: LdapUser, operation: (directory: Directory) => Promise<T>): Promise<T | undefined> {
    const { other_bind: bind = "as_user" } = this.#options;
    return await this.#pool.use(async (directory) => {
      const isBound = await (bind === "as_user" ? user.bindTo(directory) : bindAs(bind, directory));
      return isBound ? await operation(directory) : undefined;
    });
  }

  #evaluation(username: string, { dn }: LdapUser, variables: Variables, directory: Directory) {
    return {
      directory,
      username,
      userDn: dn,
      variables: { username, user_dn: dn, ...variables, ...activeDirectoryVariables(username) },
      groupBase: this.#options.group_lookup_base ?? this.#options.dn_lookup_base,
      patterns: this.#patterns,
    };
  }

  /** The name of a user's entry, by a connection that is bound. */
  async #nameOf(username: string, directory: Directory): Promise<string> {
    const { dn_lookup_attribute: attribute, dn_lookup_bind: bind = "as_user" } = this.#options;
    const isLookedUp = attribute !== undefined && bind === "as_user";
    return isLookedUp ? await this.#lookUp(username, directory) : fillName(this.#dnPattern, username);
  }

  /** The name of the one entry that has the user's name in an attribute; where there is not one, that of the pattern. */
  async #lookUp(username: string, directory: Directory): Promise<string> {
    const { dn_lookup_attribute: attribute = "", dn_lookup_base: base = "" } = this.#options;
    const value = fill(this.#dnPattern, { username, ...activeDirectoryVariables(username) });
    const search = { base, scope: "sub", equal: { attribute, value }, attributes: ["distinguishedName"] } as const;
    const entries = await directory.search(search) ?? [];
    return entries.length === 1 ? entries[0].dn : fillName(this.#dnPattern, username);
  }
}

/** Binds a connection to nobody, or to a configured user. */
const bindAs = (bind: Exclude<Bind, "as_user">, directory: Directory): Promise<boolean> =>
  bind === "anon" ? directory.bind("", "") : directory.bind(bind.user_dn, bind.password);
