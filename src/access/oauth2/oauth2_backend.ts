import type { Credentials, Operation, Refusal, RequestContext, Resource, Topic } from "../access.ts";
import type { Backend, BackendUser } from "../backend.ts";
import type { Fetch } from "../bounded_fetch.ts";
import type { AccessClock, AccessLog } from "../clock.ts";
import { type Claims, isMeantFor, type ScopeOptions, SCOPES_MAX, scopesOf, usernameOf } from "./claims.ts";
import { GrantedScopes, type ScopePatternSyntax, tagsOf } from "./scopes.ts";
import { type SigningKeyOptions, SigningKeys } from "./signing_keys.ts";

/** RabbitMQ's `auth_oauth2.*`. Options of TLS (`https.*`) belong to the `fetch` that is handed in. */
export interface OAuth2BackendOptions extends ScopeOptions, SigningKeyOptions {
  /** False where tokens without the broker's id in `aud` are taken too. Default: true. */
  readonly verify_aud?: boolean;
  /** False where tokens that don't expire are taken too. Default: true. */
  readonly require_exp?: boolean;
  /** Claims that a user's name is taken from, the first one that is there. Default: `sub`, `client_id`. */
  readonly preferred_username_claims?: readonly string[];
  /** Algorithms of signatures. Default: all of JSON Web Signatures but `none`. */
  readonly algorithms?: readonly string[];
  /** Default: `wildcard`. */
  readonly scope_pattern_syntax?: ScopePatternSyntax;
}

const USERNAME_CLAIMS: readonly string[] = ["sub", "client_id"];

const ALGORITHMS: readonly string[] = [
  ...["RS", "PS", "ES", "HS"].flatMap((family) => ["256", "384", "512"].map((bits) => family + bits)),
  "EdDSA",
  "Ed25519",
];

/** A token that is not taken, and why. */
class TokenError extends Error {
  override name = "TokenError";
}

/** RabbitMQ's `oauth2`: the password is a JSON Web Token whose scopes say what the user may do (RabbitMQ: OAuth 2 Guide). */
export class OAuth2Backend implements Backend {
  readonly name = "rabbit_auth_backend_oauth2";
  readonly #options: OAuth2BackendOptions;
  readonly #keys: SigningKeys;
  readonly #clock: AccessClock;

  constructor(options: OAuth2BackendOptions, fetch: Fetch, clock: AccessClock, log: AccessLog = () => {}) {
    if (options.algorithms?.includes("none")) throw new RangeError("auth_oauth2.algorithms must not have 'none'");
    this.#options = options;
    this.#keys = new SigningKeys(options, fetch, clock, log);
    this.#clock = clock;
  }

  authenticate({ password }: Credentials): Promise<BackendUser | Refusal> {
    return this.#userOf(password ?? "");
  }

  async authorize({ password }: Credentials): Promise<BackendUser | Refusal> {
    const user = await this.#userOf(password ?? "");
    // Tags are for who authenticates to give.
    return "refused" in user ? user : { ...user, tags: [] };
  }

  mayOpen(user: BackendUser, vhost: string): boolean {
    return this.#scopesOf(user)?.mayOpen(vhost) ?? false;
  }

  may(user: BackendUser, operation: Operation, { vhost, name }: Resource): boolean {
    return this.#scopesOf(user)?.may(operation, vhost, name) ?? false;
  }

  mayUseTopic(user: BackendUser, operation: "write" | "read", { vhost, exchange, routingKey }: Topic): boolean {
    return this.#scopesOf(user)?.mayUseTopic(operation, vhost, exchange, routingKey) ?? false;
  }

  async updateSecret(user: BackendUser, secret: string, _context: RequestContext): Promise<BackendUser | Refusal> {
    const updated = await this.#userOf(secret);
    if ("refused" in updated || updated.name === user.name) return updated;
    return { refused: "Not allowed to change username on refreshed token" };
  }

  /** The scopes of a token, as long as it has not expired. */
  #scopesOf({ state, expiresAtMs = Infinity }: BackendUser): GrantedScopes | undefined {
    return state instanceof GrantedScopes && this.#clock.time() < expiresAtMs ? state : undefined;
  }

  async #userOf(token: string): Promise<BackendUser | Refusal> {
    try {
      const claims = await this.#verify(token);
      const { preferred_username_claims: preferred = USERNAME_CLAIMS, scope_pattern_syntax: syntax } = this.#options;
      const scopes = scopesOf(claims, this.#options);
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

  async #verify(token: string): Promise<Claims & { readonly exp?: number }> {
    // Loaded with the first token, for most brokers start without this backend.
    const { decodeProtectedHeader, jwtVerify } = await import("jose");
    const { alg: algorithm, kid } = headerOf(() => decodeProtectedHeader(token));
    const algorithms = this.#options.algorithms ?? ALGORITHMS;
    if (algorithm === undefined || !algorithms.includes(algorithm)) {
      throw new TokenError(`its algorithm '${algorithm ?? ""}' is not allowed`);
    }
    const key = await this.#keys.find(kid, algorithm);
    const currentDate = new Date(this.#clock.time());
    const { payload } = await jwtVerify(token, key, { algorithms: [algorithm], currentDate });
    if (payload.exp === undefined && this.#options.require_exp !== false) throw new TokenError("it has no exp claim");
    const { verify_aud: verifyAud = true, resource_server_id: id } = this.#options;
    if (verifyAud && !isMeantFor(payload, id)) throw new TokenError(`it is not meant for resource server '${id}'`);
    return payload;
  }
}

function headerOf<Header>(decode: () => Header): Header {
  try {
    return decode();
  } catch {
    throw new TokenError("provided token is invalid");
  }
}
