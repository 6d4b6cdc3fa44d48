import type { AccessControl } from "../access/access_control.ts";
import {
  accessControlOf,
  type AuthBackendsOptions,
  type BackendName,
  type BackendNames,
} from "../access/auth_backends.ts";
import { type AuthMechanismsOptions, mechanismsOf } from "../access/auth_mechanisms.ts";
import type { CredentialValidatorOptions } from "../access/credential_validator.ts";
import type { OpenDirectory } from "../access/ldap/directory.ts";
import type { PasswordOptions } from "../access/new_password.ts";
import type { OAuth2BackendOptions } from "../access/oauth2/oauth2_backend.ts";
import type { Mechanism } from "../access/sasl.ts";
import type { Config } from "../config/config.ts";
import { ConfigError } from "../config/config_error.ts";
import { type BackendPair, loopbackUsersOf } from "../config/keys/access.ts";
import { inOrder, type OptionTree } from "../config/keys/option_keys.ts";
import type { AccessMeans } from "../embedding/broker.ts";
import type { LdapServerOptions } from "../runtime/ldap.ts";
import { clientTlsOf, type ClientTlsRuntime, fetchOf } from "./client_tls.ts";

export type AccessRuntime = ClientTlsRuntime;

/** Returns the options for passwords of internal users. */
export const passwordsOf = (config: Config): PasswordOptions => ({
  password_hashing_module: config.passwordHashingModule,
  credential_validator: config.credentialValidator as CredentialValidatorOptions | undefined,
});

/** Returns the mechanisms that clients are offered. */
export function configuredMechanisms(config: Config): readonly Mechanism[] {
  const { authMechanisms, anonymousUser, anonymousPassword, certificateLogin } = config;
  const options = {
    ...certificateLogin,
    auth_mechanisms: authMechanisms && inOrder(authMechanisms),
    anonymous_login_user: anonymousUser,
    anonymous_login_pass: anonymousPassword,
  };
  return mechanismsOf(options as AuthMechanismsOptions);
}

const randomBytes = (bytes: Uint8Array): Uint8Array => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>);

/** Makes access control from the configuration. Throws {@linkcode ConfigError} for a backend that can't be made. */
export function configuredAccess(config: Config, runtime: AccessRuntime, means: AccessMeans): AccessControl {
  try {
    const options = accessOptions(config, runtime);
    const { ssl_options, connection_timeout } = config.authHttp ?? {};
    const fetchForHttp = fetchOf(
      ssl_options,
      "auth_http.ssl_options",
      runtime,
      connection_timeout as number | undefined,
    );
    const openDirectory = config.authLdap?.servers === undefined ? undefined : opener(config.authLdap, runtime);
    return accessControlOf(options, { ...means, fetchForHttp, fetchForOAuth2: fetch, randomBytes, openDirectory });
  } catch (error) {
    throw error instanceof ConfigError ? error : new ConfigError(`${(error as Error).message}.`);
  }
}

/**
 * Makes the access control for HTTP from `http_dispatch.auth_backends`. Returns `undefined` when that is not set: then
 * HTTP has that of AMQP. Throws {@linkcode ConfigError}.
 */
export function configuredHttpAccess(
  config: Config,
  runtime: AccessRuntime,
  means: AccessMeans,
): AccessControl | undefined {
  const { httpAuthBackends } = config;
  return httpAuthBackends && configuredAccess({ ...config, authBackends: httpAuthBackends }, runtime, means);
}

function accessOptions(config: Config, runtime: AccessRuntime): AuthBackendsOptions {
  const { authBackends, authHttp, authCache, cachedBackend, authOAuth2, authLdap } = config;
  const cached = cachedBackend && { cached_backend: namesOf(cachedBackend, "auth_cache.cached_backend") };
  const options = {
    auth_backends: authBackends && inOrder(authBackends).map((pair) => namesOf(pair, "auth_backends")),
    loopback_users: loopbackUsersOf(config),
    auth_http: authHttp,
    auth_cache: { ...authCache, ...cached },
    auth_oauth2: authOAuth2 && oauth2Options(authOAuth2, runtime),
    auth_ldap: authLdap && withoutNone(authLdap),
  };
  return options as AuthBackendsOptions;
}

function namesOf({ authn, authz }: BackendPair, key: string): BackendNames & (BackendName | { authz: BackendName }) {
  if (authn === undefined || authz === undefined) {
    throw new ConfigError(`${key}: authn and authz go together: one of them is missing.`);
  }
  return authn === authz ? authn : { authn, authz };
}

function opener(options: OptionTree, runtime: AccessRuntime): OpenDirectory {
  const { servers, port, use_ssl, use_starttls, ssl_options, timeout } = options;
  const tls = typeof ssl_options === "object" ? clientTlsOf(ssl_options, "auth_ldap.ssl_options", runtime) : undefined;
  const server = { servers: inOrder(servers as OptionTree), port, use_ssl, use_starttls, timeout, tls };
  return async () => {
    // Loaded with the first login, as most brokers start without this backend.
    const { ldapOpener } = await import("../runtime/ldap.ts");
    return await ldapOpener(server as LdapServerOptions)();
  };
}

/** Removes LDAP options with the value `none`, which stands for a missing one. */
const withoutNone = (options: OptionTree): OptionTree =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== "none"));

/** Turns numbered keys into lists, pairs of keys into aliases, and names of files into their contents. */
export function oauth2Options(tree: OptionTree, runtime: AccessRuntime): OAuth2BackendOptions {
  const { jwks_url, https, ...given } = tree;
  const options: Record<string, unknown> = jwks_url === undefined ? given : { jwks_uri: jwks_url, ...given };
  const change = (name: string, how: (value: OptionTree) => unknown) => {
    if (typeof options[name] === "object") options[name] = how(options[name] as OptionTree);
  };
  const eachOf = (value: OptionTree) =>
    Object.fromEntries(Object.entries(value).map(([name, one]) => [name, oauth2Options(one as OptionTree, runtime)]));

  if (https !== undefined) options.fetch = fetchOf(https, "auth_oauth2.https", runtime);
  change("algorithms", inOrder);
  change("preferred_username_claims", inOrder);
  change("scope_aliases", aliasesOf);
  change(
    "signing_keys",
    (keys) => Object.fromEntries(Object.entries(keys).map(([id, file]) => [id, runtime.readTextFile(String(file))])),
  );
  change("resource_servers", eachOf);
  change("oauth_providers", eachOf);
  return options as OAuth2BackendOptions;
}

/** Reads aliases, which are written `scope_aliases.ALIAS = SCOPES`, or as numbered pairs of `alias` and `scope`. */
const aliasesOf = (tree: OptionTree): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tree).map(([name, value]) =>
      typeof value === "object" ? [String(value.alias), String(value.scope)] : [name, String(value)]
    ),
  );
