import { type BackendName, backendName } from "../../access/auth_backends.ts";
import { MECHANISM_NAMES, type MechanismName } from "../../access/auth_mechanisms.ts";
import { HASHING_ALGORITHMS, type HashingAlgorithm } from "../../access/password.ts";
import { VALIDATION_BACKEND_NAMES } from "../../access/credential_validator.ts";
import { readBoolean, readCount, readDelay, readName, readSecret } from "../value.ts";
import type { Effects } from "./effect.ts";
import { optionKeys, type OptionTree } from "./option_keys.ts";

/** Who is asked who somebody is, and who is asked what they may do. */
export interface BackendPair {
  readonly authn?: BackendName;
  readonly authz?: BackendName;
}

/** Who may log in, and how. */
export interface AccessConfig {
  /** By number. */
  readonly authBackends?: Readonly<Record<string, BackendPair>>;
  /** By number. */
  readonly authMechanisms?: Readonly<Record<string, MechanismName>>;
  /** By name, whether they may log in from this machine only. */
  readonly loopbackUsers?: Readonly<Record<string, boolean>>;
  /** False where no user is bound to this machine, whatever `loopbackUsers` says. */
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

function readBackend(text: string): BackendName {
  const name = backendName(text);
  if (name === undefined) throw new RangeError(`This is internal, http, cache, oauth2 or ldap: received "${text}".`);
  return name;
}

function setBackend(draft: Draft, number: string, pair: BackendPair): void {
  draft.authBackends = { ...draft.authBackends, [number]: { ...draft.authBackends?.[number], ...pair } };
}

const BACKEND_HELP = "who is asked who a user is and what it may do: internal, http, cache, oauth2 or ldap";

/** What each resource server of OAuth 2 may have. */
const RESOURCE_SERVER = {
  scope_prefix: ["what scopes of this broker begin with"],
  resource_server_type: ["the type of authorization details of this broker"],
  additional_scopes_key: ["claims that have scopes too"],
  "scope_aliases.$alias": ["scopes that another one stands for"],
  "scope_aliases.$index.alias": ["a scope that stands for others"],
  "scope_aliases.$index.scope": ["scopes that it stands for"],
  verify_aud: ["whether tokens have to be meant for this broker", readBoolean, "true"],
  require_exp: ["whether tokens have to expire", readBoolean, "true"],
  scope_pattern_syntax: [
    "how scopes name virtual hosts and what is in them",
    (value: string) => readName(value.toLowerCase(), ["wildcard", "regex"]),
    "wildcard",
  ],
  "preferred_username_claims.$preferred_username_claims": ["claims that a user's name is taken from"],
} as const;

/** What each provider of OAuth 2 may have. */
const PROVIDER = {
  issuer: ["an issuer that tells where its keys are"],
  jwks_uri: ["where its keys are"],
  discovery_endpoint_path: ["where the issuer tells that"],
  "discovery_endpoint_params.$param": ["what is added to that address"],
  default_key: ["the key of tokens that name none"],
  "algorithms.$algorithm": ["algorithms of signatures"],
} as const;

type Options = Readonly<
  Record<string, readonly [help: string, read?: (value: string) => string | boolean, fallback?: string]>
>;

const below = (prefix: string, options: Options): Options =>
  Object.fromEntries(Object.entries(options).map(([name, option]) => [`${prefix}.${name}`, option]));

export const ACCESS: Effects<Draft> = {
  "auth_backends.$num": {
    help: BACKEND_HELP,
    default: "internal",
    apply(draft, value, number) {
      const backend = readBackend(value);
      setBackend(draft, number, { authn: backend, authz: backend });
    },
  },
  "auth_backends.$num.authn": {
    help: "who is asked who a user is",
    apply: (draft, value, number) => setBackend(draft, number, { authn: readBackend(value) }),
  },
  "auth_backends.$num.authz": {
    help: "who is asked what a user may do",
    apply: (draft, value, number) => setBackend(draft, number, { authz: readBackend(value) }),
  },
  "auth_mechanisms.$name": {
    help: "a SASL mechanism that clients are offered",
    default: "PLAIN, AMQPLAIN",
    apply(draft, value, number) {
      draft.authMechanisms = { ...draft.authMechanisms, [number]: readName(value, MECHANISM_NAMES) };
    },
  },
  loopback_users: {
    help: "none: every user may log in from anywhere",
    apply: (draft) => void (draft.hasLoopbackUsers = false),
  },
  "loopback_users.$user": {
    help: "whether a user may log in from this machine only",
    default: "guest",
    apply: (draft, value, user) => void (draft.loopbackUsers = { ...draft.loopbackUsers, [user]: readBoolean(value) }),
  },
  password_hashing_module: {
    help: "how passwords of internal users are kept",
    default: "rabbit_password_hashing_sha256",
    apply: (draft, value) => void (draft.passwordHashingModule = readName(value, HASHING_ALGORITHMS)),
  },
  anonymous_login_user: {
    help: "who a client is that logs in by ANONYMOUS",
    default: "none",
    apply: (draft, value) => void (draft.anonymousUser = value),
  },
  anonymous_login_pass: {
    help: "the password of that user",
    apply: (draft, value) => void (draft.anonymousPassword = readSecret(value)),
  },
  "auth_cache.cached_backend": {
    help: "whose answers are kept",
    apply(draft, value) {
      const backend = readBackend(value);
      draft.cachedBackend = { authn: backend, authz: backend };
    },
  },
  "auth_cache.cached_backend.authn": {
    help: "whose answers about who a user is are kept",
    apply: (draft, value) => void (draft.cachedBackend = { ...draft.cachedBackend, authn: readBackend(value) }),
  },
  "auth_cache.cached_backend.authz": {
    help: "whose answers about what a user may do are kept",
    apply: (draft, value) => void (draft.cachedBackend = { ...draft.cachedBackend, authz: readBackend(value) }),
  },
  ssl_cert_login_from: {
    help: "where in a certificate the name of its user is",
    default: "distinguished_name",
    apply: (draft, value) => void (draft.certificateLogin = { ...draft.certificateLogin, ssl_cert_login_from: value }),
  },
  ssl_cert_login_san_type: {
    help: "which alternative name that is",
    default: "dns",
    apply: (draft, value) =>
      void (draft.certificateLogin = { ...draft.certificateLogin, ssl_cert_login_san_type: value }),
  },
  ssl_cert_login_san_index: {
    help: "the place of that name among those of its type",
    default: "0",
    apply: (draft, value) =>
      void (draft.certificateLogin = { ...draft.certificateLogin, ssl_cert_login_san_index: Number(value) }),
  },
  ...optionKeys("credentialValidator", "credential_validator", {
    validation_backend: ["which passwords a user may be given", (value) => readName(value, VALIDATION_BACKEND_NAMES)],
    min_length: ["the least bytes of a password", readCount],
    regexp: ["what a password has to match"],
  }),
  ...optionKeys("authHttp", "auth_http", {
    http_method: ["how the server is asked", (value) => readName(value, ["get", "post"]), "get"],
    user_path: ["where it tells who may log in"],
    vhost_path: ["where it tells who may open a virtual host"],
    resource_path: ["where it tells who may use what"],
    topic_path: ["where it tells who may use which routing key"],
    request_timeout: ["milliseconds that an answer may take", readDelay, "15000"],
  }),
  ...optionKeys("authCache", "auth_cache", {
    cache_ttl: ["milliseconds that an answer is kept", readDelay, "15000"],
    cache_refusals: ["whether refusals are kept too", readBoolean, "false"],
  }),
  ...optionKeys("authOAuth2", "auth_oauth2", {
    resource_server_id: ["what tokens call this broker"],
    default_oauth_provider: ["who signs tokens where nothing else is said"],
    jwks_url: ["another name of jwks_uri"],
    "signing_keys.$name": ["files with keys by their ids"],
    ...RESOURCE_SERVER,
    ...PROVIDER,
    ...below("resource_servers.$name", RESOURCE_SERVER),
    "resource_servers.$name.id": ["what tokens call it, where that is not its name here"],
    "resource_servers.$name.oauth_provider_id": ["who signs its tokens"],
    ...below("oauth_providers.$name", PROVIDER),
    "oauth_providers.$name.signing_keys.$id": ["files with keys by their ids"],
  }),
  ...optionKeys("authLdap", "auth_ldap", {
    "servers.$server": ["a server, by name or address"],
    port: ["its port", readCount, "389"],
    use_ssl: ["whether it is spoken to over TLS", readBoolean, "false"],
    use_starttls: ["whether the connection goes over to TLS", readBoolean, "false"],
    connection_pool_size: ["connections at most", readCount, "64"],
    timeout: ["milliseconds that an answer may take", readDelay, "10000"],
    idle_timeout: ["milliseconds that a connection waits for the next use", readDelay, "300000"],
    user_dn_pattern: ["the distinguished name of a user"],
    user_bind_pattern: ["the name that a user is bound with"],
    dn_lookup_attribute: ["the attribute by which a user's entry is found"],
    dn_lookup_base: ["where that is looked for"],
    dn_lookup_bind: ["in whose name that is done"],
    "dn_lookup_bind.user_dn": ["in whose name that is done"],
    "dn_lookup_bind.password": ["and with which password", readSecret],
    other_bind: ["in whose name queries are made"],
    "other_bind.user_dn": ["in whose name queries are made"],
    "other_bind.password": ["and with which password", readSecret],
    group_lookup_base: ["where groups in groups are looked for"],
    "queries.vhost_access": ["who may open a virtual host"],
    "queries.resource_access": ["who may use what"],
    "queries.topic_access": ["who may use which routing key"],
    "queries.tags": ["who has which tags"],
    "ssl_options.cacertfile": ["a file with the certificates of authorities"],
    "ssl_options.certfile": ["a file with the broker's certificate"],
    "ssl_options.keyfile": ["a file with its key"],
    "ssl_options.password": ["the password of that key", readSecret],
    "ssl_options.verify": ["whether the server's certificate is verified", String, "verify_peer"],
    "ssl_options.sni": ["the name that it has to have"],
  }),
};
