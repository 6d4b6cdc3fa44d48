import { AccessControl, type AuthBackend } from "./access_control.ts";
import type { Backend } from "./backend.ts";
import type { Fetch } from "./bounded_fetch.ts";
import { CacheBackend, type CacheBackendOptions } from "./cache_backend.ts";
import type { AccessClock, AccessLog } from "./clock.ts";
import { HttpBackend, type HttpBackendOptions } from "./http_backend.ts";
import type { OpenDirectory } from "./ldap/directory.ts";
import { LdapBackend, type LdapBackendOptions } from "./ldap/ldap_backend.ts";
import { OAuth2Backend, type OAuth2BackendOptions } from "./oauth2/oauth2_backend.ts";
import type { RandomBytes } from "./password.ts";

/** RabbitMQ's names of backends in `auth_backends.N`; the name of a backend's module works too. */
const NAMES: readonly BackendName[] = ["internal", "http", "ldap", "oauth2", "cache"];

/** Name of a backend in `auth_backends`. */
export type BackendName = "internal" | "http" | "ldap" | "oauth2" | "cache";

/**
 * An entry of `auth_backends.N`: one backend for both authentication and authorization, or one for each (`authn`,
 * `authz`).
 */
export type BackendNames = BackendName | {
  readonly authn: BackendName;
  readonly authz: BackendName | readonly BackendName[];
};

/** RabbitMQ's keys for authentication and authorization backends. */
export interface AuthBackendsOptions {
  /** Default: `internal`. */
  readonly auth_backends?: readonly BackendNames[];
  /** Default: `guest`. */
  readonly loopback_users?: readonly string[];
  /** Options of the HTTP backend. */
  readonly auth_http?: HttpBackendOptions;
  /** Options of the OAuth 2 backend. */
  readonly auth_oauth2?: OAuth2BackendOptions;
  /** Options of the LDAP backend. */
  readonly auth_ldap?: LdapBackendOptions;
  /** Options of the cache. */
  readonly auth_cache?: Omit<CacheBackendOptions, "cached_backend"> & {
    readonly cached_backend: BackendName | { readonly authn: BackendName; readonly authz: BackendName };
  };
}

/** The parts that backends are made of. */
export interface AuthBackendsMeans {
  /** The broker's own users. */
  readonly internal: Backend;
  /** Clock of the broker. */
  readonly clock: AccessClock;
  /** Log of the broker. */
  readonly log: AccessLog;
  /** Fills an array with random bytes. */
  readonly randomBytes: RandomBytes;
  /** `fetch` of the backend `http`, with the TLS options of `auth_http.ssl_options`. */
  readonly fetchForHttp: Fetch;
  /** `fetch` of the backend `oauth2`, with the TLS options of `auth_oauth2.https`. */
  readonly fetchForOAuth2: Fetch;
  /** Opens connections to the servers of `auth_ldap.servers`. */
  readonly openDirectory?: OpenDirectory;
}

/** Other names of backends in RabbitMQ's configuration. */
const ALIASES: Readonly<Record<string, BackendName>> = { oauth: "oauth2" };

/**
 * Returns the backend with a name, or with the name of a module such as `rabbit_auth_backend_http`; `undefined` when
 * there is none.
 */
export function backendName(text: string): BackendName | undefined {
  const name = text.replace(/^rabbit_auth_backend_/, "");
  return NAMES.find((each) => each === (ALIASES[name] ?? name));
}

/**
 * Makes access control from RabbitMQ's keys. Throws `RangeError`, and `QueryError` for an LDAP query, with the key that
 * is wrong or missing.
 */
export function accessControlOf(options: AuthBackendsOptions, means: AuthBackendsMeans): AccessControl {
  const { clock, log } = means;
  const made = new Map<BackendName, Backend>();
  /** Returns the backend with a name, the same one each time. */
  const backendOf = (name: BackendName): Backend => {
    let backend = made.get(name);
    if (backend === undefined) made.set(name, backend = makers[name]());
    return backend;
  };
  const makers: Readonly<Record<BackendName, () => Backend>> = {
    internal: () => means.internal,
    http: () => new HttpBackend(options.auth_http ?? {}, means.fetchForHttp, clock, log),
    oauth2: () => new OAuth2Backend(options.auth_oauth2 ?? {}, means.fetchForOAuth2, clock, log),
    ldap: () => {
      if (means.openDirectory === undefined) throw new RangeError("auth_ldap.servers is not set");
      return new LdapBackend(options.auth_ldap ?? {}, means.openDirectory, clock, log);
    },
    cache: () => {
      const { cached_backend: cached, ...others } = options.auth_cache ?? {};
      if (cached === undefined) throw new RangeError("auth_cache.cached_backend is not set");
      const { authn, authz } = typeof cached === "string" ? { authn: cached, authz: cached } : cached;
      if (authn === "cache" || authz === "cache") throw new RangeError("auth_cache.cached_backend must not be cache");
      const backends = { authn: backendOf(authn), authz: backendOf(authz) };
      return new CacheBackend({ ...others, cached_backend: backends }, clock, means.randomBytes);
    },
  };
  const entryOf = (names: BackendNames): AuthBackend =>
    typeof names === "string"
      ? backendOf(names)
      : { authn: backendOf(names.authn), authz: [names.authz].flat().map(backendOf) };
  const entries = (options.auth_backends ?? ["internal"]).map(entryOf);
  if (entries.length === 0) throw new RangeError("auth_backends has no backend");
  return new AccessControl({ auth_backends: entries, loopback_users: options.loopback_users }, clock, log);
}
