import type {
  Access,
  Answer,
  Credentials,
  Decision,
  Operation,
  Refusal,
  RequestContext,
  Resource,
  Topic,
  User,
} from "./access.ts";
import { then } from "./answer.ts";
import { type Backend, type BackendUser, isRefused } from "./backend.ts";
import type { AccessClock, AccessLog } from "./clock.ts";
import { FailedLogins } from "./failed_logins.ts";

/** An entry of RabbitMQ's `auth_backends`: one backend for both authentication and authorization, or one for each. */
export type AuthBackend = Backend | { readonly authn: Backend; readonly authz: Backend | readonly Backend[] };

/** Reason for the refusal of a loopback user that comes from elsewhere. */
export const LOOPBACK_ONLY = "user can only connect via localhost";

/** Backends and loopback users. */
export interface AccessControlOptions {
  /** Backends, which are asked in this order until one knows the user. */
  readonly auth_backends: readonly AuthBackend[];
  /** Users who may log in from this machine only, whatever backend knows them. Default: `guest`. */
  readonly loopback_users?: readonly string[];
}

/** A user and the backends that authorize it: all of them must agree. */
class AuthenticatedUser implements User {
  readonly name: string;
  readonly tags: readonly string[];
  readonly expiresAtMs?: number;
  readonly grants: readonly Grant[];

  constructor(name: string, tags: readonly string[], grants: readonly Grant[]) {
    this.name = name;
    this.tags = [...new Set(tags)];
    this.grants = grants.map(({ backend, user }) => ({ backend, user: { ...user, name, tags: this.tags } }));
    const expiries = grants.map(({ user }) => user.expiresAtMs).filter((atMs) => atMs !== undefined);
    if (expiries.length > 0) this.expiresAtMs = Math.min(...expiries);
  }
}

/** The user as one backend knows it. */
interface Grant {
  readonly backend: Backend;
  readonly user: BackendUser;
}

/** Asks the backends of RabbitMQ's `auth_backends` for authentication and authorization (RabbitMQ: Access Control). */
export class AccessControl implements Access {
  readonly #backends: readonly { readonly authn: Backend; readonly authz: readonly Backend[] }[];
  /** Backends with a version. */
  readonly #versioned: readonly Backend[];
  readonly #onlyVersioned: Backend | undefined;
  #loopbackUsers: ReadonlySet<string>;
  readonly #failedLogins: FailedLogins;
  readonly #log: AccessLog;

  /** Makes access control of backends, with a clock for its limits. */
  constructor(options: AccessControlOptions, clock: AccessClock, log: AccessLog = () => {}) {
    this.#backends = options.auth_backends.map((entry) =>
      "authn" in entry
        ? { authn: entry.authn, authz: [entry.authz].flat() }
        : { authn: entry, authz: entry.asksTwice === true ? [entry] : [] }
    );
    const all = new Set(this.#backends.flatMap(({ authn, authz }) => [authn, ...authz]));
    this.#versioned = [...all].filter(({ version }) => version !== undefined);
    this.#onlyVersioned = this.#versioned.length === 1 ? this.#versioned[0] : undefined;
    this.#loopbackUsers = new Set(options.loopback_users ?? ["guest"]);
    this.#failedLogins = new FailedLogins(clock);
    this.#log = log;
  }

  /** Binds other users to this machine, from the next login on. */
  set loopbackUsers(names: readonly string[]) {
    this.#loopbackUsers = new Set(names);
  }

  /** Read for each message; there is mostly one versioned backend, the internal one. */
  get version(): number {
    const versioned = this.#onlyVersioned;
    return versioned === undefined ? this.#sumOfVersions() : versioned.version!;
  }

  #sumOfVersions(): number {
    let version = 0;
    for (const backend of this.#versioned) version += backend.version!;
    return version;
  }

  /** Logs a user in; see {@linkcode Access.login}. */
  login(credentials: Credentials): Answer<User | Refusal> {
    const { peer } = credentials;
    return this.#failedLogins.check(peer) ??
      then(
        this.#authenticate(credentials, 0),
        (result) => isRefused(result) ? this.#failedLogins.refuse(peer, result) : result,
      );
  }

  #authenticate(credentials: Credentials, at: number): Answer<AuthenticatedUser | Refusal> {
    const { authn, authz } = this.#backends[at];
    const authenticated = this.#ask(authn, credentials.username, () => authn.authenticate(credentials));
    const result = then(authenticated, (user): Answer<AuthenticatedUser | Refusal> => {
      if (isRefused(user)) return user;
      if (authz.length === 0) return new AuthenticatedUser(user.name, user.tags, [{ backend: authn, user }]);
      return this.#authorize({ ...credentials, username: user.name }, user, authz, []);
    });
    return then(result, (user) => {
      if (isRefused(user) && at + 1 < this.#backends.length) {
        // The caller reports the last refusal.
        this.#log("debug", `backend ${authn.name} refused a login of user '${credentials.username}': ${user.refused}`);
        return this.#authenticate(credentials, at + 1);
      }
      if (isRefused(user)) return user;
      const isRemote = !credentials.peer.isLoopback;
      if (isRemote && this.#loopbackUsers.has(user.name)) return { refused: LOOPBACK_ONLY };
      return user;
    });
  }

  #authorize(
    credentials: Credentials,
    authenticated: BackendUser,
    authz: readonly Backend[],
    grants: readonly Grant[],
  ): Answer<AuthenticatedUser | Refusal> {
    const { name, tags } = authenticated;
    const backend = authz[grants.length];
    if (backend === undefined) {
      return new AuthenticatedUser(name, [...tags, ...grants.flatMap(({ user }) => user.tags)], grants);
    }
    return then(
      this.#ask(backend, name, () => backend.authorize(credentials)),
      (user) =>
        isRefused(user) ? user : this.#authorize(credentials, authenticated, authz, [...grants, { backend, user }]),
    );
  }

  /** Asks a backend about a login. A backend that fails has refused it, and the log says why. */
  #ask(backend: Backend, username: string, ask: () => Answer<BackendUser | Refusal>): Answer<BackendUser | Refusal> {
    const fail = (error: unknown): Refusal => {
      this.#log("error", `backend ${backend.name} failed to answer a login of user '${username}': ${reasonOf(error)}`);
      return { refused: `backend ${backend.name} failed to answer` };
    };
    try {
      const answer = ask();
      return answer instanceof Promise ? answer.catch(fail) : answer;
    } catch (error) {
      return fail(error);
    }
  }

  /** Decides about a virtual host; see {@linkcode Access.mayOpen}. */
  mayOpen(user: User, vhost: string, context: RequestContext): Answer<Decision> {
    return this.#permit(user, (grant) => grant.backend.mayOpen(grant.user, vhost, context));
  }

  /** Decides about an exchange or a queue; see {@linkcode Access.may}. */
  may(user: User, operation: Operation, resource: Resource, context: RequestContext): Answer<Decision> {
    return this.#permit(user, (grant) => grant.backend.may(grant.user, operation, resource, context));
  }

  /** Decides about a routing key; see {@linkcode Access.mayUseTopic}. */
  mayUseTopic(user: User, operation: "write" | "read", topic: Topic, context: RequestContext): Answer<Decision> {
    return this.#permit(user, (grant) => grant.backend.mayUseTopic(grant.user, operation, topic, context));
  }

  /** Permits what all backends permit. A backend that fails has denied it. */
  #permit(user: User, ask: (grant: Grant) => Answer<Decision>): Answer<Decision> {
    if (!(user instanceof AuthenticatedUser)) return false;
    const permitFrom = (at: number): Answer<Decision> => {
      if (at === user.grants.length) return true;
      const grant = user.grants[at];
      const fail = (error: unknown): boolean => {
        const { name } = grant.backend;
        this.#log("error", `backend ${name} failed to answer for user '${user.name}': ${reasonOf(error)}`);
        return false;
      };
      try {
        const answer = ask(grant);
        const decided = answer instanceof Promise ? answer.catch(fail) : answer;
        return then(decided, (decision) => {
          if (decision === true) return permitFrom(at + 1);
          return typeof decision === "object" && { denied: `by backend ${grant.backend.name}: ${decision.denied}` };
        });
      } catch (error) {
        return fail(error);
      }
    };
    return permitFrom(0);
  }

  /**
   * Passes a new secret to each backend in which the user's credentials expire. The tags that they answer replace all
   * others, so that a new secret can take a tag away. Changes nothing where nothing expires.
   */
  updateSecret(user: User, secret: string, context: RequestContext): Answer<User | Refusal> {
    if (!(user instanceof AuthenticatedUser)) return { refused: "no backend knows the user" };
    const updateFrom = (at: number, grants: readonly Grant[], tags: readonly string[]): Answer<User | Refusal> => {
      if (at === user.grants.length) return new AuthenticatedUser(user.name, tags, grants);
      const grant = user.grants[at];
      const { backend } = grant;
      if (grant.user.expiresAtMs === undefined || backend.updateSecret === undefined) {
        return updateFrom(at + 1, [...grants, grant], tags);
      }
      return then(
        this.#ask(backend, user.name, () => backend.updateSecret!(grant.user, secret, context)),
        (updated) =>
          isRefused(updated)
            ? updated
            : updateFrom(at + 1, [...grants, { backend, user: updated }], [...tags, ...updated.tags]),
      );
    };
    return user.expiresAtMs === undefined ? user : updateFrom(0, [], []);
  }
}

const reasonOf = (error: unknown): string => error instanceof Error ? error.message : String(error);
