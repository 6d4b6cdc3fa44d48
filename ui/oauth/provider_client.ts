import type { PendingLogin, ProviderMetadata } from "./authorization.ts";
import { LoginError } from "./login_problem.ts";

/** Tokens of a login. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
  /** Time until the access token expires, as far as the provider tells it. In milliseconds. */
  readonly lifetimeMs: number | undefined;
}

/** Parts that a {@linkcode ProviderClient} is given. */
export interface ProviderClientParts {
  /** Address of the page, with a slash at its end. */
  readonly base: string;
  readonly fetch: typeof fetch;
}

/** Talks to providers through the broker, which keeps the secret. All rejections are {@linkcode LoginError}. */
export class ProviderClient {
  readonly #base: string;
  readonly #fetch: typeof fetch;

  constructor({ base, fetch }: ProviderClientParts) {
    this.#base = `${base}js/oidc-oauth/`;
    this.#fetch = fetch;
  }

  /** Address that a provider sends people back to, the same as RabbitMQ's. */
  get redirectUri(): string {
    return `${this.#base}login-callback.html`;
  }

  /** Returns the metadata of a resource server's provider. */
  async metadata(serverId: string): Promise<ProviderMetadata> {
    const { status, json } = await this.#send(serverId, "/openid-configuration");
    if (status !== 200 || typeof json.authorization_endpoint !== "string") {
      throw new LoginError({ kind: "unreachable" });
    }
    return json as unknown as ProviderMetadata;
  }

  /** Exchanges the code of a login for tokens. */
  tokensForCode({ serverId, verifier }: Pick<PendingLogin, "serverId" | "verifier">, code: string): Promise<Tokens> {
    const grant = { grant_type: "authorization_code", code, redirect_uri: this.redirectUri, code_verifier: verifier };
    return this.#tokens(serverId, grant);
  }

  /** Renews the tokens of a login. */
  renewedTokens(serverId: string, refreshToken: string): Promise<Tokens> {
    return this.#tokens(serverId, { grant_type: "refresh_token", refresh_token: refreshToken });
  }

  async #tokens(serverId: string, grant: Readonly<Record<string, string>>): Promise<Tokens> {
    const { status, json } = await this.#send(serverId, "", { method: "POST", body: new URLSearchParams(grant) });
    const { access_token: accessToken, refresh_token, id_token, expires_in, error, error_description } = json;
    if (status === 400 || status === 401) {
      throw new LoginError({ kind: "provider", reason: String(error_description ?? error ?? status) });
    }
    if (status !== 200 || typeof accessToken !== "string") throw new LoginError({ kind: "unreachable" });
    const seconds = Number(expires_in ?? NaN);
    return {
      accessToken,
      refreshToken: textOf(refresh_token),
      idToken: textOf(id_token),
      lifetimeMs: seconds > 0 ? seconds * 1000 : undefined,
    };
  }

  async #send(serverId: string, path: string, init: RequestInit = {}) {
    const address = `${this.#base}token-endpoint/${encodeURIComponent(serverId)}${path}`;
    try {
      const response = await this.#fetch(address, { ...init, credentials: "omit", cache: "no-store" });
      return { status: response.status, json: await response.json() as Readonly<Record<string, unknown>> };
    } catch {
      throw new LoginError({ kind: "unreachable" });
    }
  }
}

const textOf = (value: unknown): string | undefined => typeof value === "string" && value !== "" ? value : undefined;
