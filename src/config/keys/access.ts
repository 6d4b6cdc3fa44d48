import { type BackendName, backendName } from "../../access/auth_backends.ts";
import { MECHANISM_NAMES, type MechanismName } from "../../access/auth_mechanisms.ts";
import { HASHING_ALGORITHMS, type HashingAlgorithm } from "../../access/password.ts";
import { VALIDATION_BACKEND_NAMES } from "../../access/credential_validator.ts";
import { readBoolean, readCount, readDelay, readName } from "../value.ts";
import { below, CLIENT_TLS, fixedClientTls, HTTPS } from "./client_tls.ts";
import type { Effect, Effects } from "./effect.ts";
import { optionKeys, type OptionTree } from "./option_keys.ts";

/** The backends for authentication and authorization. */
export interface BackendPair {
  readonly authn?: BackendName;
  readonly authz?: BackendName;
}

/** Settings for logins and permissions. */
export interface AccessConfig {
  /** By number. */
  readonly authBackends?: Readonly<Record<string, BackendPair>>;
  /** Those for HTTP, by number. Default: `authBackends`. */
  readonly httpAuthBackends?: Readonly<Record<string, BackendPair>>;
  /** By number. */
  readonly authMechanisms?: Readonly<Record<string, MechanismName>>;
  /** By name: whether the user may log in from this machine only. */
  readonly loopbackUsers?: Readonly<Record<string, boolean>>;
  /** False when no user is bound to this machine, whatever `loopbackUsers` says. */
  readonly hasLoopbackUsers?: boolean;
  readonly passwordHashingModule?: HashingAlgorithm;
  readonly credentialValidator?: OptionTree;
  readonly anonymousUser?: string;
  readonly anonymousPassword?: string;
  readonly certificateLogin?: OptionTree;
  readonly authHttp?: OptionTree;
  readonly authCache?: OptionTree;
  readonly cachedBackend?: BackendPair;
  readonly authOAuth2?: OptionTree;
  readonly authLdap?: OptionTree;
}

type Draft = { -readonly [Name in keyof AccessConfig]: AccessConfig[Name] };

/** Returns the users who may log in from this machine only. */
export function loopbackUsersOf({ loopbackUsers, hasLoopbackUsers }: AccessConfig): readonly string[] {
  if (hasLoopbackUsers === false) return [];
  if (loopbackUsers === undefined) return ["guest"];
  return Object.keys(loopbackUsers).filter((name) => loopbackUsers[name]);
}

function readBackend(text: string): BackendName {
  const name = backendName(text);
  if (name === undefined) throw new RangeError(`This is internal, http, cache, oauth2 or ldap: received "${text}".`);
  return name;
}

/** Returns the keys of a chain of backends; `whom` ends their help. */
function chainKeys(prefix: string, chain: "authBackends" | "httpAuthBackends", whom: string, fallback?: string) {
  const key = (help: string, read: (backend: BackendName) => BackendPair): Effect<Draft> => ({
    help: `the backend for ${help}${whom}`,
    apply(draft, value, number) {
      draft[chain] = { ...draft[chain], [number]: { ...draft[chain]?.[number], ...read(readBackend(value)) } };
    },
  });
  const both = key(
    "authentication and authorization: internal, http, cache, oauth2 or ldap",
    (backend) => ({ authn: backend, authz: backend }),
  );
  return {
    [`${prefix}.$num`]: { ...both, default: fallback },
    [`${prefix}.$num.authn`]: key("authentication", (authn) => ({ authn })),
    [`${prefix}.$num.authz`]: key("authorization", (authz) => ({ authz })),
  };
}

/** Keys of each resource server of OAuth 2. */
const RESOURCE_SERVER = {
  scope_prefix: ["prefix of this broker's scopes"],
  resource_server_type: ["type of this broker's authorization details"],
  additional_scopes_key: ["further claims with scopes"],
  "scope_aliases.$alias": ["scopes that an alias stands for"],
  "scope_aliases.$index.alias": ["an alias of scopes"],
  "scope_aliases.$index.scope": ["scopes that the alias stands for"],
  verify_aud: ["whether tokens must name the broker as audience", readBoolean, "true"],
  require_exp: ["whether tokens must expire", readBoolean, "true"],
  scope_pattern_syntax: [
    "how scopes name virtual hosts and what is in them",
    (value: string) => readName(value.toLowerCase(), ["wildcard", "regex"]),
    "wildcard",
  ],
  "preferred_username_claims.$preferred_username_claims": ["claims with the user's name"],
} as const;

/** Reads the address of a key set, which must use TLS, so that nobody can replace the keys in transit. */
function readKeyAddress(text: string): string {
  const { protocol, hostname } = URL.canParse(text) ? new URL(text) : { protocol: "", hostname: "" };
  const isLocal = /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
  if (protocol === "https:" || (protocol === "http:" && isLocal)) return text;
  throw new RangeError(`This is an address that begins with https://: received "${text}".`);
}

/** Keys of each provider of OAuth 2. */
const PROVIDER = {
  issuer: ["address of an issuer that publishes the address of its keys", readKeyAddress],
  jwks_uri: ["address of the keys", readKeyAddress],
  ...below("https", HTTPS),
  discovery_endpoint_path: ["path of the issuer's metadata"],
  "discovery_endpoint_params.$param": ["query parameters of that path"],
  end_session_endpoint: ["address where a login to the management page ends", readKeyAddress],
  default_key: ["id of the key for tokens that name none"],
  "algorithms.$algorithm": ["algorithms of signatures"],
} as const;

export const ACCESS: Effects<Draft> = {
  ...chainKeys("auth_backends", "authBackends", "", "internal"),
  ...chainKeys(
    "http_dispatch.auth_backends",
    "httpAuthBackends",
    " of the management API and metrics; by default those of auth_backends",
  ),
  "auth_mechanisms.$name": {
    help: "a SASL mechanism that clients are offered",
    default: "PLAIN, AMQPLAIN",
    apply(draft, value, number) {
      draft.authMechanisms = { ...draft.authMechanisms, [number]: readName(value, MECHANISM_NAMES) };
    },
  },
  loopback_users: {
    help: "none: every user may log in from anywhere",
    live: "new connections",
    apply: (draft) => void (draft.hasLoopbackUsers = false),
  },
  "loopback_users.$user": {
    help: "whether a user may log in from this machine only",
    default: "guest",
    live: "new connections",
    apply: (draft, value, user) => void (draft.loopbackUsers = { ...draft.loopbackUsers, [user]: readBoolean(value) }),
  },
  password_hashing_module: {
    help: "algorithm that hashes passwords of internal users",
    default: "rabbit_password_hashing_sha256",
    apply: (draft, value) => void (draft.passwordHashingModule = readName(value, HASHING_ALGORITHMS)),
  },
  anonymous_login_user: {
    help: "user of clients that log in by ANONYMOUS",
    default: "none",
    apply: (draft, value) => void (draft.anonymousUser = value),
  },
  anonymous_login_pass: {
    help: "the password of that user",
    apply: (draft, value) => void (draft.anonymousPassword = value),
  },
  "auth_cache.cached_backend": {
    help: "the backend whose answers are cached",
    apply(draft, value) {
      const backend = readBackend(value);
      draft.cachedBackend = { authn: backend, authz: backend };
    },
  },
  "auth_cache.cached_backend.authn": {
    help: "the backend for authentication whose answers are cached",
    apply: (draft, value) => void (draft.cachedBackend = { ...draft.cachedBackend, authn: readBackend(value) }),
  },
  "auth_cache.cached_backend.authz": {
    help: "the backend for authorization whose answers are cached",
    apply: (draft, value) => void (draft.cachedBackend = { ...draft.cachedBackend, authz: readBackend(value) }),
  },
  ssl_cert_login_from: {
    help: "field of a certificate with the name of its user",
    default: "distinguished_name",
    apply: (draft, value) => void (draft.certificateLogin = { ...draft.certificateLogin, ssl_cert_login_from: value }),
  },
  ssl_cert_login_san_type: {
    help: "type of that alternative name",
    default: "dns",
    apply: (draft, value) =>
      void (draft.certificateLogin = { ...draft.certificateLogin, ssl_cert_login_san_type: value }),
  },
  ssl_cert_login_san_index: {
    help: "index of that name among those of its type",
    default: "0",
    apply: (draft, value) =>
      void (draft.certificateLogin = { ...draft.certificateLogin, ssl_cert_login_san_index: Number(value) }),
  },
  ...optionKeys("credentialValidator", "credential_validator", {
    validation_backend: ["rule for passwords of users", (value) => readName(value, VALIDATION_BACKEND_NAMES)],
    min_length: ["minimum length of a password in bytes", readCount],
    regexp: ["pattern that a password must match"],
  }),
  ...optionKeys("authHttp", "auth_http", {
    http_method: ["HTTP method of requests", (value) => readName(value, ["get", "post"]), "get"],
    user_path: ["address for logins"],
    vhost_path: ["address for access to virtual hosts"],
    resource_path: ["address for permissions on exchanges and queues"],
    topic_path: ["address for permissions on routing keys"],
    request_timeout: ["time limit of an answer in milliseconds", readDelay, "15000"],
    connection_timeout: ["time limit of connecting in milliseconds; by default only request_timeout counts", readDelay],
    authorization_failure_disclosure: [
      "whether clients are told the server's reasons for denying permissions",
      readBoolean,
      "false",
    ],
    ...below("ssl_options", CLIENT_TLS),
  }),
  "auth_ldap.servers": { help: "none: there are no servers", apply() {} },
  ...fixedClientTls("auth_http.ssl_options"),
  ...fixedClientTls("auth_ldap.ssl_options"),
  ...fixedClientTls("auth_oauth2.https"),
  ...fixedClientTls("auth_oauth2.oauth_providers.$name.https"),
  ...optionKeys("authCache", "auth_cache", {
    cache_ttl: ["time in milliseconds that an answer is cached", readDelay, "15000"],
    cache_refusals: ["whether refusals are cached too", readBoolean, "false"],
  }),
  ...optionKeys("authOAuth2", "auth_oauth2", {
    resource_server_id: ["name of the broker in tokens"],
    default_oauth_provider: ["provider of tokens by default"],
    jwks_url: ["another name of jwks_uri", readKeyAddress],
    "https.peer_verification": ["another name of https.verify", HTTPS.verify[1], "verify_peer"],
    "signing_keys.$name": ["files with keys by their ids"],
    ...RESOURCE_SERVER,
    ...PROVIDER,
    ...below("resource_servers.$name", RESOURCE_SERVER),
    "resource_servers.$name.id": ["its name in tokens, if that differs"],
    "resource_servers.$name.oauth_provider_id": ["provider of its tokens"],
    ...below("oauth_providers.$name", PROVIDER),
    "oauth_providers.$name.signing_keys.$id": ["files with keys by their ids"],
  }),
  ...optionKeys("authLdap", "auth_ldap", {
    "servers.$server": ["name or address of a server"],
    log: [
      "whether decisions and queries are logged: true, false, or network, with all operations; network_unsafe is network, as passwords are never logged",
      (value) => value === "network_unsafe" ? "network" : value,
      "false",
    ],
    port: ["its port", readCount, "389"],
    use_ssl: ["whether connections use TLS", readBoolean, "false"],
    use_starttls: ["whether connections use STARTTLS", readBoolean, "false"],
    connection_pool_size: ["connections at most", readCount, "64"],
    timeout: ["time limit of an answer in milliseconds", readDelay, "10000"],
    idle_timeout: ["time in milliseconds that an idle connection is kept", readDelay, "300000"],
    user_dn_pattern: ["pattern of a user's distinguished name"],
    user_bind_pattern: ["pattern of the name that a user is bound with"],
    dn_lookup_attribute: ["attribute by which a user's entry is found"],
    dn_lookup_base: ["base of that search"],
    dn_lookup_bind: ["name of the bind for that search"],
    "dn_lookup_bind.user_dn": ["name of the bind for that search"],
    "dn_lookup_bind.password": ["password of that bind"],
    other_bind: ["name of the bind for queries"],
    "other_bind.user_dn": ["name of the bind for queries"],
    "other_bind.password": ["password of that bind"],
    group_lookup_base: ["base of the search for groups in groups"],
    "queries.vhost_access": ["query for access to virtual hosts"],
    "queries.resource_access": ["query for permissions on exchanges and queues"],
    "queries.topic_access": ["query for permissions on routing keys"],
    "queries.tags": ["queries for tags"],
    ...below("ssl_options", CLIENT_TLS),
  }),
};
