import type { Fetch } from "../../access/bounded_fetch.ts";
import { discoveryAddress } from "../../access/oauth2/discovery.ts";
import type { OAuth2BackendOptions } from "../../access/oauth2/oauth2_backend.ts";
import type { OAuthClientOptions, OAuthLoginOptions, OAuthResourceServerOptions } from "./oauth_options.ts";

/** A resource server at whose provider people log in, as RabbitMQ describes one to its page. */
export interface OAuthResourceServer extends Omit<OAuthResourceServerOptions, "oauth_client_secret"> {
  readonly id: string;
  /** Its place on the page, from 1, which RabbitMQ writes as text; absent for one without options of its own. */
  readonly index?: string;
  readonly oauth_provider_url: string;
  readonly end_session_endpoint?: string;
  /** True when the broker adds a secret to the request for tokens. */
  readonly use_token_endpoint_proxy?: true;
}

/** What the broker needs for the requests of a resource server's logins. */
export interface OAuthClient {
  readonly id: string;
  readonly metadataAddress: string;
  readonly clientId: string;
  readonly secret: string | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly fetch: Fetch;
}

/** A login by OAuth 2 as it is configured. */
export interface OAuthSettings {
  /** What the page is told, with RabbitMQ's names (`rabbit_mgmt_wm_auth`). */
  readonly answer: {
    readonly oauth_enabled: boolean;
    readonly oauth_resource_servers?: Readonly<Record<string, OAuthResourceServer>>;
    readonly [name: string]: unknown;
  };
  /** By the id of the resource server: those whose logins begin at the page. */
  readonly clients: ReadonlyMap<string, OAuthClient>;
  /** True when a provider may bring people with a token. */
  readonly isIdpInitiated: boolean;
  /** A sentence for each resource server that is left out. */
  readonly problems: readonly string[];
}

const DISABLED = { answer: { oauth_enabled: false }, clients: new Map(), isIdpInitiated: false } as const;

/** Names of the options that RabbitMQ's answer has for all resource servers together. */
const COMMON = [
  "oauth_client_id",
  "oauth_scopes",
  "oauth_authorization_endpoint_params",
  "oauth_token_endpoint_params",
] as const;

/** Decides at which resource servers people can log in. Those that `auth_oauth2` does not know are left out. */
export function oauthSettings(options: OAuthLoginOptions | undefined, fetch: Fetch): OAuthSettings {
  if (options === undefined) return { ...DISABLED, problems: [] };
  const { auth_oauth2: backend, oauth_resource_servers: own = {} } = options;
  const problems: string[] = [];
  const configured = new Map(
    Object.entries(own).map(([name, server], at) => [server.id ?? name, { index: String(at + 1), ...server }] as const),
  );
  const known = knownServers(backend);
  for (const id of configured.keys()) {
    if (!known.has(id)) problems.push(`resource server '${id}' is not one of auth_oauth2.*`);
  }
  if (known.size === 0) problems.push("auth_oauth2.resource_server_id is not set");
  const servers: Record<string, OAuthResourceServer> = {};
  const clients = new Map<string, OAuthClient>();
  for (const [id, providerName] of known) {
    const provider = providerName === undefined ? backend : backend.oauth_providers?.[providerName] ?? {};
    const given: OAuthResourceServerOptions = configured.get(id) ?? {};
    if (given.disabled) continue;
    const merged = withoutUndefined({ ...providerOf(provider), ...providerOptions(options), ...given, id });
    const { oauth_provider_url: address, oauth_client_id: clientId = options.oauth_client_id } = merged;
    const isIdpInitiated = logonTypeOf(merged, options) === "idp_initiated";
    if (address === undefined) {
      problems.push(`resource server '${id}' has neither management.oauth_provider_url nor auth_oauth2.issuer`);
    } else if (!isIdpInitiated && isEmpty(clientId)) {
      problems.push(`resource server '${id}' has no management.oauth_client_id`);
    } else {
      const { oauth_client_secret, ...shown } = { ...merged, oauth_provider_url: address };
      const secret = secretOf(oauth_client_secret, clientId, options);
      servers[id] = secret === undefined ? shown : { ...shown, use_token_endpoint_proxy: true };
      if (isIdpInitiated) continue;
      clients.set(id, {
        id,
        metadataAddress: merged.oauth_metadata_url ?? discoveryAddress(address),
        clientId: clientId!,
        secret,
        params: merged.oauth_token_endpoint_params ?? {},
        fetch: provider.fetch ?? fetch,
      });
    }
  }
  const all = Object.values(servers);
  if (all.length === 0) return { ...DISABLED, problems };
  const isIdpInitiated = all.some((server) => logonTypeOf(server, options) === "idp_initiated");
  return { answer: answerOf(options, servers), clients, isIdpInitiated, problems };
}

/** Returns the resource servers of the backend, by their ids, with the names of their providers. */
function knownServers(backend: OAuth2BackendOptions): Map<string, string | undefined> {
  const { resource_server_id: id, resource_servers: others = {}, default_oauth_provider: first } = backend;
  const known = new Map(
    Object.entries(others).map(([name, { id = name, oauth_provider_id: provider }]) => [
      id,
      provider ?? backend.oauth_provider_id ?? first,
    ]),
  );
  return isEmpty(id) ? known : known.set(id!, backend.oauth_provider_id ?? first);
}

/** Returns what the backend's provider contributes: its issuer, and where that publishes what it offers. */
function providerOf(provider: OAuth2BackendOptions) {
  const { issuer, end_session_endpoint } = provider;
  if (issuer === undefined) return { end_session_endpoint };
  return { oauth_provider_url: issuer, oauth_metadata_url: discoveryAddress(issuer, provider), end_session_endpoint };
}

/** Returns the options of the provider that are there for all resource servers. */
const providerOptions = (options: OAuthClientOptions) =>
  withoutUndefined({
    oauth_provider_url: options.oauth_provider_url,
    oauth_metadata_url: options.oauth_metadata_url,
    oauth_authorization_endpoint_params: options.oauth_authorization_endpoint_params,
    oauth_token_endpoint_params: options.oauth_token_endpoint_params,
  });

const logonTypeOf = (server: OAuthClientOptions, options: OAuthClientOptions) =>
  server.oauth_initiated_logon_type ?? options.oauth_initiated_logon_type ?? "sp_initiated";

/** Returns a resource server's own secret, or that of all for one with a client. */
function secretOf(own: string | undefined, clientId: string | undefined, options: OAuthClientOptions) {
  if (!isEmpty(own)) return own;
  return isEmpty(clientId) || isEmpty(options.oauth_client_secret) ? undefined : options.oauth_client_secret;
}

function answerOf(options: OAuthLoginOptions, servers: Readonly<Record<string, OAuthResourceServer>>) {
  return withoutUndefined({
    oauth_enabled: true,
    oauth_resource_servers: servers,
    oauth_disable_basic_auth: options.oauth_disable_basic_auth ?? true,
    ...Object.fromEntries(COMMON.map((name) => [name, options[name]])),
    oauth_initiated_logon_type: options.oauth_initiated_logon_type === "idp_initiated" ? "idp_initiated" : undefined,
  });
}

const isEmpty = (text: string | undefined): boolean => text === undefined || text === "";

const withoutUndefined = <Fields extends object>(fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
