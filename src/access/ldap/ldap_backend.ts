import type { Credentials, Operation, Refusal, RequestContext, Resource, Topic } from "../access.ts";
import { type Backend, type BackendUser, INVALID_CREDENTIALS, isRefused } from "../backend.ts";
import type { AccessClock, AccessLog } from "../clock.ts";
import { PermissionPatterns } from "../permission_patterns.ts";
import type { Directory, OpenDirectory } from "./directory.ts";
import { DirectoryPool } from "./directory_pool.ts";
import { activeDirectoryVariables, fill, fillName, type Variables } from "./distinguished_name.ts";
import { permits } from "./evaluation.ts";
import { LdapLog, type LdapLogging } from "./ldap_log.ts";
import { type Query, readQuery, readTagQueries, type TagQuery } from "./query.ts";

/** The name that a search is made under: that of the user who logs in, none, or a configured one. */
export type Bind = "as_user" | "anon" | { readonly user_dn: string; readonly password: string };

/** RabbitMQ's `auth_ldap.*`. Servers, ports and TLS belong to the injected connection. */
export interface LdapBackendOptions {
  /** The distinguished name of a user. Default: `${username}`. */
  readonly user_dn_pattern?: string;
  /** Pattern of the name that a user is bound with, where it differs from the distinguished name. */
  readonly user_bind_pattern?: string;
  /** Attribute by which a user's entry is found; its value is the result of `user_dn_pattern`. */
  readonly dn_lookup_attribute?: string;
  /** Base of that search. */
  readonly dn_lookup_base?: string;
  /** Default: `as_user`. */
  readonly dn_lookup_bind?: Bind;
  /** The name that queries are made under. Default: `as_user`. */
  readonly other_bind?: Bind;
  /** Base at which `in_group_nested` searches for groups. Default: `dn_lookup_base`. */
  readonly group_lookup_base?: string;
  /** Queries as Erlang terms. Default: everything is permitted, and nobody is administrator. */
  readonly queries?: {
    readonly vhost_access?: string;
    readonly resource_access?: string;
    readonly topic_access?: string;
    readonly tags?: string;
  };
  /** What is logged about checks, without passwords. Default: `false`. */
  readonly log?: LdapLogging;
  /** Maximum number of connections. Default: 64. */
  readonly connection_pool_size?: number;
  /** Time limit of an operation. In milliseconds. Default: 10,000; RabbitMQ has none. */
  readonly timeout?: number;
  /** Time after which an idle connection is closed. In milliseconds. Default: 300,000. */
  readonly idle_timeout?: number;
}

const POOL_SIZE = 64;
const TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 300_000;

/** State of a login. The password is needed where queries are made under the user's own name. */
class LdapUser {
  readonly dn: string;
  readonly #password: string | undefined;

  constructor(dn: string, password: string | undefined) {
    this.dn = dn;
    this.#password = password;
  }

  /** Binds a connection to the user. Resolves with false when that is refused, or without a password. */
  async bindTo(directory: Directory): Promise<boolean> {
    return this.#password !== undefined && await directory.bind(this.dn, this.#password);
  }
}

/** RabbitMQ's `ldap`: a directory checks names and passwords, and queries to it decide permissions (RabbitMQ: LDAP). */
export class LdapBackend implements Backend {
  /** Name of the backend, as RabbitMQ's log has it. */
  readonly name = "rabbit_auth_backend_ldap";
  readonly #options: LdapBackendOptions;
  readonly #pool: DirectoryPool;
  readonly #patterns = new PermissionPatterns();
  readonly #vhostQuery: Query;
  readonly #resourceQuery: Query;
  readonly #topicQuery: Query;
  readonly #tagQueries: readonly TagQuery[];
  readonly #log: LdapLog;

  /** Throws `QueryError` for an invalid query. */
  constructor(options: LdapBackendOptions, open: OpenDirectory, clock: AccessClock, log: AccessLog = () => {}) {
    const { queries = {}, connection_pool_size: size = POOL_SIZE } = options;
    const { timeout: timeoutMs = TIMEOUT_MS, idle_timeout: idleTimeoutMs = IDLE_TIMEOUT_MS } = options;
    this.#options = options;
    this.#log = new LdapLog(options.log ?? "false", log);
    this.#pool = new DirectoryPool(this.#log.opener(open), { size, timeoutMs, idleTimeoutMs }, clock);
    this.#vhostQuery = readQuery(queries.vhost_access ?? "{constant, true}");
    this.#resourceQuery = readQuery(queries.resource_access ?? "{constant, true}");
    this.#topicQuery = readQuery(queries.topic_access ?? "{constant, true}");
    this.#tagQueries = readTagQueries(queries.tags ?? "[{administrator, {constant, false}}]");
  }

  /** Checks a password; see {@linkcode Backend.authenticate}. */
  authenticate(credentials: Credentials): Promise<BackendUser | Refusal> {
    const login = credentials.password === undefined ? "passwordless login" : "login";
    const isIn = (result: BackendUser | Refusal) => !isRefused(result);
    return this.#log.check(`${login} for ${credentials.username}`, isIn, () => this.#authenticate(credentials));
  }

  async #authenticate({ username, password }: Credentials): Promise<BackendUser | Refusal> {
    // A bind without a password succeeds for everybody (RFC 4513 §5.1.2).
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

  /** Looks up a user whom another backend has authenticated; see {@linkcode Backend.authorize}. */
  authorize(credentials: Credentials): Promise<BackendUser | Refusal> {
    return this.authenticate(credentials);
  }

  /** Decides about a virtual host; see {@linkcode Backend.mayOpen}. */
  mayOpen(user: BackendUser, vhost: string, context: RequestContext): Promise<boolean> {
    return this.#permit(user, this.#vhostQuery, { vhost, client_id: context.clientId }, `access to vhost "${vhost}"`);
  }

  /** Decides about an exchange or a queue; see {@linkcode Backend.may}. */
  may(user: BackendUser, permission: Operation, resource: Resource, context: RequestContext): Promise<boolean> {
    const { vhost, kind, name } = resource;
    const variables = { vhost, resource: kind, name, permission, client_id: context.clientId };
    return this.#permit(user, this.#resourceQuery, variables, describePermission(permission, kind, name, vhost));
  }

  /** Decides about a routing key; see {@linkcode Backend.mayUseTopic}. */
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
    }, describePermission(permission, "topic", exchange, vhost));
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

  #permit(user: BackendUser, query: Query, variables: Variables, what: string): Promise<boolean> {
    const isPermitted = (result: boolean) => result;
    return this.#log.check(`${what} for "${user.name}"`, isPermitted, () => this.#query(user, query, variables));
  }

  async #query({ name, state }: BackendUser, query: Query, variables: Variables): Promise<boolean> {
    if (!(state instanceof LdapUser)) return false;
    if (query.kind === "constant") return query.value;
    return await this.#bound(
      state,
      (directory) => permits(query, this.#evaluation(name, state, variables, directory)),
    ) ?? false;
  }

  /** Runs an operation on a connection bound for queries. Resolves with `undefined` when the bind is refused. */
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
      note: this.#log.note,
    };
  }

  /** Returns the distinguished name of a user's entry, over a bound connection. */
  async #nameOf(username: string, directory: Directory): Promise<string> {
    const { dn_lookup_attribute: attribute, dn_lookup_bind: bind = "as_user" } = this.#options;
    const isLookedUp = attribute !== undefined && bind === "as_user";
    return isLookedUp ? await this.#lookUp(username, directory) : fillName(this.#dnPattern, username);
  }

  /**
   * Finds the one entry with the user's name in an attribute; falls back to the pattern when there is not exactly one.
   */
  async #lookUp(username: string, directory: Directory): Promise<string> {
    const { dn_lookup_attribute: attribute = "", dn_lookup_base: base = "" } = this.#options;
    const value = fill(this.#dnPattern, { username, ...activeDirectoryVariables(username) });
    const search = { base, scope: "sub", equal: { attribute, value }, attributes: ["distinguishedName"] } as const;
    const entries = await directory.search(search) ?? [];
    return entries.length === 1 ? entries[0].dn : fillName(this.#dnPattern, username);
  }
}

/** Describes a permission as RabbitMQ's log does. */
const describePermission = (permission: string, kind: string, name: string, vhost: string): string =>
  `${permission} permission for ${kind} "${name}" in "${vhost}"`;

/** Binds a connection anonymously, or to a configured user. */
const bindAs = (bind: Exclude<Bind, "as_user">, directory: Directory): Promise<boolean> =>
  bind === "anon" ? directory.bind("", "") : directory.bind(bind.user_dn, bind.password);
