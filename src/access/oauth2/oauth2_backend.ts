import type { Credentials, Operation, Refusal, RequestContext, Resource, Topic } from "../access.ts";
import type { Backend, BackendUser } from "../backend.ts";
import type { Fetch } from "../bounded_fetch.ts";
import type { AccessClock, AccessLog } from "../clock.ts";
import { type Claims, SCOPES_MAX, scopesOf, usernameOf } from "./claims.ts";
import { type ResourceServer, ResourceServers, type ResourceServersOptions, TokenError } from "./resource_servers.ts";
import { GrantedScopes, tagsOf } from "./scopes.ts";
import { type SigningKeyOptions, SigningKeys } from "./signing_keys.ts";

/** An issuer of tokens. */
export interface OAuthProviderOptions extends SigningKeyOptions {
  /** Fetches its keys with the TLS options of `https`. Default: the backend's. */
  readonly fetch?: Fetch;
  /** Signature algorithms. Default: all of JSON Web Signatures except `none`. */
  readonly algorithms?: readonly string[];
  /** Address where a login ends, for the management page. Default: the one that the issuer publishes. */
  readonly end_session_endpoint?: string;
}

/** RabbitMQ's `auth_oauth2.*`. */
export interface OAuth2BackendOptions extends ResourceServersOptions, OAuthProviderOptions {
  /** Further issuers of tokens, by the names in `default_oauth_provider` and `oauth_provider_id`. */
  readonly oauth_providers?: Readonly<Record<string, OAuthProviderOptions>>;
}

/** An issuer's keys and algorithms. */
interface Provider {
  readonly keys: SigningKeys;
  readonly algorithms: readonly string[];
}

const USERNAME_CLAIMS: readonly string[] = ["sub", "client_id"];

const ALGORITHMS: readonly string[] = [
  ...["RS", "PS", "ES", "HS"].flatMap((family) => ["256", "384", "512"].map((bits) => family + bits)),
  "EdDSA",
  "Ed25519",
];

/** RabbitMQ's `oauth2`: the password is a JSON Web Token whose scopes say what the user may do (RabbitMQ: OAuth 2 Guide). */
export class OAuth2Backend implements Backend {
  /** Name of the backend, as RabbitMQ's log has it. */
  readonly name = "rabbit_auth_backend_oauth2";
  readonly #servers: ResourceServers;
  /** By name; the issuer without a name is `undefined`. */
  readonly #providers = new Map<string | undefined, Provider>();
  readonly #clock: AccessClock;

  /** Throws `RangeError` for a missing name, an unknown provider, or the algorithm `none`. */
  constructor(options: OAuth2BackendOptions, fetch: Fetch, clock: AccessClock, log: AccessLog = () => {}) {
    const { oauth_providers: providers = {}, resource_servers: servers = {}, default_oauth_provider: first } = options;
    this.#servers = new ResourceServers(options);
    this.#clock = clock;
    for (const [name, provider] of [[undefined, options] as const, ...Object.entries(providers)]) {
      const { algorithms = ALGORITHMS } = provider;
      if (algorithms.includes("none")) throw new RangeError("auth_oauth2.algorithms must not have 'none'");
      this.#providers.set(name, { keys: new SigningKeys(provider, provider.fetch ?? fetch, clock, log), algorithms });
    }
    const named = [options, ...Object.values(servers)].map((server) => server.oauth_provider_id);
    for (const name of [first, ...named]) {
      if (!this.#providers.has(name)) throw new RangeError(`there is no auth_oauth2.oauth_providers.${name}`);
    }
  }

  /** Checks a password; see {@linkcode Backend.authenticate}. */
  authenticate({ password }: Credentials): Promise<BackendUser | Refusal> {
    return this.#userOf(password ?? "");
  }

  /** Looks up a user whom another backend has authenticated; see {@linkcode Backend.authorize}. */
  async authorize({ password }: Credentials): Promise<BackendUser | Refusal> {
    const user = await this.#userOf(password ?? "");
    // Only authentication gives tags.
    return "refused" in user ? user : { ...user, tags: [] };
  }

  /** Decides about a virtual host; see {@linkcode Backend.mayOpen}. */
  mayOpen(user: BackendUser, vhost: string): boolean {
    return this.#scopesOf(user)?.mayOpen(vhost) ?? false;
  }

  /** Decides about an exchange or a queue; see {@linkcode Backend.may}. */
  may(user: BackendUser, operation: Operation, { vhost, name }: Resource): boolean {
    return this.#scopesOf(user)?.may(operation, vhost, name) ?? false;
  }

  /** Decides about a routing key; see {@linkcode Backend.mayUseTopic}. */
  mayUseTopic(user: BackendUser, operation: "write" | "read", { vhost, exchange, routingKey }: Topic): boolean {
    return this.#scopesOf(user)?.mayUseTopic(operation, vhost, exchange, routingKey) ?? false;
  }

  /** Takes renewed credentials; see {@linkcode Backend.updateSecret}. */
  async updateSecret(user: BackendUser, secret: string, _context: RequestContext): Promise<BackendUser | Refusal> {
    const updated = await this.#userOf(secret);
    if ("refused" in updated || updated.name === user.name) return updated;
    return { refused: "Not allowed to change username on refreshed token" };
  }

  /** Returns the scopes of a user's token; `undefined` when it has expired. */
  #scopesOf({ state, expiresAtMs = Infinity }: BackendUser): GrantedScopes | undefined {
    return state instanceof GrantedScopes && this.#clock.time() < expiresAtMs ? state : undefined;
  }

  async #userOf(token: string): Promise<BackendUser | Refusal> {
    try {
      const { claims, server } = await this.#verify(token);
      const { preferred_username_claims: preferred = USERNAME_CLAIMS, scope_pattern_syntax: syntax } = server;
      const scopes = scopesOf(claims, server);
      if (scopes.length > SCOPES_MAX) throw new TokenError("it has too many scopes");
      const user = {
        name: usernameOf(claims, preferred),
        tags: tagsOf(scopes),
        state: new GrantedScopes(scopes, claims, syntax ?? "wildcard"),
      };
      return claims.exp === undefined ? user : { ...user, expiresAtMs: Math.trunc(claims.exp) * 1000 };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { refused: `Authentication using an OAuth 2/JWT token failed: ${reason}` };
    }
  }

  async #verify(token: string): Promise<{ claims: Claims & { readonly exp?: number }; server: ResourceServer }> {
    // Loaded with the first token, as most brokers start without this backend.
    const { decodeJwt, decodeProtectedHeader, jwtVerify } = await import("jose");
    const { alg: algorithm, kid } = peek(() => decodeProtectedHeader(token));
    // The audience that the token claims decides whose key must verify it.
    const server = this.#servers.find(peek(() => decodeJwt(token)));
    const { keys, algorithms } = this.#providers.get(server.oauth_provider_id)!;
    if (algorithm === undefined || !algorithms.includes(algorithm)) {
      throw new TokenError(`its algorithm '${algorithm ?? ""}' is not allowed`);
    }
    const key = await keys.find(kid, algorithm);
    const currentDate = new Date(this.#clock.time());
    const { payload: claims } = await jwtVerify(token, key, { algorithms: [algorithm], currentDate });
    if (claims.exp === undefined && server.require_exp !== false) throw new TokenError("it has no exp claim");
    return { claims, server };
  }
}

/** Reads a part of a token that has not been verified. */
function peek<Part>(decode: () => Part): Part {
  try {
    return decode();
  } catch {
    throw new TokenError("provided token is invalid");
  }
}
