import type { OAuth2BackendOptions } from "../../access/oauth2/oauth2_backend.ts";

/** A login to the management page at an OAuth 2 provider, by RabbitMQ's names. */
export interface OAuthClientOptions {
  /** Address of the provider. Default: its `issuer`. */
  readonly oauth_provider_url?: string;
  /** Address of the provider's metadata. Default: that of the issuer's, or of the provider's. */
  readonly oauth_metadata_url?: string;
  /** Name of the page at the provider. */
  readonly oauth_client_id?: string;
  /** Secret of that client. It never reaches the browser. Default: none, the client is a public one. */
  readonly oauth_client_secret?: string;
  /** Scopes that a login asks for, separated by spaces. Default: `openid profile`. */
  readonly oauth_scopes?: string;
  /**
   * `sp_initiated` when logins begin at the page, `idp_initiated` when the provider brings people to it with a token.
   * Default: `sp_initiated`.
   */
  readonly oauth_initiated_logon_type?: "sp_initiated" | "idp_initiated";
  /** Further parameters of the request for a login. */
  readonly oauth_authorization_endpoint_params?: Readonly<Record<string, string>>;
  /** Further parameters of the request for tokens. */
  readonly oauth_token_endpoint_params?: Readonly<Record<string, string>>;
}

/** RabbitMQ's `management.oauth_resource_servers.NAME.*`. */
export interface OAuthResourceServerOptions extends OAuthClientOptions {
  /** Name of the resource server in `auth_oauth2`. Default: the name in the key. */
  readonly id?: string;
  /** Name on the page. Default: the id. */
  readonly label?: string;
  /** True when the page does not offer it. Default: false. */
  readonly disabled?: boolean;
}

/** RabbitMQ's `management.oauth_*`: login to the management page by OAuth 2. */
export interface OAuthLoginOptions extends OAuthClientOptions {
  /** True when the page offers no login by name and password. Default: true. */
  readonly oauth_disable_basic_auth?: boolean;
  /** Options of each resource server; missing ones are those above. */
  readonly oauth_resource_servers?: Readonly<Record<string, OAuthResourceServerOptions>>;
  /** Options of the backend, which name the resource servers and the providers of their tokens. */
  readonly auth_oauth2: OAuth2BackendOptions;
}
