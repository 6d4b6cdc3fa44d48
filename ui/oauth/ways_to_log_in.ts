/** A choice of the login, as RabbitMQ has it. */
interface AuthMechanism {
  readonly type: "basic" | "oauth2";
  readonly resource_id?: string;
}

/** Options of the login at a provider, by RabbitMQ's names. */
interface ClientSettings {
  readonly oauth_client_id?: string;
  readonly oauth_scopes?: string;
  readonly oauth_initiated_logon_type?: "sp_initiated" | "idp_initiated";
  readonly oauth_authorization_endpoint_params?: Readonly<Record<string, string>>;
}

/** `GET /api/auth` */
export interface AuthSettings extends ClientSettings {
  readonly oauth_enabled: boolean;
  readonly oauth_disable_basic_auth?: boolean;
  readonly oauth_resource_servers?: Readonly<
    Record<
      string,
      ClientSettings & {
        readonly id: string;
        readonly index?: string;
        readonly label?: string;
        readonly oauth_provider_url: string;
        readonly end_session_endpoint?: string;
      }
    >
  >;
  readonly strict_auth_mechanism?: AuthMechanism;
  readonly preferred_auth_mechanism?: AuthMechanism;
}

/** A resource server at whose provider people log in. */
export interface LoginServer {
  readonly id: string;
  readonly label: string;
  readonly providerUrl: string;
  /** True when the provider brings people to the page, and the page sends them there. */
  readonly isIdpInitiated: boolean;
  readonly clientId: string;
  readonly scopes: string;
  readonly params: Readonly<Record<string, string>>;
  /** Address where a login ends, if it is another one than the provider publishes. */
  readonly endSession: string | undefined;
}

/** The ways to log in that the page offers. */
export interface WaysToLogIn {
  readonly servers: readonly LoginServer[];
  readonly hasPassword: boolean;
  /** True when name and password come first. */
  readonly prefersPassword: boolean;
}

const SCOPES = "openid profile";

/** Returns the ways that the broker allows. A strict choice leaves one way, and a preferred one comes first. */
export function waysToLogIn(settings: AuthSettings): WaysToLogIn {
  if (!settings.oauth_enabled) return { servers: [], hasPassword: true, prefersPassword: true };
  const servers = Object.values(settings.oauth_resource_servers ?? {})
    .sort((a, b) => placeOf(a) - placeOf(b) || (a.id < b.id ? -1 : 1))
    .map((server): LoginServer => ({
      id: server.id,
      label: server.label ?? server.id,
      providerUrl: server.oauth_provider_url,
      isIdpInitiated: (server.oauth_initiated_logon_type ?? settings.oauth_initiated_logon_type) === "idp_initiated",
      clientId: server.oauth_client_id ?? settings.oauth_client_id ?? "",
      scopes: server.oauth_scopes ?? settings.oauth_scopes ?? SCOPES,
      params: server.oauth_authorization_endpoint_params ?? settings.oauth_authorization_endpoint_params ?? {},
      endSession: server.end_session_endpoint,
    }));
  const hasPassword = settings.oauth_disable_basic_auth === false;
  const { strict_auth_mechanism: strict, preferred_auth_mechanism: preferred } = settings;
  if (strict?.type === "basic" && hasPassword) return { servers: [], hasPassword, prefersPassword: true };
  const only = servers.filter(({ id }) => strict?.type === "oauth2" && id === strict.resource_id);
  if (only.length > 0) return { servers: only, hasPassword: false, prefersPassword: false };
  const isFirst = ({ id }: LoginServer) => preferred?.type === "oauth2" && id === preferred.resource_id;
  return {
    servers: [...servers.filter(isFirst), ...servers.filter((server) => !isFirst(server))],
    hasPassword,
    prefersPassword: hasPassword && preferred?.type === "basic",
  };
}

const placeOf = ({ index }: { readonly index?: string }): number => Number(index ?? Number.MAX_SAFE_INTEGER);

/** Returns the settings with the choice in the page's address, such as `strict_auth_mechanism=oauth2:rabbitmq`. */
export function withChoice(settings: AuthSettings, query: Readonly<Record<string, string>>): AuthSettings {
  for (const kind of ["strict_auth_mechanism", "preferred_auth_mechanism"] as const) {
    const [type, ...id] = (query[kind] ?? "").split(":");
    if (type === "basic") return { ...settings, [kind]: { type } };
    if (type === "oauth2") return { ...settings, [kind]: { type, resource_id: id.join(":") } };
  }
  return settings;
}
